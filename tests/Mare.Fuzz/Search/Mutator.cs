// SPDX-License-Identifier: MIT
using System.Buffers.Binary;

namespace Mare.Fuzz.Search;

/// <summary>Makes a new input of one, or two, that are known.</summary>
internal sealed class Mutator(Random random, IReadOnlyList<byte[]> words, int maxLength)
{
    // Where lengths, counts and signs turn over.
    private static readonly byte[] TellingBytes = [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 31, 32, 63, 64, 125, 126, 127, 128, 129, 192, 254, 255];
    private static readonly ushort[] TellingShorts = [0, 1, 125, 126, 127, 128, 255, 256, 999, 1000, 32767, 32768, 65535];

    private const int MaxLogOfSteps = 4;
    private const int LongestPiece = 64;

    /// <summary>Changes an input in 1 to 16 steps.</summary>
    /// <param name="input">What is changed; itself left alone.</param>
    /// <param name="other">Another input, of which pieces are taken.</param>
    public byte[] Mutate(byte[] input, byte[] other)
    {
        var bytes = new List<byte>(input);
        for (int steps = 1 << random.Next(MaxLogOfSteps + 1); steps > 0; steps--)
            Step(bytes, other);
        return bytes.Count > maxLength ? [.. bytes[..maxLength]] : [.. bytes];
    }

    private void Step(List<byte> bytes, byte[] other)
    {
        int at = random.Next(bytes.Count + 1);
        bool isInside = at < bytes.Count;
        switch (random.Next(11))
        {
            case 0 when isInside:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when isInside:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2 when isInside:
                bytes[at] = TellingBytes[random.Next(TellingBytes.Length)];
                break;
            case 3 when isInside:
                bytes[at] = (byte)(bytes[at] + random.Next(-16, 17));
                break;
            case 4:
                Span<byte> number = stackalloc byte[sizeof(ushort)];
                BinaryPrimitives.WriteUInt16BigEndian(number, TellingShorts[random.Next(TellingShorts.Length)]);
                Overwrite(bytes, at, number);
                break;
            case 5:
                bytes.RemoveRange(at, random.Next(Math.Min(LongestPiece, bytes.Count - at) + 1));
                break;
            case 6:
                byte value = random.Next(2) == 0 ? TellingBytes[random.Next(TellingBytes.Length)] : (byte)random.Next(256);
                bytes.InsertRange(at, Enumerable.Repeat(value, random.Next(1, random.Next(8) == 0 ? LongestPiece : 4)));
                break;
            case 7:
                bytes.InsertRange(at, Piece([.. bytes]));
                break;
            case 8:
                bytes.InsertRange(at, Piece(other));
                break;
            case 9 when words.Count > 0:
                bytes.InsertRange(at, words[random.Next(words.Count)]);
                break;
            default:
                Overwrite(bytes, at, words.Count > 0 && random.Next(2) == 0 ? words[random.Next(words.Count)] : Piece(other));
                break;
        }
    }

    private byte[] Piece(byte[] of)
    {
        int start = random.Next(of.Length + 1);
        return of[start..(start + random.Next(Math.Min(LongestPiece, of.Length - start) + 1))];
    }

    private static void Overwrite(List<byte> bytes, int at, ReadOnlySpan<byte> with)
    {
        for (int i = 0; i < with.Length && at + i < bytes.Count; i++)
            bytes[at + i] = with[i];
    }
}
