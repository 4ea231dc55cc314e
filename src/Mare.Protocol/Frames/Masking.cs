// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace Mare.Protocol;

/// <summary>
/// Masks and unmasks payload: byte <c>i</c> is XORed with byte <c>i mod 4</c> of the masking key. Masking twice with
/// the same key gives the payload back. RFC 6455 section 5.3.
/// </summary>
/// <remarks>
/// A masking key is the <see cref="uint"/> whose bytes lie in memory as the four key bytes lie in the frame, so it is
/// read with <see cref="MemoryMarshal.Read{T}"/> and never turned round. Any thread.
/// </remarks>
public static class Masking
{
    /// <summary>Masks or unmasks in place.</summary>
    /// <param name="data">The bytes to change; the caller's.</param>
    /// <param name="maskingKey">The key, in memory order.</param>
    /// <param name="offset">Where <paramref name="data"/> begins in the frame's payload, in bytes; only its rest by
    /// four counts.</param>
    public static void Apply(Span<byte> data, uint maskingKey, int offset) => Xor(data, data, Rotate(maskingKey, offset));

    /// <summary>Masks or unmasks while copying.</summary>
    /// <param name="source">The bytes to read.</param>
    /// <param name="destination">Where they go: at least as long as <paramref name="source"/>, and either the same
    /// memory or apart from it.</param>
    /// <param name="maskingKey">The key, in memory order.</param>
    /// <param name="offset">Where <paramref name="source"/> begins in the frame's payload, in bytes; only its rest by
    /// four counts.</param>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public static void Copy(ReadOnlySpan<byte> source, Span<byte> destination, uint maskingKey, int offset)
    {
        if (destination.Length < source.Length)
            throw new ArgumentException("The destination must be at least as long as the source.", nameof(destination));
        Xor(source, destination[..source.Length], Rotate(maskingKey, offset));
    }

    /// <summary>Draws a masking key from the system's strong random source.</summary>
    /// <remarks>A client takes a fresh one for each frame. RFC 6455 sections 5.3 and 10.3.</remarks>
    /// <returns>The key.</returns>
    public static uint NewKey()
    {
        Span<byte> key = stackalloc byte[sizeof(uint)];
        RandomNumberGenerator.Fill(key);
        return MemoryMarshal.Read<uint>(key);
    }

    // The last block overlaps the one before it. It is read before anything is written, since source and destination
    // may be the same memory, and gives the overlapped bytes the values they already have.
    private static void Xor(ReadOnlySpan<byte> source, Span<byte> destination, uint key)
    {
        int length = source.Length;
        if (length < 2 * sizeof(ulong))
        {
            XorShort(source, destination, key);
        }
        else if (Vector512.IsHardwareAccelerated && length >= Vector512<byte>.Count)
        {
            Vector512<byte> keys = Vector512.Create(key).AsByte();
            Vector512<byte> last = Vector512.Create(source[^Vector512<byte>.Count..])
                ^ Vector512.Create(Rotate(key, length)).AsByte();
            ReadOnlySpan<Vector512<byte>> from = MemoryMarshal.Cast<byte, Vector512<byte>>(source);
            Span<Vector512<byte>> to = MemoryMarshal.Cast<byte, Vector512<byte>>(destination)[..from.Length];
            for (int i = 0; i < from.Length; i++)
                to[i] = from[i] ^ keys;
            last.CopyTo(destination[^Vector512<byte>.Count..]);
        }
        else if (Vector256.IsHardwareAccelerated && length >= Vector256<byte>.Count)
        {
            Vector256<byte> keys = Vector256.Create(key).AsByte();
            Vector256<byte> last = Vector256.Create(source[^Vector256<byte>.Count..])
                ^ Vector256.Create(Rotate(key, length)).AsByte();
            ReadOnlySpan<Vector256<byte>> from = MemoryMarshal.Cast<byte, Vector256<byte>>(source);
            Span<Vector256<byte>> to = MemoryMarshal.Cast<byte, Vector256<byte>>(destination)[..from.Length];
            for (int i = 0; i < from.Length; i++)
                to[i] = from[i] ^ keys;
            last.CopyTo(destination[^Vector256<byte>.Count..]);
        }
        else
        {
            Vector128<byte> keys = Vector128.Create(key).AsByte();
            Vector128<byte> last = Vector128.Create(source[^Vector128<byte>.Count..])
                ^ Vector128.Create(Rotate(key, length)).AsByte();
            ReadOnlySpan<Vector128<byte>> from = MemoryMarshal.Cast<byte, Vector128<byte>>(source);
            Span<Vector128<byte>> to = MemoryMarshal.Cast<byte, Vector128<byte>>(destination)[..from.Length];
            for (int i = 0; i < from.Length; i++)
                to[i] = from[i] ^ keys;
            last.CopyTo(destination[^Vector128<byte>.Count..]);
        }
    }

    // Up to 15 bytes: two overlapping words, or single bytes below four.
    private static void XorShort(ReadOnlySpan<byte> source, Span<byte> destination, uint key)
    {
        int length = source.Length;
        if (length >= sizeof(ulong))
        {
            uint lastKey = Rotate(key, length);
            ulong first = MemoryMarshal.Read<ulong>(source) ^ (key | ((ulong)key << 32));
            ulong last = MemoryMarshal.Read<ulong>(source[^sizeof(ulong)..]) ^ (lastKey | ((ulong)lastKey << 32));
            MemoryMarshal.Write(destination, first);
            MemoryMarshal.Write(destination[^sizeof(ulong)..], last);
        }
        else if (length >= sizeof(uint))
        {
            uint first = MemoryMarshal.Read<uint>(source) ^ key;
            uint last = MemoryMarshal.Read<uint>(source[^sizeof(uint)..]) ^ Rotate(key, length);
            MemoryMarshal.Write(destination, first);
            MemoryMarshal.Write(destination[^sizeof(uint)..], last);
        }
        else
        {
            uint shifted = BitConverter.IsLittleEndian ? key : BinaryPrimitives.ReverseEndianness(key);
            for (int i = 0; i < source.Length; i++, shifted >>= 8)
                destination[i] = (byte)(source[i] ^ shifted);
        }
    }

    // The key as it lies `offset` bytes into the payload.
    private static uint Rotate(uint key, int offset) => BitConverter.IsLittleEndian
        ? BitOperations.RotateRight(key, 8 * (offset & 3))
        : BitOperations.RotateLeft(key, 8 * (offset & 3));
}
