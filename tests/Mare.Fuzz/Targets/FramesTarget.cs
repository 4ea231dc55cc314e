// SPDX-License-Identifier: MIT
using Mare.Protocol;
using Mare.Protocol.Tests.Feeding;

namespace Mare.Fuzz.Targets;

/// <summary>
/// Reads frames in either role. The first byte says how: bit 0 as a client, bit 1 under tight limits, bit 2 after this side's
/// own close frame.
/// </summary>
internal sealed class FramesTarget : FuzzTarget
{
    private static readonly MessageLimits Tight = new() { MaxMessageBytes = 100, MaxFragments = 3 };

    public override string Name => "frames";

    public override IReadOnlyList<byte[]> Words { get; } = Targets.Words.OfHex(
        // Frames of both roles, whole ones and headers: text, binary, continuation, close, ping, pong, each length form.
        "81 80 00 00 00 00", "81 81 00 00 00 00 41", "01 81 00 00 00 00 e2", "80 82 00 00 00 00 82 ac", "00 80 00 00 00 00", "82 00", "02 00",
        "80 00", "88 00", "88 80 00 00 00 00", "88 82 00 00 00 00 03 e8", "88 02 03 e8", "89 80 00 00 00 00", "8a 80 00 00 00 00", "89 00",
        "81 fe 00 7e 00 00 00 00", "82 ff 00 00 00 00 00 01 00 00", "82 7e 00 7e", "82 7f 80 00 00 00 00 00 00 00", "c1 80", "00 7d", "00 7e",
        "ff ff", "01 00 00", "f0 9f 90 8e", "ed a0 80", "c3", "f4 90", "ff");

    public override void Run(byte[] input, Splitting splits)
    {
        if (input.Length == 0)
            return;
        byte how = input[0];
        ProtocolFeeder.Feed(
            (how & 1) == 0 ? Role.Server : Role.Client,
            input[1..],
            (how & 2) == 0 ? MessageLimits.Default : Tight,
            (how & 4) == 0 ? null : StartClose,
            splits);
    }

    private static void StartClose(WebSocketProtocol protocol) => protocol.StartClose(new byte[CloseFrame.MaxSize], CloseCode.Normal);
}
