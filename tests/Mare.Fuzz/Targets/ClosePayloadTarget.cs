// SPDX-License-Identifier: MIT
using System.Text.Unicode;
using Mare.Protocol;
using Mare.Protocol.Tests.Feeding;
using Xunit;

namespace Mare.Fuzz.Targets;

/// <summary>
/// Reads the payload of a close frame, which is the input, and answers it: either is refused for a reason that holds, or its
/// code comes back as it was.
/// </summary>
internal sealed class ClosePayloadTarget : FuzzTarget
{
    public override string Name => "close";

    // As much as a control frame may hold.
    public override int MaxLength => 125;

    public override IReadOnlyList<byte[]> Words { get; } = Targets.Words.OfHex(
        "03 e7", "03 e8", "03 eb", "03 ec", "03 ee", "03 ef", "03 f6", "03 f7", "07 d0", "0b b8", "13 87", "13 88", "ff ff", "c3 a4", "e2 82 ac",
        "f0 9f 90 8e", "ed a0 80", "c0 80", "f4 90 80 80");

    public override void Run(byte[] input, Splitting splits)
    {
        byte[] wire = Wire.FromClient(Opcode.Close, input.Length > MaxLength ? input[..MaxLength] : input);
        Seen seen = Assert.Single(ProtocolFeeder.Feed(Role.Server, wire, splits: splits));
        if (seen.Kind == ProtocolEventKind.Failed)
            Assert.True(IsWrong(seen.Error, input), $"Refused as {seen.Error}.");
        else
            Answer(wire, seen.Status);
    }

    private static bool IsWrong(ProtocolError error, byte[] payload) => error switch
    {
        ProtocolError.ClosePayloadTooShort => payload.Length == 1,
        ProtocolError.InvalidCloseCode => payload.Length > 1 && ((payload[0] << 8) | payload[1]) is
            < 1000 or (>= 1004 and <= 1006) or (>= 1015 and <= 2999) or > 4999,
        ProtocolError.InvalidCloseReason => payload.Length > 2 && !Utf8.IsValid(payload.AsSpan(2)),
        _ => false,
    };

    // RFC 6455 section 5.5.1: the answer has the code that came, and a peer reads it.
    private static void Answer(byte[] wire, CloseStatus status)
    {
        using var server = new WebSocketProtocol(Role.Server, MessageLimits.Default, new CountingPool(), null, ProtocolState.Open);
        Span<byte> data = wire;
        Assert.True(server.TryRead(ref data, out _));
        byte[] answer = new byte[CloseFrame.MaxSize];
        int size = server.AnswerClose(answer);
        Seen seen = Assert.Single(ProtocolFeeder.Feed(Role.Client, answer[..size]));
        Assert.Equal((ProtocolEventKind.Close, status), (seen.Kind, seen.Status));
    }
}
