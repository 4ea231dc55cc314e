// SPDX-License-Identifier: MIT
using Xunit;

namespace Mare.Protocol.Tests.Handshake.Http;

/// <summary>RFC 9112, section 5, and RFC 9110, section 5: header lines.</summary>
public sealed class FieldLineTests
{
    [Theory]
    [InlineData("X: a\r\n b")]
    [InlineData("X: a\r\n\tb")]
    [InlineData("X: a\r\n ")]
    public void FieldLine_ObsoleteFolding_Fails(string lines) =>
        Refuses(lines, "A header line begins with white space.");

    [Fact]
    public void FieldLine_WhiteSpaceBeforeTheFirst_Fails()
    {
        RequestOutcome outcome = HandshakeFeeder.Request(UpgradeText.Head("GET / HTTP/1.1", " Host: a"));
        Assert.Equal("A header line begins with white space.", outcome.Detail);
    }

    [Theory]
    [InlineData("X: a\nY: b")]
    [InlineData("X\n: a")]
    [InlineData("X: a\n")]
    public void FieldLine_BareLf_Fails(string lines) => Refuses(lines, "A line ends in LF without CR.");

    [Fact]
    public void EmptyLine_BareLf_Fails() =>
        Assert.Equal(
            "A line ends in LF without CR.", HandshakeFeeder.Request("GET / HTTP/1.1\r\nHost: a\r\n\n").Detail);

    [Theory]
    [InlineData("X: a\rb")]
    [InlineData("X: a\r\r\nY: b")]
    public void FieldLine_BareCr_Fails(string lines) => Refuses(lines, "A CR is not followed by LF.");

    [Fact]
    public void EmptyLine_BareCr_Fails() =>
        Assert.Equal("A CR is not followed by LF.", HandshakeFeeder.Request("GET / HTTP/1.1\r\nHost: a\r\n\rX").Detail);

    [Theory]
    [InlineData("X : a")]
    [InlineData("X\t: a")]
    [InlineData("X Y: a")]
    public void Name_WhiteSpaceBeforeTheColon_Fails(string line) =>
        Refuses(line, "A header name is followed by white space.");

    [Fact]
    public void Name_Empty_Fails() => Refuses(": a", "A header line has no name.");

    [Theory]
    [InlineData("X(Y): a")]
    [InlineData("\"X\": a")]
    [InlineData("X\0: a")]
    [InlineData("X\u0001: a")]
    [InlineData("X\u00e9: a")]
    [InlineData("X")]
    [InlineData("X@Y: a")]
    public void Name_NotAToken_Fails(string line) => Refuses(line, "A header name is not a token followed by a colon.");

    [Theory]
    [InlineData("X: a\0")]
    [InlineData("X: \u0001")]
    [InlineData("X: a\u001fb")]
    [InlineData("X: a\u007f")]
    [InlineData("X: a\u000bb")]
    public void Value_ControlByte_Fails(string line) => Refuses(line, "A header value holds a control byte.");

    [Theory]
    [InlineData("X:a", "a")]
    [InlineData("X: a", "a")]
    [InlineData("X: \t a b \t ", "a b")]
    [InlineData("X:", "")]
    [InlineData("X: \t", "")]
    [InlineData("X: a\tb", "a\tb")]
    [InlineData("X: a:b", "a:b")]
    [InlineData("X: \u00e9\u00ff\u0080", "\u00e9\u00ff\u0080")]
    [InlineData("X: \u00a0", "\u00a0")]
    [InlineData("!#$%&'*+-.^_`|~aZ09: x", null)]
    public void Value_WhiteSpaceAround_IsTrimmed(string line, string? value)
    {
        HeaderCollection headers = HandshakeFeeder.Request(UpgradeText.Request(line)).Head!.Headers;
        Assert.Equal(value ?? "x", headers[line[..line.IndexOf(':', StringComparison.Ordinal)]]);
    }

    [Theory]
    [InlineData("Host", "server.example.com")]
    [InlineData("host", "server.example.com")]
    [InlineData("Sec-WebSocket-Key", UpgradeText.Key)]
    [InlineData("sec-websocket-key", UpgradeText.Key)]
    [InlineData("Sec-WebSocket-Version", "13")]
    public void FieldLine_ThatComesOnceComesTwice_Fails(string name, string value) =>
        Refuses($"{name}: {value}", "A header that may come once comes twice.");

    [Fact]
    public void FieldLine_TwoOrigins_Fails() =>
        Refuses("Origin: http://a\r\nOrigin: http://b", "A header that may come once comes twice.");

    [Fact]
    public void FieldLine_RepeatedName_IsJoinedByComma()
    {
        string text = UpgradeText.Request("X-A: 1", "x-a: 2", "X-B: 3");
        HeaderCollection headers = HandshakeFeeder.Request(text).Head!.Headers;
        Assert.Equal("1, 2", headers["X-A"]);
        Assert.Equal("3", headers["x-b"]);
        Assert.Equal(7, headers.Count);
    }

    [Fact]
    public void FieldLine_RepeatedCookie_IsJoinedBySemicolon() =>
        Assert.Equal(
            "a=1; b=2; c=3",
            HandshakeFeeder.Request(UpgradeText.Request("Cookie: a=1", "Cookie: b=2; c=3")).Head!.Headers["Cookie"]);

    private static void Refuses(string lines, string detail)
    {
        RequestOutcome outcome = HandshakeFeeder.Request(UpgradeText.Request(lines));
        Assert.Equal((RequestReadStatus.Failed, HandshakeError.InvalidHttp), (outcome.Status, outcome.Error));
        Assert.Equal(detail, outcome.Detail);
    }
}
