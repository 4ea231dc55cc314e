// SPDX-License-Identifier: MIT
using System.Net.WebSockets;

namespace Backpressure;

/// <summary>Is a client that reads more slowly than it could.</summary>
internal sealed class SlowReader : IDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly byte[] _buffer = new byte[64 * 1024];
    private long _messages;

    /// <summary>Gets how many messages were read whole.</summary>
    public long Messages => Volatile.Read(ref _messages);

    /// <summary>Gets what the reader does, for people.</summary>
    public string State { get; private set; } = "connects";

    public Task ConnectAsync(int port) => _socket.ConnectAsync(new Uri($"ws://localhost:{port}"), CancellationToken.None);

    public async Task ReadSlowlyAsync(TimeSpan time)
    {
        State = "reads slowly";
        using var over = new CancellationTokenSource(time);
        while (!over.IsCancellationRequested)
        {
            await ReadAsync();
            await Task.Delay(TimeSpan.FromMilliseconds(2));
        }
    }

    public Task SleepAsync(TimeSpan time)
    {
        State = "sleeps";
        return Task.Delay(time);
    }

    public async Task ReadToEndAsync()
    {
        State = "reads";
        while (await ReadAsync())
        {
            // As fast as it can.
        }

        await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
    }

    public void Dispose() => _socket.Dispose();

    private async Task<bool> ReadAsync()
    {
        var result = await _socket.ReceiveAsync(_buffer, CancellationToken.None);
        if (result.MessageType == WebSocketMessageType.Close) return false;
        if (result.EndOfMessage) Interlocked.Increment(ref _messages);
        return true;
    }
}
