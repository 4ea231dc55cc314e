// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Mare.Protocol;

/// <summary>Writes frames straight into the caller's memory, always with the shortest length encoding.</summary>
/// <remarks>
/// Keeps nothing and checks only what fits: that a control frame is whole and short, or that a continuation follows,
/// is the caller's to keep. Any thread. RFC 6455 section 5.2.
/// </remarks>
public static class FrameWriter
{
    /// <summary>Bounds a header: 2 bytes, 8 of extended length, 4 of masking key.</summary>
    public const int MaxHeaderSize = 14;

    /// <summary>Computes a header's length.</summary>
    /// <param name="payloadLength">The payload's length in bytes, not negative.</param>
    /// <param name="masked">Whether a masking key follows: true for a client.</param>
    /// <returns>2 to <see cref="MaxHeaderSize"/> bytes.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="payloadLength"/> is negative.</exception>
    public static int HeaderSize(long payloadLength, bool masked)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(payloadLength);
        int size = payloadLength <= 125 ? 2 : payloadLength <= ushort.MaxValue ? 4 : 10;
        return masked ? size + sizeof(uint) : size;
    }

    /// <summary>Writes a server's header: not masked.</summary>
    /// <param name="destination">Where it goes; <see cref="HeaderSize"/> bytes are written.</param>
    /// <param name="opcode">What the payload is.</param>
    /// <param name="fin">Whether this is the last frame of its message.</param>
    /// <param name="payloadLength">The payload's length in bytes.</param>
    /// <returns>The number of bytes written.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="payloadLength"/> is negative.</exception>
    public static int WriteHeader(Span<byte> destination, Opcode opcode, bool fin, long payloadLength) =>
        WriteHeader(destination, opcode, fin, payloadLength, maskingKey: null, rsv1: false);

    /// <summary>Writes a client's header, with the key that the payload is masked with.</summary>
    /// <param name="destination">Where it goes; <see cref="HeaderSize"/> bytes are written.</param>
    /// <param name="opcode">What the payload is.</param>
    /// <param name="fin">Whether this is the last frame of its message.</param>
    /// <param name="payloadLength">The payload's length in bytes.</param>
    /// <param name="maskingKey">The key in memory order; see <see cref="Masking.NewKey"/>.</param>
    /// <returns>The number of bytes written.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="payloadLength"/> is negative.</exception>
    public static int WriteHeader(
        Span<byte> destination, Opcode opcode, bool fin, long payloadLength, uint maskingKey) =>
        WriteHeader(destination, opcode, fin, payloadLength, maskingKey, rsv1: false);

    /// <summary>Writes a header of either role, with the first reserved bit as given.</summary>
    /// <param name="destination">Where it goes; <see cref="HeaderSize"/> bytes are written.</param>
    /// <param name="opcode">What the payload is.</param>
    /// <param name="fin">Whether this is the last frame of its message.</param>
    /// <param name="payloadLength">The payload's length in bytes.</param>
    /// <param name="maskingKey">The key in memory order, or null for a server.</param>
    /// <param name="rsv1">Whether RSV1 is set: only where a negotiated extension gives it a meaning.</param>
    /// <returns>The number of bytes written.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="payloadLength"/> is negative.</exception>
    public static int WriteHeader(
        Span<byte> destination, Opcode opcode, bool fin, long payloadLength, uint? maskingKey, bool rsv1)
    {
        int size = HeaderSize(payloadLength, maskingKey.HasValue);
        if (destination.Length < size)
            throw new ArgumentException($"A header of {size} bytes does not fit the destination.", nameof(destination));

        destination[0] = (byte)((fin ? 0x80 : 0) | (rsv1 ? 0x40 : 0) | (byte)opcode);
        int mask = maskingKey.HasValue ? 0x80 : 0;
        if (payloadLength <= 125)
        {
            destination[1] = (byte)(mask | (int)payloadLength);
        }
        else if (payloadLength <= ushort.MaxValue)
        {
            destination[1] = (byte)(mask | 126);
            BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)payloadLength);
        }
        else
        {
            destination[1] = (byte)(mask | 127);
            BinaryPrimitives.WriteInt64BigEndian(destination[2..], payloadLength);
        }
        if (maskingKey is uint key)
            MemoryMarshal.Write(destination[(size - sizeof(uint))..], key);
        return size;
    }

    /// <summary>Writes a whole frame, masking the payload on its way when a key is given.</summary>
    /// <param name="destination">Where it goes; <see cref="HeaderSize"/> plus the payload's length are written.</param>
    /// <param name="opcode">What the payload is.</param>
    /// <param name="fin">Whether this is the last frame of its message.</param>
    /// <param name="payload">The payload; read only, and apart from <paramref name="destination"/>.</param>
    /// <param name="maskingKey">The key in memory order, or null for a server.</param>
    /// <returns>The number of bytes written.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public static int WriteFrame(
        Span<byte> destination, Opcode opcode, bool fin, ReadOnlySpan<byte> payload, uint? maskingKey = null)
    {
        int size = WriteHeader(destination, opcode, fin, payload.Length, maskingKey, rsv1: false);
        Span<byte> rest = destination[size..];
        if (rest.Length < payload.Length)
            throw new ArgumentException($"A frame of {size + payload.Length} bytes does not fit.", nameof(destination));
        if (maskingKey is uint key)
            Masking.Copy(payload, rest, key, 0);
        else
            payload.CopyTo(rest);
        return size + payload.Length;
    }
}
