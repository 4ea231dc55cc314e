// SPDX-License-Identifier: MIT
using System.Text;
using Mare.Protocol;
using Mare.Testing;

namespace Mare.Cli.Tests.Client;

/// <summary>The opening handshake of the client. RFC 6455, section 4.1.</summary>
public sealed class HandshakeTests
{
    [Fact]
    public void Open_ServerAccepts_TellsTheSubprotocol()
    {
        using var net = new ClientNetwork();
        var port = net.Serve(static _ => new ChoosingActor());
        var client = net.Connect(port, () => new ClientHandshake("h", "/chat?x=1") { Subprotocols = ["a", "b"], Origin = "http://h", Headers = [new("X-A", "1")] });
        Assert.Equal(["open b"], client.Calls);
    }

    [Fact]
    public void Request_OnTheWire_HasWhatWasAskedFor()
    {
        using var net = new ClientNetwork();
        var port = net.ServeRaw(static head => RawServerActor.Upgrade(head));
        net.Connect(port, () => new ClientHandshake("h", "/chat?x=1") { Subprotocols = ["a", "b"], Origin = "http://o", Headers = [new("X-A", "1")] });
        var head = net.Raw[0].Head!;
        Assert.StartsWith("GET /chat?x=1 HTTP/1.1\r\nHost: h\r\n", head, StringComparison.Ordinal);
        Assert.Contains("\r\nOrigin: http://o\r\nSec-WebSocket-Protocol: a, b\r\nX-A: 1\r\n", head, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_FramesRightBehindTheAnswer_AreMessages()
    {
        using var net = new ClientNetwork();
        var port = net.ServeRaw(static head => [.. RawServerActor.Upgrade(head), 0x81, 2, (byte)'h', (byte)'i']);
        Assert.Equal(["open", "text hi"], net.Connect(port).Calls);
    }

    [Fact]
    public void Open_OnAHostileNetwork_SucceedsAllTheSame()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            using var net = new ClientNetwork(InMemoryNetworkOptions.Hostile(seed));
            var port = net.Serve(static _ => new ServerActor { Greeting = "welcome" });
            Assert.Equal(["open", "text welcome"], net.Connect(port).Calls);
        }
    }

    [Fact]
    public void Refusal_StatusAndPhrase_AreTold()
    {
        using var net = new ClientNetwork();
        var port = net.Serve(static _ => null);
        var client = net.Connect(port);
        Assert.Equal(["end"], client.Calls);
        Assert.Equal("The server refused the upgrade: 404 Not Found", client.Ending!.Error);
    }

    [Fact]
    public void Redirect_IsToldAndNotFollowed()
    {
        using var net = new ClientNetwork();
        var port = net.ServeRaw(static _ => Encoding.ASCII.GetBytes("HTTP/1.1 301 Moved Permanently\r\nLocation: ws://elsewhere/\r\nContent-Length: 0\r\n\r\n"));
        Assert.Equal(
            "The server refused the upgrade: 301 Moved Permanently, go to ws://elsewhere/ (redirects are not followed)", net.Connect(port).Ending!.Error);
    }

    [Fact]
    public void Answer_WithAWrongKey_IsRefused()
    {
        using var net = new ClientNetwork();
        var port = net.ServeRaw(static _ => RawServerActor.Upgrade("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"));
        Assert.StartsWith("The answer to the opening handshake is wrong: ", net.Connect(port).Ending!.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Answer_IsNoHttp_IsRefused()
    {
        using var net = new ClientNetwork();
        var port = net.ServeRaw(static _ => "220 mail.example ESMTP\r\n\r\n"u8.ToArray());
        Assert.StartsWith("The answer to the opening handshake is wrong: ", net.Connect(port).Ending!.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Answer_NeverComes_TimesOut()
    {
        using var net = new ClientNetwork();
        var port = net.ServeRaw(static _ => null);
        var client = net.Connect(port);
        net.Advance(9.9);
        Assert.Empty(client.Calls);
        net.Advance(0.1);
        Assert.Equal("The server did not answer the opening handshake within 10 s", client.Ending!.Error);
    }

    [Fact]
    public void Answer_IsTheEndOfTheConnection_IsTold()
    {
        using var net = new ClientNetwork();
        var port = net.ServeRaw(static _ => null);
        var client = net.Connect(port);
        net.Do(net.Raw[0], static s => s.Connection.Close());
        Assert.Equal("The server ended the connection instead of answering the opening handshake", client.Ending!.Error);
    }

    [Fact]
    public void Close_BeforeTheAnswer_Ends()
    {
        using var net = new ClientNetwork();
        var port = net.ServeRaw(static _ => null);
        var client = net.Connect(port);
        net.Do(client, static c => c.Close());
        Assert.Equal("Cancelled during the opening handshake", client.Ending!.Error);
    }

    [Fact]
    public void Connect_NobodyListens_IsTold()
    {
        using var net = new ClientNetwork();
        Assert.Equal("Cannot connect to 127.0.0.1:9: nobody listens there", net.Connect(9).Ending!.Error);
    }

    private sealed class ChoosingActor : WebSocketServerActor
    {
        protected override UpgradeDecision OnUpgradeRequest(UpgradeRequest request) => UpgradeDecision.Accept(subprotocol: "b");
    }
}
