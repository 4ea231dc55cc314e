// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace Mare.Protocol;

/// <summary>Writes close frames and reads their payload: two bytes of code, then the reason as UTF-8. RFC 6455
/// sections 5.5.1 and 7.4.</summary>
/// <remarks>Keeps nothing. Any thread.</remarks>
public static class CloseFrame
{
    /// <summary>Bounds the reason: 125 bytes of control payload less two of code.</summary>
    public const int MaxReasonBytes = 123;

    /// <summary>Bounds a close frame of either role: 2 bytes of header, 4 of masking key, 125 of payload.</summary>
    public const int MaxSize = 2 + sizeof(uint) + MaxPayload;

    private const int MaxPayload = sizeof(ushort) + MaxReasonBytes;

    /// <summary>Checks that a reason fits a close frame.</summary>
    /// <param name="reason">The reason; a lone surrogate counts as the three bytes of U+FFFD.</param>
    /// <exception cref="ArgumentException">It takes more than <see cref="MaxReasonBytes"/> bytes of UTF-8.</exception>
    public static void ValidateReason(ReadOnlySpan<char> reason)
    {
        int size = Encoding.UTF8.GetByteCount(reason);
        if (size > MaxReasonBytes)
        {
            throw new ArgumentException(
                $"A close reason may take {MaxReasonBytes} bytes of UTF-8 and this one takes {size}: shorten it.",
                nameof(reason));
        }
    }

    /// <summary>Checks that a code and a reason may be sent together.</summary>
    /// <param name="code">The code, or null for a frame without one.</param>
    /// <param name="reason">The reason; empty when there is no code.</param>
    /// <exception cref="ArgumentException">The code may not be sent (see <see cref="CloseCodeExtensions.MayBeSent"/>),
    /// the reason is too long, or it has no code before it.</exception>
    public static void Validate(CloseCode? code, ReadOnlySpan<char> reason)
    {
        if (code is { } given && !given.MayBeSent())
        {
            throw new ArgumentException(
                $"Close code {(ushort)given} may not be sent: take a named CloseCode or a number from 3000 to 4999.",
                nameof(code));
        }
        if (code is null && !reason.IsEmpty)
            throw new ArgumentException("A close reason needs a close code before it.", nameof(reason));
        ValidateReason(reason);
    }

    /// <summary>Writes a close frame.</summary>
    /// <param name="destination">Where it goes; <see cref="MaxSize"/> bytes always suffice.</param>
    /// <param name="code">The code, or null for an empty payload.</param>
    /// <param name="reason">The reason, written as UTF-8; lone surrogates become U+FFFD.</param>
    /// <param name="maskingKey">The key in memory order, or null for a server.</param>
    /// <returns>The number of bytes written.</returns>
    /// <exception cref="ArgumentException">As <see cref="Validate"/> says, or <paramref name="destination"/> is too
    /// short.</exception>
    public static int Write(
        Span<byte> destination, CloseCode? code, ReadOnlySpan<char> reason, uint? maskingKey = null)
    {
        Validate(code, reason);
        return WriteUnchecked(destination, (ushort?)code, reason, maskingKey);
    }

    // For the echo, which may carry what IANA registered later (1014) as the peer sent it.
    internal static int WriteUnchecked(
        Span<byte> destination, ushort? code, ReadOnlySpan<char> reason, uint? maskingKey)
    {
        Span<byte> payload = stackalloc byte[MaxPayload];
        int size = 0;
        if (code is ushort number)
        {
            BinaryPrimitives.WriteUInt16BigEndian(payload, number);
            size = sizeof(ushort) + Encoding.UTF8.GetBytes(reason, payload[sizeof(ushort)..]);
        }
        return FrameWriter.WriteFrame(destination, Opcode.Close, fin: true, payload[..size], maskingKey);
    }

    /// <summary>Reads the unmasked payload of a close frame.</summary>
    /// <param name="payload">The payload, 0 to 125 bytes.</param>
    /// <param name="status">The code that came, or <see cref="CloseStatus.NoStatusReceived"/> when none did.</param>
    /// <param name="reason">The reason's UTF-8: a slice of <paramref name="payload"/>.</param>
    /// <returns><see cref="ProtocolError.None"/>, or what is wrong with it.</returns>
    public static ProtocolError Read(
        ReadOnlySpan<byte> payload, out CloseStatus status, out ReadOnlySpan<byte> reason)
    {
        status = CloseStatus.NoStatusReceived;
        reason = default;
        if (payload.IsEmpty)
            return ProtocolError.None;
        if (payload.Length < sizeof(ushort))
            return ProtocolError.ClosePayloadTooShort;

        ushort code = BinaryPrimitives.ReadUInt16BigEndian(payload);
        if (!MayBeReceived(code))
            return ProtocolError.InvalidCloseCode;
        if (!Utf8.IsValid(payload[sizeof(ushort)..]))
            return ProtocolError.InvalidCloseReason;
        status = (CloseStatus)code;
        reason = payload[sizeof(ushort)..];
        return ProtocolError.None;
    }

    // Section 7.4: 1004-1006 and 1015 never come over the wire; 1012-1014 are in the IANA registry; the rest of
    // 1000-2999 is unassigned, and nothing is defined from 5000 on.
    private static bool MayBeReceived(ushort code) => code is
        (>= 1000 and <= 1003) or (>= 1007 and <= 1014) or (>= 3000 and <= 4999);
}
