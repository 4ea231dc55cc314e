// SPDX-License-Identifier: MIT
using System.Text;
using System.Text.Unicode;
using CsCheck;
using Mare.Protocol.Tests.Feeding;
using Xunit;

namespace Mare.Protocol.Tests.Messages;

/// <summary>RFC 6455 section 8.1 and RFC 3629: text is UTF-8, and fails at the first byte that cannot be.</summary>
public sealed class Utf8Tests
{
    /// <summary>Each text with the index of the byte that makes it impossible, after Markus Kuhn's stress test.</summary>
    public static TheoryData<string, int> Impossible => new()
    {
        // 3.1-3.2: continuation bytes that continue nothing
        { "80", 0 }, { "bf", 0 }, { "61 80", 1 }, { "c3a9 80", 2 }, { "e282ac bf", 3 }, { "f09f9880 80", 4 },
        // 3.3-3.4: sequences that break off
        { "c3 20", 1 }, { "c3 c3", 1 }, { "e2 20", 1 }, { "e282 20", 2 }, { "e282 e2", 2 }, { "f0 20", 1 },
        { "f09f 20", 2 }, { "f09f98 20", 3 }, { "f09f98 f0", 3 }, { "ed95 c0", 2 },
        // 3.5: bytes that never appear
        { "fe", 0 }, { "ff", 0 }, { "fefeffff", 0 }, { "61 fe", 1 }, { "f5", 0 }, { "f6", 0 }, { "f7", 0 }, { "f8", 0 },
        { "fb", 0 }, { "fc", 0 }, { "fd", 0 },
        // 4.1-4.3: overlong forms
        { "c0 af", 0 }, { "c1 bf", 0 }, { "c0 80", 0 }, { "e0 80 af", 1 }, { "e0 9f bf", 1 }, { "e0 80 80", 1 },
        { "f0 80 80 af", 1 }, { "f0 8f bf bf", 1 }, { "f0 80 80 80", 1 }, { "f8 80 80 80 af", 0 },
        { "fc 80 80 80 80 af", 0 },
        // 5.1-5.2: surrogates, alone and in pairs
        { "ed a0 80", 1 }, { "ed ad bf", 1 }, { "ed ae 80", 1 }, { "ed b0 80", 1 }, { "ed bf bf", 1 },
        { "ed a0 80 ed b0 80", 1 }, { "61 ed a0", 2 },
        // 2.2, 2.3: beyond U+10FFFF
        { "f4 90 80 80", 1 }, { "f4 bf", 1 }, { "f7 bf bf bf", 0 }, { "61 62 f4 90", 3 },
        // RFC 6455 / Autobahn 6.4: a good beginning, then a code point beyond the range
        { "ceba e1bdb9 cf83 cebc ceb5 f4 90 80 80 656469746564", 12 },
    };

    public static TheoryData<string> Possible =>
    [
        "", "00", "7f", "c280", "dfbf", "e0a080", "ed9fbf", "ee8080", "efbfbd", "efbfbf", "f0908080", "f48fbfbf",
        "efbfbe", "efb790", "f09fbfbe", "cebae1bdb9cf83cebcceb5", "48656c6c6f2dc2b540c39fc3b6c3a4c3bcc3a0c3a1",
    ];

    /// <summary>Texts that end inside a sequence.</summary>
    public static TheoryData<string> Truncated =>
    [
        "c3", "dfbf df", "e0", "e0a0", "e282", "ed", "ed9f", "ef", "efbf", "f0", "f09f", "f09f98", "f4", "f48f", "f48fbf",
        "61 f1", "61 f18080",
    ];

    [Theory]
    [MemberData(nameof(Impossible))]
    public void Validator_ImpossibleByte_FailsAtItAndNotBefore(string hex, int index)
    {
        byte[] text = Hex.Bytes(hex);
        for (int length = 0; length <= text.Length; length++)
        {
            var whole = default(Utf8Validator);
            Assert.Equal(length <= index, whole.Append(text.AsSpan(0, length)));
        }
        var stepped = default(Utf8Validator);
        for (int i = 0; i < index; i++)
            Assert.True(stepped.Append(text.AsSpan(i, 1)));
        Assert.False(stepped.Append(text.AsSpan(index, 1)));
    }

