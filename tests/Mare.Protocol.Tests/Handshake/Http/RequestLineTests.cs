// SPDX-License-Identifier: MIT
using Xunit;

namespace Mare.Protocol.Tests.Handshake.Http;

/// <summary>RFC 9112, sections 2.2 and 3: the request line and what may stand before it.</summary>
public sealed class RequestLineTests
{
    private const string WrongForm = "The request target is neither a path nor an absolute URI with a valid authority.";

    [Theory]
    [InlineData("/", "/", "")]
    [InlineData("/chat", "/chat", "")]
    [InlineData("/chat?room=1&x=%20", "/chat", "?room=1&x=%20")]
    [InlineData("/a%2Fb/../c", "/a%2Fb/../c", "")]
    [InlineData("/?", "/", "?")]
    [InlineData("//host/path", "//host/path", "")]
    [InlineData("/q?a?b", "/q", "?a?b")]
    [InlineData("/q?{a|b}^", "/q", "?{a|b}^")]
    public void Target_OriginForm_GivesPathAndQuery(string target, string path, string query)
    {
        RequestOutcome outcome = HandshakeFeeder.Request(UpgradeText.RequestWithLine($"GET {target} HTTP/1.1"));
        Assert.Equal(HandshakeResultKind.Upgrade, outcome.Validated?.Kind);
        Assert.Equal((target, path, query), (outcome.Head!.Target, outcome.Head.Path, outcome.Head.QueryString));
        Assert.Equal("server.example.com", outcome.Head.Authority);
    }

    [Theory]
    [InlineData("http://other.example/chat?x=1", "/chat", "?x=1", "other.example")]
    [InlineData("ws://other.example:8080/chat", "/chat", "", "other.example:8080")]
    [InlineData("WSS://other.example/", "/", "", "other.example")]
    [InlineData("https://[::1]:443/a", "/a", "", "[::1]:443")]
    [InlineData("http://other.example", "/", "", "other.example")]
    [InlineData("http://other.example?x", "/", "?x", "other.example")]
    public void Target_AbsoluteForm_GivesPathQueryAndAuthority(
        string target, string path, string query, string authority)
    {
        RequestHead head = HandshakeFeeder.Request(UpgradeText.RequestWithLine($"GET {target} HTTP/1.1")).Head!;
        Assert.Equal((path, query, authority), (head.Path, head.QueryString, head.Authority));
    }

    [Theory]
    [InlineData("chat")]
    [InlineData("?x")]
    [InlineData("server.example.com:80")]
    [InlineData("*")]
    [InlineData("http:///chat")]
    [InlineData("http://user@host/chat")]
    [InlineData("http://host:99999/chat")]
    [InlineData("http://host:x/chat")]
    [InlineData("http://[::1/chat")]
    [InlineData("http://ho%zzst/chat")]
    [InlineData("ftp://host/chat")]
    public void Target_OtherForm_Fails(string target) =>
        Refuses($"GET {target} HTTP/1.1", WrongForm);

    [Fact]
    public void Target_AsteriskOfOptions_IsPlain()
    {
        RequestOutcome outcome = HandshakeFeeder.Request(UpgradeText.RequestWithLine("OPTIONS * HTTP/1.1"));
        Assert.Equal("*", outcome.Head!.Path);
        Assert.Equal(HandshakeResultKind.Plain, outcome.Validated!.Kind);
    }

    [Fact]
    public void Target_AuthorityOfConnect_Fails() =>
        Refuses("CONNECT server.example.com:80 HTTP/1.1", WrongForm);

    [Theory]
    [InlineData("/chat#top")]
    [InlineData("/chat?x#")]
    [InlineData("http://host/chat#top")]
    public void Target_WithFragment_Fails(string target) =>
        Refuses($"GET {target} HTTP/1.1", "The request target has a fragment.");

    [Theory]
    [InlineData("GET /a\u0001 HTTP/1.1")]
    [InlineData("GET /a\0 HTTP/1.1")]
    [InlineData("GET /a\t HTTP/1.1")]
    [InlineData("GET /\u007f HTTP/1.1")]
    [InlineData("GET /\u00e9 HTTP/1.1")]
    [InlineData("GET  / HTTP/1.1")]
    [InlineData("GET /\r HTTP/1.1")]
    [InlineData("GET /")]
    [InlineData("GET /\n")]
    public void Target_ByteThatNoUriHolds_Fails(string line) =>
        Refuses(line, "The request target holds a byte that no URI holds.");

    [Theory]
    [InlineData(" GET / HTTP/1.1")]
    [InlineData("G(T / HTTP/1.1")]
    [InlineData("GET\t/ HTTP/1.1")]
    [InlineData("GET")]
    [InlineData("\u0016\u0003\u0001\u0002\u0000")]
    [InlineData("\nGET / HTTP/1.1")]
    [InlineData("\r\n\r\nGET / HTTP/1.1")]
    public void Method_NotATokenAndOneSpace_Fails(string line) =>
        Refuses(line, "The method is not a token followed by one space.");

    [Theory]
    [InlineData("GET / HTTP/2.0")]
    [InlineData("PRI / HTTP/2.0")]
    [InlineData("GET / http/1.1")]
    [InlineData("GET / HTTP/1.")]
    [InlineData("GET / HTTP/1.x")]
    [InlineData("GET / HTTP/1.10")]
    [InlineData("GET / HTTP/11")]
    [InlineData("GET /  HTTP/1.1")]
    [InlineData("GET / HTTP/1.1 ")]
    [InlineData("GET / ")]
    public void HttpVersion_NotHttp1_Fails(string line) => Refuses(line, "The HTTP version is not HTTP/1.x.");

    [Theory]
    [InlineData("GET / HTTP/1.0", 0)]
    [InlineData("GET / HTTP/1.1", 1)]
    [InlineData("GET / HTTP/1.9", 1)]
    public void HttpVersion_MinorVersion_IsReadAsTheHighestKnown(string line, int minor) =>
        Assert.Equal(minor, HandshakeFeeder.Request(UpgradeText.RequestWithLine(line)).Head!.VersionMinor);

    [Fact]
    public void RequestLine_OneEmptyLineBefore_IsAccepted()
    {
        RequestOutcome outcome = HandshakeFeeder.Request("\r\n" + UpgradeText.Request());
        Assert.Equal(HandshakeResultKind.Upgrade, outcome.Validated?.Kind);
        Assert.Equal("GET", outcome.Head!.Method);
    }

    [Theory]
    [InlineData("\rGET / HTTP/1.1")]
    [InlineData("GET / HTTP/1.1\rHost: a")]
    public void RequestLine_BareCr_Fails(string line) => Refuses(line, "A CR is not followed by LF.");

    [Fact]
    public void RequestLine_BareLf_Fails() => Refuses("GET / HTTP/1.1\nHost: a", "A line ends in LF without CR.");

    private static void Refuses(string requestLine, string detail)
    {
        RequestOutcome outcome = HandshakeFeeder.Request(UpgradeText.RequestWithLine(requestLine));
        Assert.Equal((RequestReadStatus.Failed, HandshakeError.InvalidHttp), (outcome.Status, outcome.Error));
        Assert.Equal(detail, outcome.Detail);
    }
}
