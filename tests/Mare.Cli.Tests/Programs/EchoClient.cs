// SPDX-License-Identifier: MIT
using System.Net.WebSockets;
using System.Text;

namespace Mare.Cli.Tests.Programs;

/// <summary>Is a WebSocket client, with a deadline on everything that waits.</summary>
internal sealed class EchoClient : IDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromSeconds(60));

    /// <summary>Gets the extensions that the server agreed to, where details of its response are collected; else empty.</summary>
    public string Extensions => string.Join(", ", _socket.HttpResponseHeaders?.GetValueOrDefault("Sec-WebSocket-Extensions") ?? []);

    public static async Task<EchoClient> ConnectAsync(string url, Action<ClientWebSocketOptions>? configure = null)
    {
        var client = new EchoClient();
        configure?.Invoke(client._socket.Options);
        await client._socket.ConnectAsync(new Uri(url), client._deadline.Token);
        return client;
    }

    /// <summary>Sends a message and sees it come back.</summary>
    public async Task AssertEchoAsync(string text, WebSocketMessageType type)
    {
        await _socket.SendAsync(Encoding.UTF8.GetBytes(text), type, endOfMessage: true, _deadline.Token);
        var buffer = new byte[1024];
        var result = await _socket.ReceiveAsync(buffer, _deadline.Token);
        Assert.Equal((type, text), (result.MessageType, Encoding.UTF8.GetString(buffer, 0, result.Count)));
    }

    public Task SendTextAsync(string text) =>
        _socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, _deadline.Token);

    /// <summary>Waits for a text message, of at most 1,024 bytes.</summary>
    public async Task<string> ReadTextAsync()
    {
        var buffer = new byte[1024];
        var result = await _socket.ReceiveAsync(buffer, _deadline.Token);
        Assert.Equal((WebSocketMessageType.Text, true), (result.MessageType, result.EndOfMessage));
        return Encoding.UTF8.GetString(buffer, 0, result.Count);
    }

    /// <summary>Waits for the server's close frame and answers it.</summary>
    public async Task<WebSocketCloseStatus?> ReadCloseAsync()
    {
        var result = await _socket.ReceiveAsync(new byte[1024], _deadline.Token);
        Assert.Equal(WebSocketMessageType.Close, result.MessageType);
        await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, _deadline.Token);
        return result.CloseStatus;
    }

    /// <summary>Closes from this side, and waits for the answer.</summary>
    public Task CloseAsync() => _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, _deadline.Token);

    public void Dispose()
    {
        _socket.Dispose();
        _deadline.Dispose();
    }
}
