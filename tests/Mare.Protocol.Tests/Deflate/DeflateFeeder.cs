// SPDX-License-Identifier: MIT
using System.Buffers;
using Mare.Protocol.Tests.Feeding;
using Xunit;

namespace Mare.Protocol.Tests.Deflate;

/// <summary>
/// Feeds a server that agreed on permessage-deflate, at all <see cref="Splits"/> and on both providers: the oracle is that of
/// <see cref="ProtocolFeeder"/>, but the memory follows what was inflated.
/// </summary>
internal static class DeflateFeeder
{
    public static readonly DeflateAgreement Takeover = new();

    public static readonly DeflateAgreement NoTakeover = new() { ServerNoContextTakeover = true, ClientNoContextTakeover = true };

    public static Seen[] Feed(
        byte[] wire, DeflateAgreement? agreement = null, MessageLimits? limits = null, Splitting? splits = null)
    {
        Seen[]? whole = null;
        foreach (IDeflateProvider provider in new[] { DeflateProvider.Native, DeflateProvider.Streams })
        {
            foreach (IEnumerable<byte[]> pieces in (splits ?? Splits.Of)(wire))
            {
                Seen[] seen = FeedOnce(provider, pieces, agreement ?? Takeover, limits ?? MessageLimits.Default);
                Assert.Equal(whole ??= seen, seen);
            }
        }
        return whole!;
    }

    /// <summary>Puts a frame together whose first frame says that the message is compressed.</summary>
    public static byte[] Compressed(string hex, Opcode opcode = Opcode.Text, bool fin = true) =>
        Compressed(Hex.Bytes(hex), opcode, fin);

    public static byte[] Compressed(byte[] payload, Opcode opcode = Opcode.Text, bool fin = true)
    {
        byte[] frame = Wire.FromClient(opcode, payload, fin);
        frame[0] |= 0x40;
        return frame;
    }

    private static Seen[] FeedOnce(
        IDeflateProvider provider, IEnumerable<byte[]> pieces, DeflateAgreement agreement, MessageLimits limits)
    {
        var pool = new CountingPool();
        var budget = new PartialMessageBudget(long.MaxValue);
        var seen = new List<Seen>();
        using (var codecs = new DeflateCodecs(provider, 6, ArrayPool<byte>.Shared))
        using (var protocol = new WebSocketProtocol(Role.Server, limits, pool, budget))
        {
            protocol.HandshakeCompleted(new PerMessageDeflate(agreement, Role.Server, codecs));
            foreach (byte[] piece in pieces)
            {
                ProtocolFeeder.ReadAll(protocol, piece, limits, seen);
                // A buffer holds what was inflated, and is doubled at most, from 4 KiB on.
                if (pool.RentedBytes > Math.Max(8192, 4 * limits.MaxMessageBytes))
                    Assert.Fail($"{pool.RentedBytes} rented.");
            }
        }
        Assert.Equal(0, pool.Outstanding);
        Assert.Equal(0, budget.InUseBytes);
        return [.. seen];
    }
}
