// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using Mare.Tests.Streams;

namespace Mare.Tests.Sockets;

/// <summary>Is a client over a real socket, with a deadline on everything that waits.</summary>
internal sealed class SocketClient : StreamClient
{
    private readonly Socket _socket;

    private SocketClient(Socket socket)
        : base(new NetworkStream(socket, ownsSocket: true))
    {
        _socket = socket;
    }

    /// <summary>Connects without holding a thread of the pool, which a server on System.Net.Sockets needs to accept.</summary>
    public static async Task<SocketClient> ConnectAsync(EndPoint endPoint)
    {
        var isUnix = endPoint.AddressFamily == AddressFamily.Unix;
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, isUnix ? ProtocolType.Unspecified : ProtocolType.Tcp);
        try
        {
            using var deadline = new CancellationTokenSource(SocketServer.Deadline);
            await socket.ConnectAsync(endPoint, deadline.Token);
            return new SocketClient(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Resets the connection.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        _socket.Close();
    }
}
