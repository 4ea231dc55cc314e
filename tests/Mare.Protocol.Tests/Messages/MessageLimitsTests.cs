// SPDX-License-Identifier: MIT
using Mare.Protocol.Tests.Feeding;
using Xunit;

namespace Mare.Protocol.Tests.Messages;

/// <summary>RFC 6455 section 10.4: limits on what a peer may send, and what an unfinished message may cost.</summary>
public sealed class MessageLimitsTests
{
    private static readonly MessageLimits Small = new() { MaxMessageBytes = 10, MaxFragments = 3 };

    [Fact]
    public void Message_AtTheLimit_IsRead() => Assert.Equal(
        [Seen.Text("0123456789")], ProtocolFeeder.Feed(Role.Server, Wire.FromClient(Opcode.Text, "0123456789"), Small));

    [Fact]
    public void Message_OverTheLimit_Fails() => Assert.Equal(
        [Seen.Failed(ProtocolError.MessageTooBig)],
        ProtocolFeeder.Feed(Role.Server, Wire.FromClient(Opcode.Text, "0123456789a"), Small));

    [Fact]
    public void Header_AnnouncingTooMuch_FailsBeforeAnyPayload() => Assert.Equal(
        [Seen.Failed(ProtocolError.MessageTooBig)],
        ProtocolFeeder.Feed(Role.Server, Hex.Bytes("82 8b 01020304"), Small));

    [Fact]
    public void Header_Announcing2To62Bytes_FailsAtOnceAndRentsNothing()
    {
        var pool = new CountingPool();
        var limits = new MessageLimits { MaxMessageBytes = Array.MaxLength };
        using var protocol = new WebSocketProtocol(Role.Server, limits, pool, null, ProtocolState.Open);
        Span<byte> data = Hex.Bytes("82 ff 4000000000000000 01020304");
        Assert.True(protocol.TryRead(ref data, out ProtocolEvent e));
        Assert.Equal(ProtocolError.MessageTooBig, e.Error);
        Assert.Equal(0, pool.Rentals);
    }

    [Fact]
    public void Fragments_TogetherOverTheLimit_FailAtTheHeaderThatIs()
    {
        byte[] wire = Wire.Join(
            Wire.FromClient(Opcode.Binary, "01234", fin: false), Hex.Bytes("80 86 00000000"));
        Assert.Equal(
            [Seen.Failed(ProtocolError.MessageTooBig)], ProtocolFeeder.Feed(Role.Server, wire, Small));
    }

    [Fact]
    public void Fragments_AtTheirCount_AreReadAndOneMoreFails()
    {
        byte[] three = Wire.Join(
            Wire.FromClient(Opcode.Text, "a", fin: false),
            Wire.FromClient(Opcode.Continuation, "b", fin: false),
            Wire.FromClient(Opcode.Continuation, "c"));
        byte[] four = Wire.Join(
            Wire.FromClient(Opcode.Text, "", fin: false),
            Wire.FromClient(Opcode.Continuation, "", fin: false),
            Wire.FromClient(Opcode.Continuation, "", fin: false),
            Wire.FromClient(Opcode.Continuation, ""));
        Assert.Equal(
            [Seen.Text("abc"), Seen.Failed(ProtocolError.TooManyFragments)],
            ProtocolFeeder.Feed(Role.Server, Wire.Join(three, four), Small));
    }

    [Fact]
    public void Limits_Defaults_AreThoseDocumented()
    {
        Assert.Equal(1_048_576, MessageLimits.Default.MaxMessageBytes);
        Assert.Equal(16_384, MessageLimits.Default.MaxFragments);
    }

    [Fact]
    public void Limits_OutOfRange_Throw()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new MessageLimits { MaxMessageBytes = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new MessageLimits { MaxMessageBytes = Array.MaxLength + 1L });
        Assert.Throws<ArgumentOutOfRangeException>(() => new MessageLimits { MaxFragments = 0 });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(13)]
    [InlineData(1000)]
    [InlineData(65536)]
    public void Memory_OfMessageInParts_FollowsWhatArrived(int step)
    {
        byte[] payload = new byte[step == 1 ? 20_000 : 1_000_000];
        byte[] frame = Wire.FromClient(Opcode.Binary, payload);
        var pool = new CountingPool();
        using var protocol = new WebSocketProtocol(Role.Server, MessageLimits.Default, pool, null, ProtocolState.Open);
        for (int at = 0; at < frame.Length - 1; at += step)
        {
            int size = Math.Min(step, frame.Length - 1 - at);
            Span<byte> data = frame.AsSpan(at, size);
            Assert.False(protocol.TryRead(ref data, out _));
            Assert.InRange(pool.RentedBytes, 0, (2 * (at + size)) + 4096);
        }
        Span<byte> last = frame.AsSpan(frame.Length - 1);
        Assert.True(protocol.TryRead(ref last, out ProtocolEvent e));
        Assert.True(e.Payload.SequenceEqual(payload));
        Assert.False(protocol.TryRead(ref last, out _));
        Assert.Equal(0, pool.RentedBytes);
    }

    [Fact]
    public void Memory_OfManyConnectionsThatAnnounceAMegabyte_StaysFlat()
    {
        const int Connections = 2000;
        var pool = new CountingPool();
        var budget = new PartialMessageBudget(long.MaxValue);
        var protocols = new List<WebSocketProtocol>();
        for (int i = 0; i < Connections; i++)
        {
            var protocol = new WebSocketProtocol(Role.Server, MessageLimits.Default, pool, budget, ProtocolState.Open);
            protocols.Add(protocol);
            Span<byte> data = Hex.Bytes("82 ff 0000000000100000 01020304 00010203040506070809");
            Assert.False(protocol.TryRead(ref data, out _));
        }
        Assert.InRange(budget.InUseBytes, Connections * 10, Connections * 512);
        Assert.Equal(pool.RentedBytes, budget.InUseBytes);
        protocols.ForEach(protocol => protocol.Dispose());
        Assert.Equal(0, pool.RentedBytes);
    }
}
