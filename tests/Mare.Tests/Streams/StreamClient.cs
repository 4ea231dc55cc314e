// SPDX-License-Identifier: MIT
using Mare.Tests.Sockets;

namespace Mare.Tests.Streams;

/// <summary>Is a client over a stream, with a deadline on everything that waits.</summary>
internal class StreamClient(Stream stream) : IDisposable
{
    private byte[] _unread = [];

    public async Task SendAsync(ReadOnlyMemory<byte> data)
    {
        using var deadline = new CancellationTokenSource(SocketServer.Deadline);
        await stream.WriteAsync(data, deadline.Token);
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

    public virtual void Dispose()
    {
        stream.Dispose();
        GC.SuppressFinalize(this);
    }

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
        var received = await stream.ReadAsync(buffer, deadline.Token);
        _unread = [.. _unread, .. buffer.AsSpan(0, received)];
        return received > 0;
    }
}
