// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;

namespace Lori;

/// <summary>Says that an address cannot be listened on, and why, in one sentence.</summary>
public sealed class ListenException : IOException
{
    /// <summary>Makes the error of a host name.</summary>
    public ListenException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the error of one address.</summary>
    public ListenException(EndPoint endPoint, SocketException cause)
        : base($"Cannot listen on {endPoint}: {Explain(cause)}", cause)
    {
        SocketErrorCode = cause.SocketErrorCode;
    }

    /// <summary>Makes an error.</summary>
    public ListenException()
    {
    }

    /// <summary>Makes an error with its cause.</summary>
    public ListenException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Gets what the system said; <see cref="SocketError.Success"/> when it was not asked.</summary>
    public SocketError SocketErrorCode { get; }

    private static string Explain(SocketException cause) => cause.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => "the address is already in use.",
        SocketError.AccessDenied => "access denied (ports below 1024 need a privilege).",
        SocketError.AddressNotAvailable => "this machine has no such address.",
        _ => cause.Message,
    };
}
