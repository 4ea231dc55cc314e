// SPDX-License-Identifier: MIT
using Mare.Protocol;
using Mare.Protocol.Tests.Deflate;
using Mare.Protocol.Tests.Feeding;

namespace Mare.Fuzz.Targets;

/// <summary>
/// Inflates messages, on both codecs, within limits. The first byte says how: bit 0 with context takeover, bits 1 and 2 which
/// limits, bit 3 that the rest stands on the wire as it is. Otherwise frames are made of the rest, each of a byte that says
/// what it is, a byte that says how long (255 for all that is left), and its payload.
/// </summary>
internal sealed class InflateTarget : FuzzTarget
{
    private const int Whole = 255;

    // The largest message is bounded so that a bomb costs little here too.
    private static readonly MessageLimits[] Limits =
    [
        new() { MaxMessageBytes = 600, MaxFragments = 4 },
        new() { MaxMessageBytes = 140_000, InflateRatioFloorBytes = 70_000 },
        new() { MaxMessageBytes = 140_000, InflateRatioFloorBytes = 0, MaxInflateRatio = 2 },
        new() { MaxMessageBytes = 70_000, InflateRatioFloorBytes = 0, MaxInflateRatio = 1032 },
    ];

    public override string Name => "inflate";

    public override IReadOnlyList<byte[]> Words { get; } = Targets.Words.OfHex(
        // RFC 7692 section 7.2.3, and blocks of each kind: stored, fixed, dynamic, the reserved one, with BFINAL and without.
        "f2 48 cd c9 c9 07 00", "f2 00 11 00 00", "00 05 00 fa ff 48 65 6c 6c 6f 00", "f3 48 cd c9 c9 07 00 00", "f2 48 05 00 00 00 ff ff",
        "00", "01", "02", "03", "04", "05", "06", "07", "00 00 ff ff", "00 00 00 ff ff", "03 00", "63 00", "62 60 18 05 00", "ed c1 01 0d 00 00 00 c2",
        // Frames as they are made here: whole, first and last fragments, a ping between.
        "03 07", "13 07", "03 ff", "02 03", "05 ff", "04 00", "09 00", "13 ff");

    public override void Run(byte[] input, Splitting splits)
    {
        if (input.Length == 0)
            return;
        byte how = input[0];
        byte[] wire = (how & 8) != 0 ? input[1..] : Frames(input.AsSpan(1));
        DeflateFeeder.Feed(wire, (how & 1) != 0 ? DeflateFeeder.Takeover : DeflateFeeder.NoTakeover, Limits[(how >> 1) & 3], splits);
    }

    // A frame's first byte: bit 0 FIN, bit 1 compressed, bit 2 continuation, bit 3 ping, bit 4 binary.
    private static byte[] Frames(ReadOnlySpan<byte> rest)
    {
        var wire = new List<byte>();
        while (rest.Length >= 2)
        {
            (byte what, int length) = (rest[0], rest[1]);
            rest = rest[2..];
            length = length == Whole ? rest.Length : Math.Min(length, rest.Length);
            Opcode opcode = (what & 8) != 0 ? Opcode.Ping
                : (what & 4) != 0 ? Opcode.Continuation
                : (what & 16) != 0 ? Opcode.Binary : Opcode.Text;
            byte[] frame = Wire.FromClient(opcode, rest[..length].ToArray(), (what & 1) != 0);
            if ((what & 2) != 0)
                frame[0] |= 0x40;
            wire.AddRange(frame);
            rest = rest[length..];
        }
        return [.. wire];
    }
}
