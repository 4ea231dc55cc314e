// SPDX-License-Identifier: MIT
using System.Buffers;
using System.Text;
using Mare.Protocol.Tests.Feeding;
using Xunit;

namespace Mare.Protocol.Tests.Handshake.Client;

/// <summary>RFC 6455, section 4.1, and RFC 9112, section 4: what a client asks of the answer.</summary>
public sealed class ClientResponseReaderTests
{
    private static readonly ClientHandshake Asked = new("server.example.com", "/chat")
    {
        Key = UpgradeText.Key,
        Subprotocols = ["chat", "superchat"],
        Extensions = [new ExtensionOffer("foo")],
    };

    [Fact]
    public void Answer_RfcExample_IsAccepted()
    {
        ResponseOutcome outcome = Read(UpgradeText.Response("Sec-WebSocket-Protocol: chat") + "\u0081\u0000");
        Assert.Equal(ResponseReadStatus.Accepted, outcome.Status);
        Assert.Equal("chat", outcome.Subprotocol);
        Assert.Empty(outcome.Extensions);
        Assert.Equal((101, "Switching Protocols"), (outcome.Head!.StatusCode, outcome.Head.ReasonPhrase));
        Assert.Equal("\u0081\u0000", outcome.Rest);
    }

    [Fact]
    public void Answer_OfOurServer_IsAccepted()
    {
        var writer = new ArrayBufferWriter<byte>();
        HandshakeResponse.WriteSwitchingProtocols(
            writer, UpgradeText.Accept, "superchat", "foo; x=1", [new("X-A", "1")], DateTimeOffset.UnixEpoch);
        ResponseOutcome outcome = Read(Encoding.Latin1.GetString(writer.WrittenSpan));
        Assert.Equal((ResponseReadStatus.Accepted, "superchat"), (outcome.Status, outcome.Subprotocol));
        Assert.Equal("foo; x=1", Assert.Single(outcome.Extensions).ToString());
        Assert.Equal("1", outcome.Head!.Headers["x-a"]);
    }

    [Theory]
    [InlineData("Upgrade", "upgrade: WebSocket")]
    [InlineData("Connection", "Connection: keep-alive, upgrade")]
    [InlineData("X", "Content-Length: 0")]
    public void Answer_OtherSpelling_IsAccepted(string name, string line) =>
        Assert.Equal(ResponseReadStatus.Accepted, Read(UpgradeText.ResponseWithout(name, line)).Status);

    [Theory]
    [InlineData("HTTP/1.1 404 Not Found", 404, "Not Found")]
    [InlineData("HTTP/1.1 200 ", 200, "")]
    [InlineData("HTTP/1.0 302 Moved \u00e9", 302, "Moved \u00e9")]
    [InlineData("HTTP/1.1 426 Upgrade Required", 426, "Upgrade Required")]
    public void Answer_OtherStatus_IsDeclined(string line, int status, string reason)
    {
        ResponseOutcome outcome = Read(UpgradeText.Head(line, "Location: /x", "Content-Length: 2") + "no");
        Assert.Equal(ResponseReadStatus.Declined, outcome.Status);
        Assert.Equal((status, reason), (outcome.Head!.StatusCode, outcome.Head.ReasonPhrase));
        Assert.Equal("/x", outcome.Head.Headers["location"]);
        Assert.Equal("no", outcome.Rest);
    }

    [Theory]
    [InlineData("HTTP/1.1 101")]
    [InlineData("HTTP/1.1  101 X")]
    [InlineData("HTTP/1.1 1x1 X")]
    [InlineData("HTTP/1.1 1010 X")]
    [InlineData("HTTP/1.1 101\tX")]
    [InlineData("HTTP/1.1 101 X\u0001")]
    public void StatusLine_Malformed_Fails(string line) =>
        Fails(UpgradeText.ResponseWithLine(line), HandshakeError.InvalidHttp, "The status line is malformed.");

    [Theory]
    [InlineData("HTTP/2.0 101 X")]
    [InlineData("http/1.1 101 X")]
    [InlineData("\r\nHTTP/1.1 101 X")]
    [InlineData("ICY 200 OK")]
    [InlineData("SSH-2.0-OpenSSH_9.6")]
    public void StatusLine_NotHttp1_Fails(string line) =>
        Fails(UpgradeText.ResponseWithLine(line), HandshakeError.InvalidHttp, "The HTTP version is not HTTP/1.x.");

