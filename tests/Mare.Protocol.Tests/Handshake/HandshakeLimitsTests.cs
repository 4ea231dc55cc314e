// SPDX-License-Identifier: MIT
using Xunit;

namespace Mare.Protocol.Tests.Handshake;

/// <summary>RFC 9110, sections 4.1 and 5.4: limits, applied while reading.</summary>
public sealed class HandshakeLimitsTests
{
    [Fact]
    public void Limits_Unset_AreTheDocumentedDefaults()
    {
        var limits = new HandshakeLimits();
        Assert.Equal((8192, 4096, 100), (limits.MaxHeadBytes, limits.MaxTargetBytes, limits.MaxHeaderCount));
    }

    [Theory]
    [InlineData(127)]
    [InlineData(65_537)]
    public void MaxHeadBytes_OutOfRange_Throws(int value) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new HandshakeLimits { MaxHeadBytes = value });

    [Theory]
    [InlineData(0)]
    [InlineData(65_537)]
    public void MaxTargetBytes_OutOfRange_Throws(int value) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new HandshakeLimits { MaxTargetBytes = value });

    [Theory]
    [InlineData(0)]
    [InlineData(1_001)]
    public void MaxHeaderCount_OutOfRange_Throws(int value) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new HandshakeLimits { MaxHeaderCount = value });

    [Fact]
    public void Target_AtItsLimit_IsRead() =>
        Assert.Equal(
            RequestReadStatus.Complete,
            HandshakeFeeder.Request(Target(20), new HandshakeLimits { MaxTargetBytes = 20 }).Status);

    [Fact]
    public void Target_OneByteOverItsLimit_Fails() =>
        Assert.Equal(
            HandshakeError.TargetTooLong,
            HandshakeFeeder.Request(Target(21), new HandshakeLimits { MaxTargetBytes = 20 }).Error);

    [Fact]
    public void Target_WithoutEnd_FailsAtItsLimit()
    {
        Assert.Equal(RequestReadStatus.NeedMore, HandshakeFeeder.Request("GET /" + new string('a', 4095)).Status);
        Assert.Equal(HandshakeError.TargetTooLong, HandshakeFeeder.Request("GET /" + new string('a', 4096)).Error);
    }

    [Theory]
    [InlineData("")]
    [InlineData("GET / HTTP/1.1\r\nX: ")]
    [InlineData("GET / HTTP/1.1\r\n")]
    public void Head_WithoutEnd_FailsAtItsLimit(string beginning)
    {
        string full = beginning.PadRight(8192, 'a');
        Assert.Equal(RequestReadStatus.NeedMore, HandshakeFeeder.Request(full).Status);
        Assert.Equal(HandshakeError.RequestTooLarge, HandshakeFeeder.Request(full + "a").Error);
    }

    [Fact]
    public void Head_AtItsLimit_IsRead()
    {
        string head = UpgradeText.Request();
        var exact = new HandshakeLimits { MaxHeadBytes = head.Length };
        Assert.Equal(
            HandshakeResultKind.Upgrade, HandshakeFeeder.Request(head + "frames", exact).Validated?.Kind);
        Assert.Equal(
            HandshakeError.RequestTooLarge,
            HandshakeFeeder.Request(head, new HandshakeLimits { MaxHeadBytes = head.Length - 1 }).Error);
    }

    [Fact]
    public void Head_MegabytesInOneSpan_FailsWithoutStoring() =>
        Assert.Equal(
            HandshakeError.RequestTooLarge,
            HandshakeFeeder.Request(UpgradeText.Head("GET / HTTP/1.1", "X: " + new string('a', 100_000))).Error);

    [Fact]
    public void HeaderLines_AtTheirLimit_AreRead()
    {
        var limits = new HandshakeLimits { MaxHeaderCount = 6 };
        Assert.Equal(RequestReadStatus.Complete, HandshakeFeeder.Request(UpgradeText.Request("X: 1"), limits).Status);
        RequestOutcome over = HandshakeFeeder.Request(UpgradeText.Request("X: 1", "X: 2"), limits);
        Assert.Equal(HandshakeError.RequestTooLarge, over.Error);
        Assert.Equal("The head has more header lines than its limit.", over.Detail);
    }

    [Fact]
    public void Head_LowerThanItsTargetLimit_FailsAsTooLarge() =>
        Assert.Equal(
            HandshakeError.RequestTooLarge,
            HandshakeFeeder.Request("GET /" + new string('a', 300), new HandshakeLimits { MaxHeadBytes = 128 }).Error);

    private static string Target(int length) =>
        UpgradeText.RequestWithLine($"GET {"/".PadRight(length, 'a')} HTTP/1.1");
}
