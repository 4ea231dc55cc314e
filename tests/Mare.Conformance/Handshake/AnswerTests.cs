// SPDX-License-Identifier: MIT
using Mare.Conformance.Servers;
using Mare.Conformance.Wire;

namespace Mare.Conformance.Handshake;

/// <summary>RFC 6455 4.2.2: what the server answers.</summary>
public sealed class AnswerTests(EchoServer server)
{
    /// <summary>The example of RFC 6455 1.3, with the answer that stands there.</summary>
    [Fact]
    public async Task Answer_ToTheKeyOfTheRfc_HasItsAccept()
    {
        var answer = await Exchange.AcceptedAsync(server, HandshakeRequest.For(server), "example of the RFC");
        Assert.Equal("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", answer["Sec-WebSocket-Accept"]);
    }

    [Theory]
    [InlineData("chat.v2")]
    [InlineData("chat.v1, chat.v2")]
    [InlineData("chat.v2,other")]
    public async Task Subprotocol_Offered_IsNamedInTheAnswer(string offer)
    {
        EchoServer.RequireMare();
        var request = HandshakeRequest.For(server).Add($"Sec-WebSocket-Protocol: {offer}");
        var answer = await Exchange.AcceptedAsync(server, request, $"subprotocols {offer}");
        Assert.Equal("chat.v2", answer["Sec-WebSocket-Protocol"]);
    }

    [Theory]
    [InlineData("chat.v1")]
    [InlineData("CHAT.V2")]
    public async Task Subprotocol_NotSpokenByTheServer_IsNotInTheAnswer(string offer)
    {
        EchoServer.RequireMare();
        var request = HandshakeRequest.For(server).Add($"Sec-WebSocket-Protocol: {offer}");
        var answer = await Exchange.AcceptedAsync(server, request, $"subprotocols {offer}");
        Assert.Null(answer["Sec-WebSocket-Protocol"]);
    }

    [Fact]
    public async Task Path_WithoutActor_Is404()
    {
        EchoServer.RequireMare();
        var request = HandshakeRequest.For(server).RequestLine($"GET {EchoServer.MissingPath} HTTP/1.1");
        await Exchange.RefusedAsync(server, request, "path that the server has no actor for", 404);
    }

    [Fact]
    public async Task Upgrade_DeniedByTheActor_Is403()
    {
        EchoServer.RequireMare();
        var request = HandshakeRequest.For(server).RequestLine($"GET {EchoServer.DeniedPath} HTTP/1.1");
        await Exchange.RefusedAsync(server, request, "path whose actor denies the upgrade", 403);
    }

    /// <summary>RFC 9110 9.3.2: the answer to HEAD has the length of a body and no body. Were there one, it would be
    /// read as bytes after the answer.</summary>
    [Fact]
    public async Task Head_OnAnyPath_IsAnsweredWithoutBody()
    {
        EchoServer.RequireMare();
        var request = HandshakeRequest.For(server).RequestLine("HEAD / HTTP/1.1").Replace("Upgrade")
            .Replace("Connection", "Connection: keep-alive");
        var answer = await Exchange.RefusedAsync(server, request, "HEAD", 426);
        Assert.NotNull(answer["Content-Length"]);
    }

    /// <summary>RFC 6455 4.1: the method of an opening handshake is GET.</summary>
    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("get")]
    public async Task Method_OtherThanGet_IsNotUpgraded(string method)
    {
        var request = HandshakeRequest.For(server).RequestLine($"{method} {server.Path} HTTP/1.1");
        await Exchange.RefusedAsync(server, request, $"method {method}", 400, 405, 426, 501);
    }
}
