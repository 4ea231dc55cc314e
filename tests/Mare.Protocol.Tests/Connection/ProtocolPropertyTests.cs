// SPDX-License-Identifier: MIT
using System.Text;
using CsCheck;
using Mare.Protocol.Tests.Feeding;
using Xunit;

namespace Mare.Protocol.Tests.Connection;

/// <summary>Random input against the oracle in <see cref="ProtocolFeeder"/>, and random messages there and back.</summary>
public sealed class ProtocolPropertyTests
{
    private static readonly Gen<Role> Roles = Gen.Enum<Role>();

    private static readonly MessageLimits Tight = new() { MaxMessageBytes = 600, MaxFragments = 4 };

    [Fact]
    public void AnyBytes_GiveEventsOrADocumentedError() =>
        Gen.Select(Roles, Gen.Byte.Array[0, 100]).Sample((role, wire) => ProtocolFeeder.Feed(role, wire, Tight), iter: 2000);

    [Fact]
    public void AlmostGoodFrames_GiveEventsOrADocumentedError()
    {
        Gen<byte[]> frame = Gen.Select(
            Gen.OneOf(0x81, 0x82, 0x01, 0x02, 0x80, 0x00, 0x89, 0x8A, 0x88, 0x09, 0xC1, 0x83),
            Gen.Frequency((4, Gen.Int[0, 20]), (1, Gen.Int[120, 130]), (1, Gen.Int[0, 700])),
            Gen.Frequency((20, Gen.Const(-1)), (1, Gen.Int[0, 20])),
            Gen.Byte,
            (first, length, spoilAt, spoil) =>
            {
                byte[] payload = new byte[length];
                new Random(length + spoil).NextBytes(payload);
                if (spoil < 200)
                    payload.AsSpan().Replace<byte>(payload, 0xFF, 0x41);
                byte[] bytes = Wire.Frame(Role.Client, Opcode.Binary, true, payload, key: spoil < 128 ? 0u : spoil);
                bytes[0] = (byte)first;
                if (spoilAt >= 0 && spoilAt < bytes.Length)
                    bytes[spoilAt] = spoil;
                return bytes;
            });
        frame.Array[1, 8].Sample(
            frames => ProtocolFeeder.Feed(Role.Server, Wire.Join(frames), Tight), iter: 1000);
    }

    [Fact]
    public void Messages_ThereAndBack_AreTheSame()
    {
        Gen<Sent> message = Gen.Select(
            Gen.Frequency(
                (8, Gen.String[0, 200].Select(text => (Opcode.Text, Encoding.UTF8.GetBytes(text)))),
                (8, Gen.Byte.Array[0, 400].Select(data => (Opcode.Binary, data))),
                (1, Gen.Int[60_000, 70_000].Select(size => (Opcode.Binary, new byte[size])))),
            Gen.Double[0, 1].Array[0, 4],
            Gen.Bool,
            (payload, cuts, ping) => new Sent(payload.Item1, payload.Item2, cuts, ping));
        Gen.Select(Roles, message.Array[1, 6], Gen.UInt).Sample(
            (sender, messages, key) =>
            {
                var wire = new List<byte[]>();
                var expected = new List<Seen>();
                foreach (Sent sent in messages)
                    Send(sent, sender, key, wire, expected);
                Role receiver = sender == Role.Client ? Role.Server : Role.Client;
                Assert.Equal([.. expected], ProtocolFeeder.Feed(receiver, Wire.Join([.. wire])));
            },
            iter: 150);
    }

    private static void Send(Sent sent, Role sender, uint key, List<byte[]> wire, List<Seen> expected)
    {
        int[] ends = [.. sent.Cuts.Select(cut => (int)(cut * sent.Payload.Length)).Order(), sent.Payload.Length];
        int at = 0;
        for (int i = 0; i < ends.Length; i++)
        {
            bool last = i == ends.Length - 1;
            Opcode opcode = i == 0 ? sent.Opcode : Opcode.Continuation;
            wire.Add(Wire.Frame(sender, opcode, last, sent.Payload.AsSpan(at, ends[i] - at), key + (uint)i));
            at = ends[i];
            if (sent.Ping && !last)
            {
                wire.Add(Wire.Frame(sender, Opcode.Ping, true, "between"u8, key));
                expected.Add(Seen.Ping("between"));
            }
        }
        ProtocolEventKind kind = sent.Opcode == Opcode.Text ? ProtocolEventKind.Text : ProtocolEventKind.Binary;
        expected.Add(new Seen(kind, Hex.Of(sent.Payload)));
    }

    private sealed record Sent(Opcode Opcode, byte[] Payload, double[] Cuts, bool Ping);
}
