// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Mare;

namespace CloseCodes;

/// <summary>Is a client that ends its connection well or badly, as asked.</summary>
internal sealed class Client : IDisposable
{
    private static readonly byte[] Handshake = Encoding.ASCII.GetBytes(
        "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");

    private readonly WebSocketServer _server;
    private readonly TcpClient _tcp = new();
    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromSeconds(30));
    private WebSocket _socket = null!;

    private Client(WebSocketServer server)
    {
        _server = server;
    }

    public static async Task<Client> ConnectAsync(WebSocketServer server)
    {
        var client = new Client(server);
        // Over a stream of our own rather than by ClientWebSocket, so that we can also misbehave below WebSocket.
        await client._tcp.ConnectAsync(IPAddress.Loopback, server.EndPoints[0].Port, client._deadline.Token);
        var stream = client._tcp.GetStream();
        await stream.WriteAsync(Handshake, client._deadline.Token);
        // The server says nothing behind its answer before it is asked, so whatever this reads ahead is the answer's.
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        while (await reader.ReadLineAsync(client._deadline.Token) is { Length: > 0 })
        {
            // An empty line ends it.
        }

        client._socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions());
        return client;
    }

    public Task CloseAsync(WebSocketCloseStatus status, string? reason) => _socket.CloseAsync(status, reason, _deadline.Token);

    /// <summary>Asks the actor for something, which is to close the connection.</summary>
    public async Task AskAsync(string what, bool answerClose = true)
    {
        await _socket.SendAsync(Encoding.UTF8.GetBytes(what), WebSocketMessageType.Text, true, _deadline.Token);
        if (answerClose) await AnswerCloseAsync();
        else await Task.Delay(TimeSpan.FromSeconds(1), _deadline.Token);
    }

    /// <summary>Sends a message that the server does not take.</summary>
    public async Task SendAsync(byte[] message, WebSocketMessageType type)
    {
        await _socket.SendAsync(message, type, endOfMessage: true, _deadline.Token);
        await AnswerCloseAsync();
    }

    /// <summary>Sends a frame that .NET's WebSocket would not.</summary>
    public async Task SendFrameAsync(params byte[] frame)
    {
        await _tcp.GetStream().WriteAsync(frame, _deadline.Token);
        await AnswerCloseAsync();
    }

    /// <summary>Waits for the server's close frame and answers it.</summary>
    public async Task AnswerCloseAsync()
    {
        await _socket.ReceiveAsync(new byte[1024], _deadline.Token);
        await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, _deadline.Token);
    }

    public Task StopServerAsync() => Task.WhenAll(_server.StopAsync(), AnswerCloseAsync());

    /// <summary>Resets TCP, without a close frame.</summary>
    public Task BreakAsync()
    {
        _tcp.Client.Close(timeout: 0);
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _socket.Dispose();
        _tcp.Dispose();
        _deadline.Dispose();
    }
}
