// SPDX-License-Identifier: MIT
using Mare.Protocol.Tests.Feeding;
using Xunit;

namespace Mare.Protocol.Tests.Deflate;

/// <summary>RFC 7692 section 8: what a compressed message may cost.</summary>
public sealed class InflateLimitsTests
{
    private const int Floor = 100_000;

    private static readonly MessageLimits Measured = new() { InflateRatioFloorBytes = Floor };

    [Fact]
    public void Message_AtTheLimitOnceInflated_IsRead() => Assert.Equal(
        [Seen.Binary(new byte[1000])],
        DeflateFeeder.Feed(Zeros(1000), limits: new MessageLimits { MaxMessageBytes = 1000 }));

    [Fact]
    public void Message_OverTheLimitOnceInflated_Fails() => Assert.Equal(
        [Seen.Failed(ProtocolError.MessageTooBig)],
        DeflateFeeder.Feed(Zeros(1001), limits: new MessageLimits { MaxMessageBytes = 1000 }));

    [Fact]
    public void Bomb_OfTenMegabytes_StopsAtTheLimit()
    {
        // 10 KB that would become 10 MB; what is rented stays in the feeder's bounds.
        Assert.Equal(
            [Seen.Failed(ProtocolError.MessageTooBig)],
            DeflateFeeder.Feed(Zeros(10_000_000), limits: new MessageLimits { MaxMessageBytes = 70_000, MaxInflateRatio = 1032 }));
    }

    // 100,000 lies behind the first 65,536: the ratio is looked at where the second are full.
    [Fact]
    public void Ratio_ExceededBeyondTheFloor_Fails() => Assert.Equal(
        [Seen.Failed(ProtocolError.InflateRatioExceeded)], DeflateFeeder.Feed(Zeros(131_072), limits: Measured));

    [Fact]
    public void Ratio_OfAMessageUpToTheFloor_IsNotMeasured() => Assert.Equal(
        [Seen.Binary(new byte[Floor])], DeflateFeeder.Feed(Zeros(Floor), limits: Measured));

    [Fact]
    public void Ratio_AsLargeAsDeflateCan_IsNoBound() => Assert.Equal(
        [Seen.Binary(new byte[300_000])],
        DeflateFeeder.Feed(Zeros(300_000), limits: new MessageLimits { InflateRatioFloorBytes = 0, MaxInflateRatio = 1032 }));

    [Fact]
    public void Ratio_OfAMebibyteOfOneLetter_IsNotMeasuredByDefault()
    {
        byte[] letters = new byte[MessageLimits.DefaultMaxMessageBytes];
        letters.AsSpan().Fill((byte)'x');
        byte[] wire = DeflateFeeder.Compressed(Peer.Deflate(letters));
        Assert.Equal([Seen.Text(new string('x', letters.Length))], DeflateFeeder.Feed(wire));
    }

    [Fact]
    public void Ratio_OfALargerMessageThanUsual_IsMeasuredByDefault() => Assert.Equal(
        [Seen.Failed(ProtocolError.InflateRatioExceeded)],
        DeflateFeeder.Feed(Zeros(2_000_000), limits: new MessageLimits { MaxMessageBytes = 10_000_000 }));

    [Fact]
    public void EmptyBlocks_WithoutEnd_FailAtTheHeaderThatIsTooMuch()
    {
        // Limit 100: 356 compressed bytes may come. Each frame has 50 bytes of empty blocks, and inflates to nothing.
        byte[] blocks = [.. Enumerable.Repeat(Hex.Bytes("00 00 00 ff ff"), 10).SelectMany(b => b)];
        byte[] wire = Wire.Join(
            [DeflateFeeder.Compressed(blocks, fin: false),
            .. Enumerable.Repeat(Wire.FromClient(Opcode.Continuation, blocks, fin: false), 7)]);
        Assert.Equal(
            [Seen.Failed(ProtocolError.MessageTooBig)],
            DeflateFeeder.Feed(wire, limits: new MessageLimits { MaxMessageBytes = 100 }));
    }

    [Fact]
    public void Budget_Exceeded_Fails()
    {
        using var codecs = new DeflateCodecs(DeflateProvider.Native, 6, System.Buffers.ArrayPool<byte>.Shared);
        var pool = new CountingPool();
        var budget = new PartialMessageBudget(10_000);
        using var protocol = new WebSocketProtocol(Role.Server, MessageLimits.Default, pool, budget);
        protocol.HandshakeCompleted(new PerMessageDeflate(DeflateFeeder.NoTakeover, Role.Server, codecs));
        Span<byte> data = Zeros(20_000);
        Assert.True(protocol.TryRead(ref data, out ProtocolEvent e));
        Assert.Equal(ProtocolError.PartialMessageBudgetExceeded, e.Error);
        Assert.Equal(0, pool.Outstanding);
    }

    [Fact]
    public void Limits_Ratio_HasItsDefaultAndRange()
    {
        Assert.Equal(100, MessageLimits.Default.MaxInflateRatio);
        Assert.Equal(1_048_576, MessageLimits.Default.InflateRatioFloorBytes);
        Assert.Throws<ArgumentOutOfRangeException>(() => new MessageLimits { MaxInflateRatio = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new MessageLimits { InflateRatioFloorBytes = -1 });
    }

    private static byte[] Zeros(int count) => DeflateFeeder.Compressed(Peer.Deflate(new byte[count]), Opcode.Binary);
}
