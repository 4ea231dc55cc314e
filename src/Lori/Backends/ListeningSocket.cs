// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;

namespace Lori.Backends;

/// <summary>Opens listening sockets, with options that accepted connections inherit on Linux.</summary>
internal static class ListeningSocket
{
    private const int SolSocket = 1;
    private const int SoReuseAddr = 2;

    /// <exception cref="SocketException">The address is in use, not of this machine, or not allowed.</exception>
    public static Socket Open(EndPoint endPoint, ListenOptions options)
    {
        var unix = endPoint as UnixDomainSocketEndPoint;
        if (unix is not null) RemoveStalePath(unix);
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, unix is null ? ProtocolType.Tcp : ProtocolType.Unspecified);
        try
        {
            socket.Blocking = false;
            if (unix is null) ConfigureTcp(socket, (IPEndPoint)endPoint, options.Connection);
            if (options.Connection.SendBufferSize is { } send) socket.SendBufferSize = send;
            if (options.Connection.ReceiveBufferSize is { } receive) socket.ReceiveBufferSize = receive;
            socket.Bind(endPoint);
            socket.Listen(options.Backlog);
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
        if (endPoint is UnixDomainSocketEndPoint unix && PathOf(unix) is { } path) File.Delete(path);
    }

    private static void ConfigureTcp(Socket socket, IPEndPoint endPoint, TcpConnectionOptions options)
    {
        // SO_REUSEADDR alone: a restarted server need not wait for TIME_WAIT. (.NET's ReuseAddress would set SO_REUSEPORT
        // too, under which two servers share a port in silence.)
        if (OperatingSystem.IsLinux()) socket.SetRawSocketOption(SolSocket, SoReuseAddr, BitConverter.GetBytes(1));
        if (endPoint.AddressFamily == AddressFamily.InterNetworkV6) socket.DualMode = endPoint.Address.Equals(IPAddress.IPv6Any);
        socket.NoDelay = options.NoDelay;
        if (options.KeepAliveTime is not { } time) return;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, Seconds(time));
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, Seconds(options.KeepAliveInterval));
    }

    private static int Seconds(TimeSpan time) => Math.Max(1, (int)Math.Ceiling(time.TotalSeconds));

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
        const int NoSuchDevice = 6; // ENXIO, open(2): the file is a Unix domain socket
        try
        {
            File.OpenHandle(path).Dispose();
            return false;
        }
        catch (IOException e)
        {
            return e.HResult == NoSuchDevice;
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
