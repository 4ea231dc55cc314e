// SPDX-License-Identifier: MIT
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Mare.Tests.Sockets;

/// <summary>Accepts sockets for a server that listens nowhere, which serves them as streams.</summary>
internal sealed class AcceptingSocket : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly ConcurrentQueue<Task> _served = new();
    private Task _accepting = Task.CompletedTask;

    public AcceptingSocket()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(4096);
    }

    public EndPoint EndPoint => _listener.LocalEndPoint!;

    public void Begin(WebSocketServer server) => _accepting = AcceptAsync(server);

    /// <summary>Stops, and waits for the end of each connection: the server has stopped.</summary>
    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting.WaitAsync(SocketServer.Deadline);
        await Task.WhenAll(_served).WaitAsync(SocketServer.Deadline);
    }

    private async Task AcceptAsync(WebSocketServer server)
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptAsync();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // The listener is disposed of.
                return;
            }

            _served.Enqueue(server.ServeAsync(new NetworkStream(socket, ownsSocket: true)));
        }
    }
}
