// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;

namespace Mare.Tests.Sockets;

/// <summary>Is a client over a real socket, with a deadline on everything that waits.</summary>
internal sealed class SocketClient : IDisposable
{
    private readonly Socket _socket;
    private byte[] _unread = [];

    private SocketClient(Socket socket)
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

    public async Task SendAsync(ReadOnlyMemory<byte> data)
    {
        using var deadline = new CancellationTokenSource(SocketServer.Deadline);
        while (!data.IsEmpty) data = data[await _socket.SendAsync(data, deadline.Token)..];
    }

    public async Task<HttpAnswer> ReadAnswerAsync()
    {
        while (true)
        {
            if (TakeAnswer() is { } answer) return answer;
            Assert.True(await ReceiveAsync(), "The connection ended before the answer.");
        }
    }

    public async Task<ServerFrame> ReadFrameAsync()
    {
        while (true)
        {
            if (TakeFrame() is { } frame) return frame;
            Assert.True(await ReceiveAsync(), "The connection ended before the frame.");
        }
    }

    /// <summary>Reads to the end (FIN); a reset throws.</summary>
    public async Task ReadEndAsync()
    {
        while (await ReceiveAsync())
        {
            // What still comes.
        }
    }

    /// <summary>Resets the connection.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        _socket.Close();
    }

    public void Dispose() => _socket.Dispose();

    private HttpAnswer? TakeAnswer()
    {
        ReadOnlySpan<byte> data = _unread;
        var answer = HttpAnswer.TryRead(ref data);
        _unread = data.ToArray();
        return answer;
    }

    private ServerFrame? TakeFrame()
    {
        ReadOnlySpan<byte> data = _unread;
        if (!ServerFrame.TryRead(ref data, out var frame)) return null;
        _unread = data.ToArray();
        return frame;
    }

    private async Task<bool> ReceiveAsync()
    {
        using var deadline = new CancellationTokenSource(SocketServer.Deadline);
        var buffer = new byte[64 * 1024];
        var received = await _socket.ReceiveAsync(buffer, deadline.Token);
        _unread = [.. _unread, .. buffer.AsSpan(0, received)];
        return received > 0;
    }
}
