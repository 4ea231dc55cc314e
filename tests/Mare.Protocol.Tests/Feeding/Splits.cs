// SPDX-License-Identifier: MIT
using System.Numerics;

namespace Mare.Protocol.Tests.Feeding;

/// <summary>Cuts a case into pieces, in one or several ways; the whole comes first.</summary>
internal delegate IEnumerable<IEnumerable<byte[]>> Splitting(byte[] bytes);

/// <summary>The ways in which a case arrives: whole, a byte at a time, and at seeded random splits.</summary>
internal static class Splits
{
    private const int RandomRounds = 12;
    private const int MaxLogOfLongest = 11; // pieces of up to 2 KiB
    private const byte Rubbish = 0xEE;

    /// <summary>Cuts the bytes in each of the ways; the whole comes first, and empty pieces are among the random.</summary>
    public static IEnumerable<IEnumerable<byte[]>> Of(byte[] bytes) =>
        [.. Plain(bytes), .. Enumerable.Range(0, RandomRounds).Select(seed => AtRandom(bytes, seed))];

    /// <summary>Leaves the bytes whole, then cuts them a byte at a time.</summary>
    public static IEnumerable<IEnumerable<byte[]>> Plain(byte[] bytes) =>
        [Cut(bytes, () => bytes.Length), Cut(bytes, () => 1)];

    /// <summary>Leaves the bytes whole, then cuts them in the one random way that a seed gives.</summary>
    public static Splitting Random(int seed) => bytes => [Cut(bytes, () => bytes.Length), AtRandom(bytes, seed)];

    private static IEnumerable<byte[]> AtRandom(byte[] bytes, int seed)
    {
        var random = new Random(seed);
        int logOfLength = BitOperations.Log2((uint)Math.Max(2, bytes.Length));
        int longest = 1 << random.Next(1, Math.Min(logOfLength, MaxLogOfLongest) + 1);
        return Cut(bytes, () => random.Next(longest + 1));
    }

    // Each piece is memory of its own, rubbish once the next is asked for: nothing may be read from it later.
    private static IEnumerable<byte[]> Cut(byte[] bytes, Func<int> nextSize)
    {
        int at = 0;
        do
        {
            byte[] piece = bytes.AsSpan(at, Math.Min(nextSize(), bytes.Length - at)).ToArray();
            at += piece.Length;
            try
            {
                yield return piece;
            }
            finally
            {
                piece.AsSpan().Fill(Rubbish);
            }
        }
        while (at < bytes.Length);
    }
}
