// SPDX-License-Identifier: MIT
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Lori.Backends;

/// <summary>Opens listening sockets, with options that accepted connections inherit on Linux.</summary>
internal static class ListeningSocket
{
    // Files of Unix domain sockets that were made here, to be removed in the end: those of inherited sockets are not ours.
    private static readonly ConcurrentDictionary<string, bool> OwnPaths = new();

    /// <exception cref="SocketException">The address is in use, not of this machine, or not allowed.</exception>
    public static Socket Open(EndPoint endPoint, ListenOptions options)
    {
        if (endPoint is InheritedEndPoint inherited) return Adopt(inherited.Socket, options);
        var unix = endPoint as UnixDomainSocketEndPoint;
        if (unix is not null) RemoveStalePath(unix);
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, unix is null ? ProtocolType.Tcp : ProtocolType.Unspecified);
        try
        {
            socket.Blocking = false;
            if (unix is null) ConfigureAddress(socket, (IPEndPoint)endPoint, options.IPVersion);
            ConnectionSocket.Configure(socket, options.Connection);
            socket.Bind(endPoint);
            socket.Listen(options.Backlog);
            if (unix is not null && PathOf(unix) is { } path) OwnPaths[path] = true;
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public static void RemovePath(EndPoint endPoint)
    {
        if (endPoint is UnixDomainSocketEndPoint unix && PathOf(unix) is { } path && OwnPaths.TryRemove(path, out _)) File.Delete(path);
    }

    /// <summary>Gives an accepted socket its options, where it does not inherit them.</summary>
    /// <exception cref="SocketException">The peer has reset it already.</exception>
    public static void ConfigureAccepted(Socket socket, TcpConnectionOptions options)
    {
        if (!OperatingSystem.IsLinux()) ConnectionSocket.Configure(socket, options);
    }

    /// <summary>Takes a socket that listens already: its address and its backlog are whoever's who opened it.</summary>
    private static Socket Adopt(Socket socket, ListenOptions options)
    {
        try
        {
            socket.Blocking = false;
            ConnectionSocket.Configure(socket, options.Connection);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static void ConfigureAddress(Socket socket, IPEndPoint endPoint, IPVersion version)
    {
        ReuseWaitingAddress(socket);
        if (endPoint.AddressFamily == AddressFamily.InterNetworkV6)
            socket.DualMode = version == IPVersion.Any && endPoint.Address.Equals(IPAddress.IPv6Any);
    }

    /// <summary>
    /// Sets SO_REUSEADDR alone: a restarted server need not wait for TIME_WAIT. (.NET's ReuseAddress would set SO_REUSEPORT
    /// too, under which two servers share a port in silence.)
    /// </summary>
    private static void ReuseWaitingAddress(Socket socket)
    {
        if (OperatingSystem.IsLinux()) socket.SetRawSocketOption(1, 2, BitConverter.GetBytes(1)); // SOL_SOCKET, SO_REUSEADDR
        else if (OperatingSystem.IsMacOS()) socket.SetRawSocketOption(0xFFFF, 4, BitConverter.GetBytes(1)); // the same there
        // Windows does not make one wait, and lets another process take the address unless told otherwise.
        else if (OperatingSystem.IsWindows()) socket.ExclusiveAddressUse = true;
    }

    /// <summary>Removes the socket file of a server that is gone; one that still answers is left, and bind fails.</summary>
    private static void RemoveStalePath(UnixDomainSocketEndPoint endPoint)
    {
        if (PathOf(endPoint) is not { } path || !File.Exists(path)) return;
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        // A live server whose backlog is full would make us wait.
        probe.Blocking = false;
        try
        {
            probe.Connect(endPoint);
        }
        catch (SocketException e)
        {
            // A plain file refuses as well: it is somebody's, and bind fails on it.
            if (e.SocketErrorCode == SocketError.ConnectionRefused && IsSocket(path)) File.Delete(path);
        }
    }

    private static bool IsSocket(string path)
    {
        // What opening a Unix domain socket as a file gives: Linux's ENXIO, macOS's EOPNOTSUPP, Windows's ERROR_CANT_ACCESS_FILE.
        var refused = OperatingSystem.IsWindows() ? unchecked((int)0x80070780) : OperatingSystem.IsMacOS() ? 102 : 6;
        try
        {
            File.OpenHandle(path).Dispose();
            return false;
        }
        catch (IOException e)
        {
            return e.HResult == refused;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string? PathOf(UnixDomainSocketEndPoint endPoint)
    {
        var path = endPoint.ToString();
        // An abstract name ('@...') has no file.
        return string.IsNullOrEmpty(path) || path[0] is '@' or '\0' ? null : path;
    }
}
