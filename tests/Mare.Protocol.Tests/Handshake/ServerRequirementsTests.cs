// SPDX-License-Identifier: MIT
using Xunit;

namespace Mare.Protocol.Tests.Handshake;

/// <summary>RFC 6455, section 4.2.1: what a server asks of a request.</summary>
public sealed class ServerRequirementsTests
{
    [Fact]
    public void Request_RfcExample_IsAnUpgrade()
    {
        RequestOutcome outcome = HandshakeFeeder.Request(UpgradeText.Request(
            "Origin: http://example.com", "Sec-WebSocket-Protocol: chat, superchat"));
        Assert.True(outcome.Head!.IsUpgrade);
        Assert.Equal(HandshakeResultKind.Upgrade, outcome.Validated!.Kind);
        Assert.Equal(["chat", "superchat"], outcome.Validated.Subprotocols);
        Assert.Empty(outcome.Validated.Extensions);
        Assert.Throws<InvalidOperationException>(() => outcome.Validated.Error);
        Assert.Throws<InvalidOperationException>(() => outcome.Validated.Detail);
    }

    [Theory]
    [InlineData("Upgrade", "Upgrade: WebSocket")]
    [InlineData("Upgrade", "Upgrade: h2c, websocket")]
    [InlineData("Upgrade", "Upgrade: h2c/1\r\nUpgrade: websocket")]
    [InlineData("Upgrade", "upgrade: , websocket,")]
    [InlineData("Connection", "Connection: keep-alive, UPGRADE")]
    [InlineData("Connection", "Connection: keep-alive\r\nConnection: upgrade")]
    [InlineData("Connection", "CONNECTION: upgrade ,keep-alive")]
    public void UpgradeAndConnection_ListsInAnyCase_AreAnUpgrade(string name, string line) =>
        Assert.Equal(HandshakeResultKind.Upgrade, Validate(UpgradeText.RequestWithout(name, line)).Kind);

    [Theory]
    [InlineData("Upgrade", "X: 1")]
    [InlineData("Upgrade", "Upgrade: h2c")]
    [InlineData("Upgrade", "Upgrade: websocket/13")]
    [InlineData("Upgrade", "Upgrade: websockets")]
    [InlineData("Upgrade", "Upgrade:")]
    [InlineData("Connection", "X: 1")]
    [InlineData("Connection", "Connection: keep-alive")]
    [InlineData("Connection", "Connection: close")]
    public void UpgradeAndConnection_NotNamed_IsPlain(string name, string line)
    {
        HandshakeResult result = Validate(UpgradeText.RequestWithout(name, line));
        Assert.Equal(HandshakeResultKind.Plain, result.Kind);
        Assert.Throws<InvalidOperationException>(() => result.AcceptKey);
    }

    [Theory]
    [InlineData("GET /chat HTTP/1.0")]
    [InlineData("POST /chat HTTP/1.1")]
    [InlineData("HEAD /chat HTTP/1.1")]
    [InlineData("get /chat HTTP/1.1")]
    public void Request_NotGetOrNotHttp11_IsPlain(string line)
    {
        RequestOutcome outcome = HandshakeFeeder.Request(UpgradeText.RequestWithLine(line));
        Assert.False(outcome.Head!.IsUpgrade);
        Assert.Equal(HandshakeResultKind.Plain, outcome.Validated!.Kind);
    }

    [Fact]
    public void Request_Http10WithoutHost_IsPlain() =>
        Assert.Equal(HandshakeResultKind.Plain, Validate("GET / HTTP/1.0\r\n\r\n").Kind);

    [Theory]
    [InlineData("Upgrade", "Upgrade: web socket")]
    [InlineData("Upgrade", "Upgrade: \"websocket\"")]
    [InlineData("Upgrade", "Upgrade: websocket;q=1")]
    [InlineData("Upgrade", "Upgrade: websocket, h2c/")]
    [InlineData("Connection", "Connection: upgrade, keep alive")]
    [InlineData("Connection", "Connection: upgrade;")]
    public void UpgradeOrConnection_NoListOfTokens_IsRefused(string name, string line) =>
        Refuses(UpgradeText.RequestWithout(name, line), HandshakeError.MissingUpgrade);

    [Theory]
    [InlineData("Host:")]
    [InlineData("Host: \t")]
    [InlineData("X: 1")]
    public void Host_MissingOrEmpty_IsRefused(string line) =>
        Refuses(UpgradeText.RequestWithout("Host", line), HandshakeError.MissingHost);

    [Fact]
    public void Host_MissingWithAnAbsoluteTarget_IsRefused() =>
        Refuses("GET http://a/ HTTP/1.1\r\n\r\n", HandshakeError.MissingHost);

    [Theory]
    [InlineData("a b")]
    [InlineData("a:b")]
    [InlineData("a:80:80")]
    [InlineData("a:65536")]
    [InlineData("user@a")]
    [InlineData("a/b")]
    [InlineData("a, b")]
    [InlineData("a?")]
    [InlineData("::1")]
    [InlineData("[::1")]
    [InlineData("[::1]80")]
    [InlineData("[127.0.0.1]")]
    [InlineData("[fe80::1%25eth0]")]
    [InlineData("[]")]
    [InlineData("a%")]
    [InlineData("\u00e9")]
    [InlineData(":80")]
    public void Host_Malformed_IsRefused(string host) =>
        Refuses(UpgradeText.RequestWithout("Host", "Host: " + host), HandshakeError.InvalidHttp);

