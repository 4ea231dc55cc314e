// SPDX-License-Identifier: MIT
namespace Mare.Protocol;

/// <summary>Makes codecs.</summary>
/// <remarks>Any thread.</remarks>
public interface IDeflateProvider
{
    /// <summary>Gets the smallest window that a deflater of this provider can be held to: 9 to 15 bits.</summary>
    int MinWindowBits { get; }

    /// <summary>Makes a compressor.</summary>
    /// <param name="level">1, the fastest, to 9, the smallest output.</param>
    /// <param name="windowBits">The window, <see cref="MinWindowBits"/> to 15: references reach 2 to this power bytes back.</param>
    /// <returns>The compressor, the caller's to dispose of.</returns>
    IDeflater CreateDeflater(int level, int windowBits);

    /// <summary>Makes a decompressor.</summary>
    /// <param name="windowBits">The largest window that the peer may use, 9 to 15 bits.</param>
    /// <returns>The decompressor, the caller's to dispose of.</returns>
    IInflater CreateInflater(int windowBits);
}