    [Theory]
    [MemberData(nameof(Impossible))]
    public void Text_ImpossibleByteInAnIncompleteFrame_FailsWhenItCame(string hex, int index)
    {
        // The frame announces more than ever comes; the long run before it takes the vectorised way.
        byte[] run = [.. Enumerable.Repeat((byte)'a', 200)];
        byte[] frame = Wire.FromClient(Opcode.Text, [.. run, .. Hex.Bytes(hex), .. run]);
        int impossible = 8 + run.Length + index;
        using var protocol = new WebSocketProtocol(
            Role.Server, MessageLimits.Default, new CountingPool(), null, ProtocolState.Open);
        Span<byte> before = frame.AsSpan(0, impossible);
        Assert.False(protocol.TryRead(ref before, out _));
        Span<byte> then = frame.AsSpan(impossible, 1);
        Assert.True(protocol.TryRead(ref then, out ProtocolEvent e));
        Assert.Equal(ProtocolError.InvalidUtf8, e.Error);
    }

    [Theory]
    [MemberData(nameof(Impossible))]
    public void Text_Impossible_FailsWholeAndInFragments(string hex, int index)
    {
        byte[] text = Hex.Bytes(hex);
        Seen[] failed = [Seen.Failed(ProtocolError.InvalidUtf8)];
        Assert.Equal(failed, ProtocolFeeder.Feed(Role.Server, Wire.FromClient(Opcode.Text, text)));

        // Cut at the impossible byte: the ping between shows that the first fragment was not to blame.
        byte[] wire = Wire.Join(
            Wire.FromClient(Opcode.Text, text[..index], fin: false),
            Wire.FromClient(Opcode.Ping, ""),
            Wire.FromClient(Opcode.Continuation, text[index..], fin: false),
            Wire.FromClient(Opcode.Ping, "never"));
        Assert.Equal([Seen.Ping(""), .. failed], ProtocolFeeder.Feed(Role.Server, wire));
    }

    [Theory]
    [MemberData(nameof(Possible))]
    public void Text_Possible_IsReadWholeAndInFragments(string hex)
    {
        byte[] text = Hex.Bytes(hex);
        var expected = new Seen(ProtocolEventKind.Text, Hex.Of(text));
        Assert.Equal([expected], ProtocolFeeder.Feed(Role.Server, Wire.FromClient(Opcode.Text, text)));
        for (int cut = 0; cut <= text.Length; cut++)
        {
            byte[] wire = Wire.Join(
                Wire.FromClient(Opcode.Text, text[..cut], fin: false),
                Wire.FromClient(Opcode.Continuation, text[cut..]));
            Assert.Equal([expected], ProtocolFeeder.Feed(Role.Server, wire));
        }
    }

    [Theory]
    [MemberData(nameof(Truncated))]
    public void Text_EndingInsideASequence_FailsAtItsEnd(string hex)
    {
        byte[] text = Hex.Bytes(hex);
        Seen[] failed = [Seen.Failed(ProtocolError.InvalidUtf8)];
        Assert.Equal(failed, ProtocolFeeder.Feed(Role.Server, Wire.FromClient(Opcode.Text, text)));
        byte[] fragments = Wire.Join(
            Wire.FromClient(Opcode.Text, text, fin: false),
            Wire.FromClient(Opcode.Ping, ""),
            Wire.FromClient(Opcode.Continuation, ""));
        Assert.Equal([Seen.Ping(""), .. failed], ProtocolFeeder.Feed(Role.Server, fragments));
    }

    [Fact]
    public void Binary_NotUtf8_IsRead() => Assert.Equal(
        [Seen.Binary([0xC0, 0xFF])], ProtocolFeeder.Feed(Role.Server, Wire.FromClient(Opcode.Binary, [0xC0, 0xFF])));

    [Fact]
    public void Validator_AnySplit_AgreesWithTheWhole()
    {
        // Bytes at the edges of the ranges, so that sequences often get far before they break.
        byte[] edges = [0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xED, 0xEF, 0xF0, 0xF1, 0xF4, 0xF5];
        Gen<byte[]> valid = Gen.String.Select(Encoding.UTF8.GetBytes);
        Gen<byte[]> any = Gen.Frequency((1, valid), (1, Gen.OneOf(edges).Array[0, 12]));
        Gen.Select(any, any, Gen.Int[1, 5]).Sample((first, second, step) =>
        {
            byte[] text = [.. first, .. second];
            var validator = default(Utf8Validator);
            bool possible = true;
            for (int at = 0; at < text.Length && possible; at += step)
                possible = validator.Append(text.AsSpan(at, Math.Min(step, text.Length - at)));
            Assert.Equal(Utf8.IsValid(text), possible && validator.IsComplete);
        });
    }
}