    [Theory]
    [InlineData("HTTP/1.1 101 X\nA: b", "A line ends in LF without CR.")]
    [InlineData("HTTP/1.1 101\n", "A line ends in LF without CR.")]
    [InlineData("HTTP/1.1 101 X\rA: b", "A CR is not followed by LF.")]
    [InlineData("HTTP/1.1 101 X\r\nA : b", "A header name is followed by white space.")]
    [InlineData("HTTP/1.1 101 X\r\nA: b\r\n c", "A header line begins with white space.")]
    public void Answer_MalformedLine_FailsAsARequestDoes(string line, string detail) =>
        Fails(UpgradeText.ResponseWithLine(line), HandshakeError.InvalidHttp, detail);

    [Theory]
    [InlineData("Upgrade", "X: 1")]
    [InlineData("Upgrade", "Upgrade: websocket, h2c")]
    [InlineData("Connection", "X: 1")]
    [InlineData("Connection", "Connection: close")]
    public void Answer_WithoutUpgrade_Fails(string name, string line) =>
        Fails(
            UpgradeText.ResponseWithout(name, line),
            HandshakeError.MissingUpgrade,
            "The answer does not upgrade to websocket.");

    [Fact]
    public void Answer_UpgradeInHttp10_Fails() =>
        Assert.Equal(HandshakeError.MissingUpgrade, Read(UpgradeText.ResponseWithLine("HTTP/1.0 101 X")).Error);

    [Theory]
    [InlineData("X: 1")]
    [InlineData("Sec-WebSocket-Accept:")]
    [InlineData("Sec-WebSocket-Accept: S3pPLMBiTxaQ9kYGzzhZRbK+xOo=")]
    [InlineData("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo")]
    public void Accept_DoesNotAnswerTheKey_Fails(string line) =>
        Fails(
            UpgradeText.ResponseWithout("Sec-WebSocket-Accept", line),
            HandshakeError.AcceptKeyFailed,
            "The Sec-WebSocket-Accept does not answer the key that was sent.");

    [Theory]
    [InlineData("Sec-WebSocket-Protocol: other")]
    [InlineData("Sec-WebSocket-Protocol: Chat")]
    [InlineData("Sec-WebSocket-Protocol: chat, superchat")]
    [InlineData("Sec-WebSocket-Protocol:")]
    [InlineData("Sec-WebSocket-Extensions: bar")]
    [InlineData("Sec-WebSocket-Extensions: foo, bar")]
    public void Answer_ChoosesWhatWasNotOffered_Fails(string line) =>
        Fails(
            UpgradeText.Response(line),
            HandshakeError.InvalidHttp,
            "The answer chooses a subprotocol or an extension that was not offered.");

    [Fact]
    public void Extensions_Malformed_Fail() =>
        Fails(
            UpgradeText.Response("Sec-WebSocket-Extensions: foo;"),
            HandshakeError.InvalidHttp,
            "The Sec-WebSocket-Extensions is malformed.");

    [Theory]
    [InlineData("Sec-WebSocket-Protocol: chat\r\nSec-WebSocket-Protocol: chat")]
    [InlineData("Sec-WebSocket-Extensions: foo\r\nSec-WebSocket-Extensions: foo")]
    [InlineData("Sec-WebSocket-Accept: " + UpgradeText.Accept)]
    public void FieldLine_ThatComesOnceComesTwice_Fails(string lines) =>
        Fails(UpgradeText.Response(lines), HandshakeError.InvalidHttp, "A header that may come once comes twice.");

    [Theory]
    [InlineData("Transfer-Encoding: chunked")]
    [InlineData("Content-Length: 1")]
    public void Body_OnAnUpgrade_Fails(string line) =>
        Fails(
            UpgradeText.Response(line),
            HandshakeError.InvalidHttp,
            "An upgrade has Transfer-Encoding or a Content-Length.");

    [Fact]
    public void Head_WithoutEnd_FailsAtItsLimit() =>
        Fails(
            "HTTP/1.1 101 " + new string('a', 9000),
            HandshakeError.RequestTooLarge,
            "The head is longer than its limit.");

    [Fact]
    public void Read_WholeAnswerInOneSpan_RentsNothing()
    {
        var pool = new CountingPool();
        using var reader = new ClientResponseReader(Asked, new HandshakeLimits(), pool);
        ReadOnlySpan<byte> data = Encoding.Latin1.GetBytes(UpgradeText.Response());
        Assert.Equal(ResponseReadStatus.Accepted, reader.Read(ref data));
        Assert.Equal(0, pool.Rentals);
        Assert.Equal(ResponseReadStatus.Accepted, reader.Read(ref data));
        Assert.Throws<InvalidOperationException>(() => reader.Error);
    }

    private static ResponseOutcome Read(string text) => HandshakeFeeder.Response(text, Asked);

    private static void Fails(string text, HandshakeError error, string detail)
    {
        ResponseOutcome outcome = Read(text);
        Assert.Equal(ResponseReadStatus.Failed, outcome.Status);
        Assert.Equal((error, detail), (outcome.Error, outcome.Detail));
    }
}
