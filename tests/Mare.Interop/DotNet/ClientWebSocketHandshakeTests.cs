// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.WebSockets;
using Mare.Interop.Servers;

namespace Mare.Interop.DotNet;

/// <summary>The opening handshake of <see cref="ClientWebSocket"/>, RFC 6455 4.</summary>
public sealed class ClientWebSocketHandshakeTests(InteropServer server)
{
    [Fact]
    public async Task Subprotocol_Offered_IsChosen()
    {
        using var client = await DotNetClient.ConnectAsync(server, "/", options =>
        {
            options.AddSubProtocol("chat.v1");
            options.AddSubProtocol("chat.v2");
        });
        Assert.Equal("chat.v2", client.Socket.SubProtocol);
        await client.CloseAsync(1000, "");
    }

    [Fact]
    public async Task Subprotocol_NotSpoken_IsNotChosen()
    {
        using var client = await DotNetClient.ConnectAsync(server, "/", o => o.AddSubProtocol("chat.v1"));
        Assert.Null(client.Socket.SubProtocol);
        await client.CloseAsync(1000, "");
    }

    [Fact]
    public async Task Headers_OfTheUser_DoNotDisturb()
    {
        using var client = await DotNetClient.ConnectAsync(server, "/a%20b?token=1&x=%2F", options =>
        {
            options.SetRequestHeader("Authorization", "Bearer dG9rZW4=");
            options.Cookies = new CookieContainer();
            options.Cookies.Add(new Uri(server.Url.Replace("ws://", "http://", StringComparison.Ordinal)),
                new Cookie("session", "42"));
        });
        await client.SendAsync("hello");
        Assert.Equal("hello", await client.ReceiveTextAsync());
        await client.CloseAsync(1000, "");
    }

    [Fact]
    public async Task Compression_Offered_LeavesMessagesAsTheyAre()
    {
        using var client = await DotNetClient.ConnectAsync(
            server, "/", o => o.DangerousDeflateOptions = new WebSocketDeflateOptions());
        await client.SendAsync(new string('z', 5000));
        Assert.Equal(new string('z', 5000), await client.ReceiveTextAsync());
        await client.CloseAsync(1000, "");
    }

    [Fact]
    public async Task Path_WithoutActor_Is404()
    {
        using var client = new ClientWebSocket();
        client.Options.CollectHttpResponseDetails = true;
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        await Assert.ThrowsAsync<WebSocketException>(
            () => client.ConnectAsync(new Uri(server.Url + InteropServer.MissingPath), deadline.Token));
        Assert.Equal(HttpStatusCode.NotFound, client.HttpStatusCode);
    }
}
