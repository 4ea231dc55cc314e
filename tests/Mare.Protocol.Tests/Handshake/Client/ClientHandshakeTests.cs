// SPDX-License-Identifier: MIT
using System.Buffers;
using System.Text;
using Xunit;

namespace Mare.Protocol.Tests.Handshake.Client;

/// <summary>RFC 6455, section 4.1: the request of a client.</summary>
public sealed class ClientHandshakeTests
{
    [Fact]
    public void Request_OnlyHostAndTarget_HasTheRequiredHeaders() =>
        Assert.Equal(
            "GET /chat?x=1 HTTP/1.1\r\nHost: localhost:8080\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + $"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {UpgradeText.Key}\r\n\r\n",
            Written(new ClientHandshake("localhost:8080", "/chat?x=1") { Key = UpgradeText.Key }));

    [Fact]
    public void Request_Everything_IsReadByTheServerAsAsked()
    {
        var request = new ClientHandshake("[::1]:80", "/")
        {
            Subprotocols = ["b", "a"],
            Extensions = [new("foo", new KeyValuePair<string, string?>("x", "1")), new("bar")],
            Origin = "http://example.com",
            Headers = [new("X-A", "1"), new("Cookie", "a=1")],
        };
        RequestOutcome outcome = HandshakeFeeder.Request(Written(request));
        Assert.Equal(HandshakeResultKind.Upgrade, outcome.Validated?.Kind);
        Assert.Equal(OpeningHandshake.ComputeAcceptKey(request.Key), outcome.Validated!.AcceptKey);
        Assert.Equal(["b", "a"], outcome.Validated.Subprotocols);
        Assert.Equal(["foo; x=1", "bar"], outcome.Validated.Extensions.Select(e => e.ToString()));
        Assert.Equal("http://example.com", outcome.Head!.Headers["Origin"]);
        Assert.Equal("1", outcome.Head.Headers["X-A"]);
        Assert.Equal("a=1", outcome.Head.Headers["Cookie"]);
        Assert.Equal("[::1]:80", outcome.Head.Authority);
    }

    [Fact]
    public void Key_NotGiven_IsNewEachTime() =>
        Assert.NotEqual(new ClientHandshake("a", "/").Key, new ClientHandshake("a", "/").Key);

    [Theory]
    [InlineData("", "/")]
    [InlineData("a b", "/")]
    [InlineData("a\r\nX: 1", "/")]
    [InlineData("http://a", "/")]
    [InlineData("a", "")]
    [InlineData("a", "chat")]
    [InlineData("a", "/a b")]
    [InlineData("a", "/a#b")]
    [InlineData("a", "/\u00e9")]
    [InlineData("a", "/\u20ac")]
    [InlineData("a", "/a HTTP/1.1\r\nX: 1")]
    public void HostOrTarget_Malformed_Throws(string host, string target) =>
        Assert.Throws<ArgumentException>(() => new ClientHandshake(host, target));

    [Fact]
    public void Key_NotBase64OfSixteenBytes_Throws() =>
        Assert.Throws<ArgumentException>(() => new ClientHandshake("a", "/") { Key = "short" });

    [Theory]
    [InlineData("a", "a")]
    [InlineData("a", "")]
    [InlineData("a", "b c")]
    public void Subprotocols_RepeatedOrNoTokens_Throw(string first, string second) =>
        Assert.Throws<ArgumentException>(() => new ClientHandshake("a", "/") { Subprotocols = [first, second] });

    [Theory]
    [InlineData("")]
    [InlineData("http://a\r\nX: 1")]
    public void Origin_Malformed_Throws(string origin) =>
        Assert.Throws<ArgumentException>(() => new ClientHandshake("a", "/") { Origin = origin });

    [Theory]
    [InlineData("Host")]
    [InlineData("origin")]
    [InlineData("Upgrade")]
    [InlineData("Sec-WebSocket-Key")]
    [InlineData("X Y")]
    public void Header_OfTheHandshake_Throws(string name) =>
        Assert.Throws<ArgumentException>(() => new ClientHandshake("a", "/") { Headers = [new(name, "1")] });

    private static string Written(ClientHandshake request)
    {
        var writer = new ArrayBufferWriter<byte>();
        request.WriteRequest(writer);
        return Encoding.Latin1.GetString(writer.WrittenSpan);
    }
}
