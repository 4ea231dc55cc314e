// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;
using CsCheck;
using Xunit;

namespace Mare.Protocol.Tests.Frames;

/// <summary>RFC 6455 section 5.3: client-to-server masking, against the loop that the RFC writes.</summary>
public sealed class MaskingTests
{
    private const int Margin = 70; // longer than the widest vector

    [Fact]
    public void Apply_EachLengthOffsetAndAlignment_EqualsTheLoop()
    {
        byte[] key = [0x37, 0xFA, 0x21, 0x3D];
        uint maskingKey = MemoryMarshal.Read<uint>(key);
        byte[] original = new byte[300 + (2 * Margin)];
        new Random(1).NextBytes(original);
        byte[] changed = new byte[original.Length];
        byte[] expected = new byte[original.Length];
        for (int length = 0; length <= 300; length++)
        {
            for (int offset = 0; offset < 4; offset++)
            {
                int start = (length + (offset * 17)) % Margin;
                original.CopyTo(changed, 0);
                original.CopyTo(expected, 0);
                Naive(expected.AsSpan(start, length), key, offset);
                Masking.Apply(changed.AsSpan(start, length), maskingKey, offset);
                Assert.True(expected.AsSpan().SequenceEqual(changed), $"length {length}, offset {offset}");
            }
        }
    }

    [Fact]
    public void ApplyAndCopy_RandomInput_EqualTheLoopAndTouchNothingElse() => Gen.Select(
        Gen.Byte.Array[0, 400], Gen.UInt, Gen.Int, Gen.Int[0, Margin]).Sample((payload, maskingKey, offset, start) =>
        {
            byte[] key = new byte[4];
            MemoryMarshal.Write(key, maskingKey);
            byte[] expected = new byte[payload.Length + (2 * Margin)];
            payload.CopyTo(expected, start);
            byte[] changed = [.. expected];
            Naive(expected.AsSpan(start, payload.Length), key, offset);
            Masking.Apply(changed.AsSpan(start, payload.Length), maskingKey, offset);
            Assert.Equal(expected, changed);

            byte[] copied = new byte[expected.Length];
            Masking.Copy(payload, copied.AsSpan(start), maskingKey, offset);
            Assert.Equal(expected, copied);
        });

    [Fact]
    public void Apply_InTwoParts_EqualsTheWhole() => Gen.Select(Gen.Byte.Array[0, 200], Gen.UInt, Gen.Int[0, 200]).Sample(
        (payload, maskingKey, cut) =>
        {
            cut = Math.Min(cut, payload.Length);
            byte[] whole = [.. payload];
            Masking.Apply(whole, maskingKey, 0);
            Masking.Apply(payload.AsSpan(0, cut), maskingKey, 0);
            Masking.Apply(payload.AsSpan(cut), maskingKey, cut);
            Assert.Equal(whole, payload);
        });

    [Fact]
    public void Copy_DestinationTooShort_Throws() =>
        Assert.Throws<ArgumentException>(() => Masking.Copy(new byte[2], new byte[1], 0, 0));

    [Fact]
    public void NewKey_Twice_Differs()
    {
        // One of these would have to repeat in each of four draws: 2^-128.
        uint first = Masking.NewKey();
        Assert.Contains(Enumerable.Range(0, 4).Select(_ => Masking.NewKey()), key => key != first);
    }

    private static void Naive(Span<byte> data, byte[] key, int offset)
    {
        for (int i = 0; i < data.Length; i++)
            data[i] ^= key[(i + (offset & 3)) % 4];
    }
}
