// SPDX-License-Identifier: MIT
using System.Net.WebSockets;
using Mare.Interop.Servers;

namespace Mare.Interop.DotNet;

/// <summary>The closing handshake with <see cref="ClientWebSocket"/>, begun by either side, RFC 6455 7.</summary>
public sealed class ClientWebSocketClosingTests(InteropServer server)
{
    public static TheoryData<int, string> Codes => new()
    {
        { 1000, "" },
        { 1000, "done" },
        { 1001, "going away" },
        { 1011, "r\u00E9ason \U0001F40E" },
        { 3000, "registered" },
        { 4999, new string('x', 123) },
    };

    [Theory, MemberData(nameof(Codes))]
    public async Task Close_ByTheClient_ReachesTheActorAndIsEchoed(int code, string reason)
    {
        var path = $"/client-closes-{code}-{reason.Length}";
        using var client = await DotNetClient.ConnectAsync(server, path);
        await client.CloseAsync(code, reason);
        Assert.Equal(WebSocketState.Closed, client.Socket.State);
        Assert.Equal(code, (int?)client.Socket.CloseStatus);
        Assert.Equal(((CloseStatus)code, reason), await server.EndOfAsync(path));
    }

    [Theory, MemberData(nameof(Codes))]
    public async Task Close_ByTheServer_ReachesTheClient(int code, string reason)
    {
        var path = $"/server-closes-{code}-{reason.Length}";
        using var client = await DotNetClient.ConnectAsync(server, path);
        await client.SendAsync($"/close {code} {reason}");
        Assert.Equal(WebSocketMessageType.Close, (await client.ReceiveAsync()).Type);
        Assert.Equal(code, (int?)client.Socket.CloseStatus);
        Assert.Equal(reason, client.Socket.CloseStatusDescription);

        await client.CloseAsync(code, reason);
        Assert.Equal(WebSocketState.Closed, client.Socket.State);
        Assert.Equal(((CloseStatus)code, reason), await server.EndOfAsync(path));
    }

    [Fact]
    public async Task Close_OfOutputOnly_IsAnsweredAfterTheEchoes()
    {
        using var client = await DotNetClient.ConnectAsync(server, "/");
        await client.SendAsync("last words");
        await client.CloseOutputAsync(1000, "no more");
        Assert.Equal("last words", await client.ReceiveTextAsync());
        Assert.Equal(WebSocketMessageType.Close, (await client.ReceiveAsync()).Type);
        Assert.Equal(WebSocketState.Closed, client.Socket.State);
    }

    [Fact]
    public async Task Abort_ByTheClient_ReachesTheActorAsAbnormalClosure()
    {
        const string Path = "/client-aborts";
        using var client = await DotNetClient.ConnectAsync(server, Path);
        await client.SendAsync("hello");
        Assert.Equal("hello", await client.ReceiveTextAsync());
        client.Socket.Abort();
        Assert.Equal((CloseStatus.AbnormalClosure, ""), await server.EndOfAsync(Path));
    }

    [Fact]
    public async Task Abort_InsideAMessage_ReachesTheActorAsAbnormalClosure()
    {
        const string Path = "/client-aborts-inside";
        using var client = await DotNetClient.ConnectAsync(server, Path);
        await client.SendAsync(new byte[1000], WebSocketMessageType.Binary, endOfMessage: false);
        client.Socket.Abort();
        Assert.Equal((CloseStatus.AbnormalClosure, ""), await server.EndOfAsync(Path));
    }
}