    [Theory]
    [InlineData("localhost")]
    [InlineData("localhost:8080")]
    [InlineData("127.0.0.1:1")]
    [InlineData("[::1]")]
    [InlineData("[::ffff:127.0.0.1]:65535")]
    [InlineData("a_b.example")]
    [InlineData("a%20b")]
    [InlineData("a:")]
    public void Host_Valid_IsAnUpgrade(string host) =>
        Assert.Equal(
            HandshakeResultKind.Upgrade, Validate(UpgradeText.RequestWithout("Host", "Host: " + host)).Kind);

    [Theory]
    [InlineData("Transfer-Encoding: chunked")]
    [InlineData("Transfer-Encoding:")]
    [InlineData("Content-Length: 5")]
    [InlineData("Content-Length: 01")]
    [InlineData("Content-Length: -0")]
    [InlineData("Content-Length: abc")]
    [InlineData("Content-Length:")]
    [InlineData("Content-Length: 0\r\nContent-Length: 0")]
    public void Body_OnAnUpgrade_IsRefused(string line) =>
        Refuses(UpgradeText.Request(line), HandshakeError.InvalidHttp);

    [Theory]
    [InlineData("Content-Length: 0")]
    [InlineData("Content-Length: 00")]
    public void Body_OfNoLength_IsAnUpgrade(string line) =>
        Assert.Equal(HandshakeResultKind.Upgrade, Validate(UpgradeText.Request(line)).Kind);

    [Fact]
    public void Body_OnAPlainRequest_IsPlain() =>
        Assert.Equal(
            HandshakeResultKind.Plain, Validate(UpgradeText.RequestWithout("Upgrade", "Content-Length: 5")).Kind);

    [Theory]
    [InlineData("X: 1")]
    [InlineData("Sec-WebSocket-Version:")]
    [InlineData("Sec-WebSocket-Version: 8")]
    [InlineData("Sec-WebSocket-Version: 013")]
    [InlineData("Sec-WebSocket-Version: 13, 8")]
    [InlineData("Sec-WebSocket-Version: thirteen")]
    public void Version_NotThirteen_IsRefused(string line) =>
        Refuses(UpgradeText.RequestWithout("Sec-WebSocket-Version", line), HandshakeError.WrongVersion);

    [Fact]
    public void Key_Missing_IsRefused() =>
        Refuses(UpgradeText.RequestWithout("Sec-WebSocket-Key"), HandshakeError.MissingKey);

    [Theory]
    [InlineData("")]
    [InlineData("dGhlIHNhbXBsZSBub25jZQ")]
    [InlineData("dGhlIHNhbXBsZSBub25jZQ=")]
    [InlineData("dGhlIHNhbXBsZSBub25jZR==")]
    [InlineData("dGhlIHNhbXBsZSBub25jZTEy")]
    [InlineData("dGhlIHNhbXBsZSBub25j ZQ==")]
    [InlineData("dGhlIHNhbXBsZSBub2 jZQ==")]
    [InlineData("dGhlIHNhbXBsZSBub2_jZQ==")]
    [InlineData("dGhlIHNhbXBsZSBub25jZQ==dGhlIHNhbXBsZSBub25jZQ==")]
    [InlineData("dGhlIHNhbXBsZSBub25j\u00e9Q==")]
    [InlineData("========================")]
    public void Key_NotBase64OfSixteenBytes_IsRefused(string key) =>
        Refuses(
            UpgradeText.RequestWithout("Sec-WebSocket-Key", "Sec-WebSocket-Key: " + key), HandshakeError.InvalidKey);

    [Fact]
    public void Extensions_Offered_AreReadOverSeveralLines()
    {
        HandshakeResult result = Validate(UpgradeText.Request(
            "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits", "Sec-WebSocket-Extensions: x"));
        Assert.Equal(["permessage-deflate; client_max_window_bits", "x"], result.Extensions.Select(e => e.ToString()));
    }

    [Theory]
    [InlineData("Sec-WebSocket-Extensions:")]
    [InlineData("Sec-WebSocket-Extensions: a;")]
    [InlineData("Sec-WebSocket-Extensions: a\r\nSec-WebSocket-Extensions: =")]
    public void Extensions_Malformed_AreRefused(string lines) =>
        Refuses(UpgradeText.Request(lines), HandshakeError.InvalidHttp);

    private static HandshakeResult Validate(string text)
    {
        RequestOutcome outcome = HandshakeFeeder.Request(text);
        Assert.Equal(RequestReadStatus.Complete, outcome.Status);
        return outcome.Validated!;
    }

    private static void Refuses(string text, HandshakeError error)
    {
        HandshakeResult result = Validate(text);
        Assert.Equal(HandshakeResultKind.Refused, result.Kind);
        Assert.Equal(error, result.Error);
        Assert.NotEmpty(result.Detail);
    }
}
