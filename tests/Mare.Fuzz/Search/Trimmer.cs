// SPDX-License-Identifier: MIT
namespace Mare.Fuzz.Search;

/// <summary>Makes an input shorter while it stays what it is.</summary>
internal static class Trimmer
{
    /// <summary>Removes pieces, from halves down to single bytes, where <paramref name="isSame"/> allows.</summary>
    /// <param name="input">What is trimmed; itself left alone.</param>
    /// <param name="isSame">Says whether a shorter input still does what it is kept for.</param>
    /// <param name="tries">How often that may be asked.</param>
    public static byte[] Trim(byte[] input, Func<byte[], bool> isSame, int tries = 400)
    {
        byte[] best = input;
        for (int size = Math.Max(1, best.Length / 2); size >= 1; size /= 2)
        {
            for (int at = 0; at < best.Length && tries > 0;)
            {
                byte[] shorter = [.. best[..at], .. best[Math.Min(at + size, best.Length)..]];
                tries--;
                if (isSame(shorter))
                    best = shorter;
                else
                    at += size;
            }
        }
        return best;
    }
}
