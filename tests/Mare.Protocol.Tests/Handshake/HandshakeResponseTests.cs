// SPDX-License-Identifier: MIT
using System.Buffers;
using System.Text;
using Xunit;

namespace Mare.Protocol.Tests.Handshake;

/// <summary>RFC 6455, sections 4.2.2 and 4.4, and RFC 9112, section 4: the answers of a server.</summary>
public sealed class HandshakeResponseTests
{
    private const string DateLine = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n";
    private static readonly DateTimeOffset Date = new(1994, 11, 6, 9, 49, 37, 500, TimeSpan.FromHours(1));

    [Fact]
    public void SwitchingProtocols_OnlyTheKey_IsTheRfcAnswer() =>
        Assert.Equal(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + $"Sec-WebSocket-Accept: {UpgradeText.Accept}\r\n{DateLine}\r\n",
            Written(w => HandshakeResponse.WriteSwitchingProtocols(w, UpgradeText.Accept, null, null, null, Date)));

    [Fact]
    public void SwitchingProtocols_Everything_IsWrittenOnce() =>
        Assert.Equal(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + $"Sec-WebSocket-Accept: {UpgradeText.Accept}\r\nSec-WebSocket-Protocol: chat\r\n"
                + $"Sec-WebSocket-Extensions: foo; a=1\r\n{DateLine}Set-Cookie: a=1\r\nset-cookie: \u00e9\r\n\r\n",
            Written(w => HandshakeResponse.WriteSwitchingProtocols(
                w,
                UpgradeText.Accept,
                "chat",
                "foo; a=1",
                [new("Set-Cookie", "a=1"), new("set-cookie", "\u00e9")],
                Date)));

    [Theory]
    [InlineData("", null, null)]
    [InlineData("a\r\nb", null, null)]
    [InlineData("a", "", null)]
    [InlineData("a", "b c", null)]
    [InlineData("a", "b\r\nX: 1", null)]
    [InlineData("a", null, "")]
    [InlineData("a", null, "x\r\nX: 1")]
    public void SwitchingProtocols_MalformedArgument_ThrowsBeforeWriting(
        string acceptKey, string? subprotocol, string? extensions) =>
        ThrowsBeforeWriting<ArgumentException>(w =>
            HandshakeResponse.WriteSwitchingProtocols(w, acceptKey, subprotocol, extensions, null, Date));

    [Fact]
    public void SwitchingProtocols_HeaderThatMayNotBeAdded_ThrowsBeforeWriting() =>
        ThrowsBeforeWriting<ArgumentException>(w => HandshakeResponse.WriteSwitchingProtocols(
            w, UpgradeText.Accept, null, null, [new("X", "1"), new("Upgrade", "h2c")], Date));

    [Fact]
    public void Refusal_WithBody_CountsAndSendsIt() =>
        Assert.Equal(
            $"HTTP/1.1 403 Forbidden\r\n{DateLine}Connection: close\r\nContent-Type: text/plain\r\n"
                + "Content-Length: 4\r\nX-A: 1\r\n\r\nno!\n",
            Written(w => HandshakeResponse.WriteRefusal(
                w, 403, null, [new("X-A", "1")], "no!\n"u8, "text/plain", false, Date)));

    [Fact]
    public void Refusal_OfHead_CountsTheBodyButDoesNotSendIt() =>
        Assert.Equal(
            $"HTTP/1.1 404 Not Found\r\n{DateLine}Connection: close\r\nContent-Length: 4\r\n\r\n",
            Written(w => HandshakeResponse.WriteRefusal(w, 404, null, null, "no!\n"u8, null, true, Date)));

    [Fact]
    public void Refusal_UpgradeRequired_SaysWhatToUpgradeTo() =>
        Assert.Equal(
            $"HTTP/1.1 426 Upgrade Required\r\n{DateLine}Upgrade: websocket\r\nConnection: Upgrade, close\r\n"
                + "Sec-WebSocket-Version: 13\r\nContent-Length: 0\r\n\r\n",
            Written(w => HandshakeResponse.WriteRefusal(w, 426, null, null, [], null, false, Date)));

    [Theory]
    [InlineData(418, "I'm a teapot", "HTTP/1.1 418 I'm a teapot\r\n")]
    [InlineData(499, null, "HTTP/1.1 499 \r\n")]
    [InlineData(404, "", "HTTP/1.1 404 \r\n")]
    public void Refusal_ReasonPhrase_IsTheGivenOne(int status, string? phrase, string line) =>
        Assert.StartsWith(
            line,
            Written(w => HandshakeResponse.WriteRefusal(w, status, phrase, null, [], null, false, Date)),
            StringComparison.Ordinal);

    [Theory]
    [InlineData(101)]
    [InlineData(199)]
    [InlineData(204)]
    [InlineData(205)]
    [InlineData(304)]
    [InlineData(600)]
    [InlineData(-1)]
    public void Refusal_StatusWithoutBody_ThrowsBeforeWriting(int status) =>
        ThrowsBeforeWriting<ArgumentOutOfRangeException>(w =>
            HandshakeResponse.WriteRefusal(w, status, null, null, [], null, false, Date));

