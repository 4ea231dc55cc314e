// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;

namespace Lori.Backends;

/// <summary>Makes sockets that are to connect, and knows how the options of a connection are set on any socket.</summary>
internal static class ConnectionSocket
{
    /// <summary>Makes a socket for an address, not connected yet, that never blocks.</summary>
    /// <exception cref="SocketException">The machine does not carry that family, or has no descriptor left.</exception>
    public static Socket Open(EndPoint endPoint, TcpConnectionOptions options)
    {
        var isUnix = endPoint.AddressFamily == AddressFamily.Unix;
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, isUnix ? ProtocolType.Unspecified : ProtocolType.Tcp);
        try
        {
            socket.Blocking = false;
            Configure(socket, options);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sets what the options say; before bind or connect, since buffers are announced to the peer there.</summary>
    public static void Configure(Socket socket, TcpConnectionOptions options)
    {
        if (options.SendBufferSize is { } send) socket.SendBufferSize = send;
        if (options.ReceiveBufferSize is { } receive) socket.ReceiveBufferSize = receive;
        if (socket.AddressFamily == AddressFamily.Unix) return;
        socket.NoDelay = options.NoDelay;
        if (options.KeepAliveTime is not { } time) return;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, Seconds(time));
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, Seconds(options.KeepAliveInterval));
    }

    private static int Seconds(TimeSpan time) => Math.Max(1, (int)Math.Ceiling(time.TotalSeconds));
}
