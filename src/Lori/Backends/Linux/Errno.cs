// SPDX-License-Identifier: MIT
using System.Net.Sockets;

namespace Lori.Backends.Linux;

/// <summary>Names the errors of Linux system calls that are met here, by their numbers on every 64-bit machine.</summary>
internal static class Errno
{
    public const int NotPermitted = 1;
    public const int Interrupted = 4;
    public const int BadDescriptor = 9;
    public const int Again = 11;
    public const int NoMemory = 12;
    public const int Busy = 16;
    public const int Invalid = 22;
    public const int FileTableFull = 23;
    public const int TooManyFiles = 24;
    public const int NoSystemCall = 38;
    public const int TimeIsOver = 62;
    public const int NoBuffers = 105;
    public const int InProgress = 115;
    public const int Cancelled = 125;

    private const int NoEntry = 2;
    private const int AccessDenied = 13;
    private const int BrokenPipe = 32;
    private const int FamilyNotSupported = 97;
    private const int AddressNotAvailable = 99;
    private const int NetworkDown = 100;
    private const int NetworkUnreachable = 101;
    private const int ConnectionReset = 104;
    private const int TimedOut = 110;
    private const int ConnectionRefused = 111;
    private const int HostDown = 112;
    private const int HostUnreachable = 113;

    /// <summary>Gives the name that .NET has for an error.</summary>
    public static SocketError ToSocketError(int error) => error switch
    {
        NotPermitted or AccessDenied => SocketError.AccessDenied,
        NoEntry or AddressNotAvailable => SocketError.AddressNotAvailable,
        BadDescriptor => SocketError.OperationAborted,
        Again => SocketError.WouldBlock,
        Invalid => SocketError.InvalidArgument,
        NoMemory or NoBuffers => SocketError.NoBufferSpaceAvailable,
        FileTableFull or TooManyFiles => SocketError.TooManyOpenSockets,
        BrokenPipe or ConnectionReset => SocketError.ConnectionReset,
        FamilyNotSupported => SocketError.AddressFamilyNotSupported,
        NetworkDown => SocketError.NetworkDown,
        NetworkUnreachable => SocketError.NetworkUnreachable,
        TimedOut => SocketError.TimedOut,
        ConnectionRefused => SocketError.ConnectionRefused,
        HostDown => SocketError.HostDown,
        HostUnreachable => SocketError.HostUnreachable,
        _ => SocketError.SocketError,
    };
}