    [Theory]
    [InlineData("a\r\nb", null)]
    [InlineData("\u20ac", null)]
    [InlineData(null, "text/plain\r\nX: 1")]
    public void Refusal_TextThatBreaksTheHead_ThrowsBeforeWriting(string? phrase, string? contentType) =>
        ThrowsBeforeWriting<ArgumentException>(w =>
            HandshakeResponse.WriteRefusal(w, 400, phrase, null, [], contentType, false, Date));

    [Fact]
    public void Refusal_HeaderThatMayNotBeAdded_ThrowsBeforeWriting() =>
        ThrowsBeforeWriting<ArgumentException>(w =>
            HandshakeResponse.WriteRefusal(w, 400, null, [new("Content-Length", "9")], [], null, false, Date));

    [Theory]
    [InlineData(HandshakeError.RequestTooLarge, 431)]
    [InlineData(HandshakeError.TargetTooLong, 414)]
    [InlineData(HandshakeError.InvalidHttp, 400)]
    [InlineData(HandshakeError.MissingHost, 400)]
    [InlineData(HandshakeError.MissingUpgrade, 400)]
    [InlineData(HandshakeError.WrongVersion, 426)]
    [InlineData(HandshakeError.MissingKey, 400)]
    [InlineData(HandshakeError.InvalidKey, 400)]
    [InlineData(HandshakeError.AcceptKeyFailed, 500)]
    public void Refusal_OfAnError_HasItsStatusAndABodyOfItsLength(HandshakeError error, int status)
    {
        Assert.Equal(status, HandshakeResponse.StatusOf(error));
        string[] parts = Written(w => HandshakeResponse.WriteRefusal(w, error, false, Date)).Split("\r\n\r\n");
        Assert.StartsWith($"HTTP/1.1 {status} ", parts[0], StringComparison.Ordinal);
        Assert.Contains(DateLine, parts[0], StringComparison.Ordinal);
        Assert.Contains($"\r\nContent-Length: {parts[1].Length}", parts[0], StringComparison.Ordinal);
        Assert.Contains(error.ToString(), parts[1], StringComparison.Ordinal);
        Assert.Equal(status == 426, parts[0].Contains("Connection: Upgrade, close\r\n", StringComparison.Ordinal));
        Assert.Equal(status == 426, parts[0].Contains("Sec-WebSocket-Version: 13\r\n", StringComparison.Ordinal));
        Assert.Equal(status != 426, parts[0].Contains("Connection: close\r\n", StringComparison.Ordinal));
        Assert.Equal(
            parts[0] + "\r\n\r\n", Written(w => HandshakeResponse.WriteRefusal(w, error, true, Date)));
    }

    [Fact]
    public void StatusOf_UndefinedError_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => HandshakeResponse.StatusOf((HandshakeError)99));

    [Fact]
    public void Plain_KeptAlive_HasNoConnection() =>
        Assert.Equal(
            $"HTTP/1.1 200 OK\r\n{DateLine}Content-Type: text/plain\r\nContent-Length: 4\r\nETag: \"1\"\r\n\r\n",
            Written(w => HandshakeResponse.WritePlain(w, 200, [new("ETag", "\"1\"")], "text/plain", 4, false, Date)));

    [Theory]
    [InlineData(200, true, "Connection: close\r\nContent-Length: 0\r\n")]
    [InlineData(204, false, "")]
    [InlineData(304, true, "Connection: close\r\n")]
    [InlineData(426, false, "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nContent-Length: 0\r\n")]
    [InlineData(426, true, "Upgrade: websocket\r\nConnection: Upgrade, close\r\nSec-WebSocket-Version: 13\r\nContent-Length: 0\r\n")]
    public void Plain_OfAStatus_HasItsHeaders(int status, bool closes, string headers) =>
        Assert.EndsWith(
            $"{DateLine}{headers}\r\n",
            Written(w => HandshakeResponse.WritePlain(w, status, null, null, 0, closes, Date)),
            StringComparison.Ordinal);

    [Theory]
    [InlineData(199, null, 0)]
    [InlineData(101, null, 0)]
    [InlineData(600, null, 0)]
    [InlineData(200, null, -1)]
    [InlineData(200, "text/plain\r\nX: 1", 0)]
    public void Plain_MalformedArgument_ThrowsBeforeWriting(int status, string? contentType, long length)
    {
        var writer = new ArrayBufferWriter<byte>();
        Assert.ThrowsAny<ArgumentException>(() => HandshakeResponse.WritePlain(writer, status, null, contentType, length, false, Date));
        Assert.Equal(0, writer.WrittenCount);
    }

    [Fact]
    public void Plain_HeaderThatMayNotBeAdded_ThrowsBeforeWriting() =>
        ThrowsBeforeWriting<ArgumentException>(w =>
            HandshakeResponse.WritePlain(w, 200, [new("Connection", "keep-alive")], null, 0, false, Date));

    private static string Written(Action<IBufferWriter<byte>> write)
    {
        var writer = new ArrayBufferWriter<byte>();
        write(writer);
        return Encoding.Latin1.GetString(writer.WrittenSpan);
    }

    private static void ThrowsBeforeWriting<TException>(Action<IBufferWriter<byte>> write)
        where TException : Exception
    {
        var writer = new ArrayBufferWriter<byte>();
        Assert.Throws<TException>(() => write(writer));
        Assert.Equal(0, writer.WrittenCount);
    }
}
