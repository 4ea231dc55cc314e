// SPDX-License-Identifier: MIT
using System.Buffers;
using System.Text;
using CsCheck;
using Xunit;

namespace Mare.Protocol.Tests.Handshake.Http;

/// <summary>Words, names and values that most heads bear are strings that are there already; the text is the same either way.</summary>
public sealed class KnownTextTests
{
    [Theory]
    [InlineData("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits")]
    [InlineData("sec-websocket-version", "13")]
    [InlineData("Pragma", "no-cache")]
    [InlineData("Empty", "")]
    public void Head_WithAKnownValue_GivesTheSameStringEachTime(string name, string value)
    {
        string text = UpgradeText.Head("GET / HTTP/1.1", $"{name}: {value}");
        Assert.Equal(value, Read(text).Headers[name]);
        Assert.Same(Read(text).Headers[name], Read(text).Headers[name]);
    }

    [Theory]
    [InlineData("GEt", "/chat")]
    [InlineData("GET", "/")]
    [InlineData("HEAD", "/*")]
    public void RequestLine_NearAKnownWord_IsItself(string method, string target)
    {
        RequestHead head = Read(UpgradeText.Head($"{method} {target} HTTP/1.1"));
        Assert.Equal((method, target), (head.Method, head.Target));
    }

    [Fact]
    public void Value_OfAnyBytes_IsOneCharacterAByte() =>
        Gen.Char['!', '\u00ff'].Where(static c => c != '\u007f').Array[1, 40].Select(static c => new string(c)).Sample(
            static value => Read(UpgradeText.Head("GET / HTTP/1.1", $"X: {value}")).Headers["X"] == value);

    [Fact]
    public void UsualRequest_Read_AllocatesLittle()
    {
        byte[] bytes = Encoding.ASCII.GetBytes(
            UpgradeText.Request("User-Agent: x", "Accept-Encoding: gzip, deflate, br", "Cache-Control: no-cache"));
        Read(bytes);
        long before = GC.GetAllocatedBytesForCurrentThread();
        RequestHead head = Read(bytes);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal("x", head.Headers["User-Agent"]);
        // The reader, the head, its fields, and the texts that are this client's own: path, host, key, user agent.
        Assert.InRange(allocated, 1, 800);
    }

    private static RequestHead Read(string text) => Read(Encoding.Latin1.GetBytes(text));

    private static RequestHead Read(ReadOnlySpan<byte> bytes)
    {
        using var reader = new RequestReader(new HandshakeLimits(), ArrayPool<byte>.Shared);
        // No assertion, which would allocate: a head that is not whole is null.
        reader.Read(ref bytes);
        return reader.Head!;
    }
}
