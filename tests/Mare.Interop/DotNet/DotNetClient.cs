// SPDX-License-Identifier: MIT
using System.Net.WebSockets;
using System.Text;
using Mare.Interop.Servers;

namespace Mare.Interop.DotNet;

/// <summary>A <see cref="ClientWebSocket"/> whose every step has a deadline that names the step.</summary>
internal sealed class DotNetClient : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    private readonly ClientWebSocket _socket = new();

    private DotNetClient()
    {
    }

    public ClientWebSocket Socket => _socket;

    public static async Task<DotNetClient> ConnectAsync(
        InteropServer server, string path, Action<ClientWebSocketOptions>? configure = null)
    {
        var client = new DotNetClient();
        configure?.Invoke(client._socket.Options);
        try
        {
            await InTime("connecting", token => client._socket.ConnectAsync(new Uri(server.Url + path), token));
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text);

    public Task SendAsync(ReadOnlyMemory<byte> data, WebSocketMessageType type, bool endOfMessage = true) =>
        InTime("sending", token => _socket.SendAsync(data, type, endOfMessage, token).AsTask());

    /// <summary>Reads a whole message; of a close frame, an empty one.</summary>
    public async Task<(WebSocketMessageType Type, byte[] Data)> ReceiveAsync()
    {
        using var message = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (true)
        {
            ValueWebSocketReceiveResult part = default;
            await InTime("receiving", async token => part = await _socket.ReceiveAsync(buffer.AsMemory(), token));
            message.Write(buffer, 0, part.Count);
            if (part.EndOfMessage)
                return (part.MessageType, message.ToArray());
        }
    }

    public async Task<string> ReceiveTextAsync()
    {
        var (type, data) = await ReceiveAsync();
        Assert.Equal(WebSocketMessageType.Text, type);
        return Encoding.UTF8.GetString(data);
    }

    public Task CloseAsync(int code, string reason) =>
        InTime("closing", token => _socket.CloseAsync((WebSocketCloseStatus)code, reason, token));

    public Task CloseOutputAsync(int code, string reason) =>
        InTime("closing output", token => _socket.CloseOutputAsync((WebSocketCloseStatus)code, reason, token));

    public void Dispose() => _socket.Dispose();

    private static async Task InTime(string step, Func<CancellationToken, Task> action)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        try
        {
            await action(deadline.Token);
        }
        catch (Exception) when (deadline.IsCancellationRequested)
        {
            throw new TimeoutException($"{step} took more than {Deadline.TotalSeconds} s");
        }
    }
}
