// SPDX-License-Identifier: MIT
using System.Text;
using Mare.Protocol.Tests.Feeding;
using Xunit;

namespace Mare.Protocol.Tests.Handshake;

/// <summary>RFC 6455, section 4.2: where the head ends, and who owns the buffer until then.</summary>
public sealed class RequestReaderTests
{
    [Fact]
    public void Read_BytesBehindTheHead_StayAsFrames()
    {
        RequestOutcome outcome = HandshakeFeeder.Request(UpgradeText.Request() + "\u0081\u0080GET /");
        Assert.Equal(RequestReadStatus.Complete, outcome.Status);
        Assert.Equal("\u0081\u0080GET /", outcome.Rest);
    }

    [Fact]
    public void Read_WholeHeadInOneSpan_RentsNothing()
    {
        var pool = new CountingPool();
        using var reader = new RequestReader(new HandshakeLimits(), pool);
        Assert.Equal(RequestReadStatus.Complete, Read(reader, UpgradeText.Request() + "rest"));
        Assert.Equal(0, pool.Rentals);
    }

    [Fact]
    public void Read_NothingYet_RentsNothing()
    {
        var pool = new CountingPool();
        using var reader = new RequestReader(new HandshakeLimits(), pool);
        Assert.Equal(RequestReadStatus.NeedMore, Read(reader, ""));
        Assert.Equal(0, pool.Rentals);
    }

    [Fact]
    public void Read_OneByteAtATime_CopiesLinearly()
    {
        var pool = new CountingPool();
        var limits = new HandshakeLimits { MaxHeadBytes = 65_536 };
        using var reader = new RequestReader(limits, pool);
        RequestReadStatus status = RequestReadStatus.NeedMore;
        foreach (char c in "GET / HTTP/1.1\r\nX: " + new string('a', 60_000))
            status = Read(reader, c.ToString());
        Assert.Equal(RequestReadStatus.NeedMore, status);
        Assert.Equal(1, pool.Outstanding);
        Assert.InRange(pool.RequestedBytes, 60_000, 2 * 65_536);
    }

    [Fact]
    public void Dispose_InTheMiddleOfAHead_ReturnsTheBuffer()
    {
        var pool = new CountingPool();
        var reader = new RequestReader(new HandshakeLimits(), pool);
        Read(reader, "GET / HT");
        Assert.Equal(1, pool.Outstanding);
        reader.Dispose();
        reader.Dispose();
        Assert.Equal(0, pool.Outstanding);
        Assert.Throws<ObjectDisposedException>(() => Read(reader, "TP/1.1"));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r\n", RequestReadStatus.Complete)]
    [InlineData("GET / HTTP/3.1\r\n", RequestReadStatus.Failed)]
    public void Read_AfterTheEnd_TakesNothingMore(string text, RequestReadStatus status)
    {
        using var reader = new RequestReader(new HandshakeLimits(), new CountingPool());
        Assert.Equal(status, Read(reader, text));
        ReadOnlySpan<byte> more = "GET / HTTP/1.1\r\n\r\n"u8;
        Assert.Equal(status, reader.Read(ref more));
        Assert.Equal(18, more.Length);
    }

    [Fact]
    public void Error_WithoutFailure_Throws()
    {
        using var reader = new RequestReader(new HandshakeLimits(), new CountingPool());
        Assert.Throws<InvalidOperationException>(() => reader.Error);
        Assert.Throws<InvalidOperationException>(() => reader.ErrorDetail);
        Assert.Null(reader.Head);
    }

    private static RequestReadStatus Read(RequestReader reader, string text)
    {
        ReadOnlySpan<byte> data = Encoding.Latin1.GetBytes(text);
        return reader.Read(ref data);
    }
}
