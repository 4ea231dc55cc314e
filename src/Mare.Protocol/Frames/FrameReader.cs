// SPDX-License-Identifier: MIT
using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Mare.Protocol;

// RFC 6455 section 5.2:
//
//  0                   1                   2                   3
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
// +-+-+-+-+-------+-+-------------+-------------------------------+
// |F|R|R|R| opcode|M| Payload len |    Extended payload length    |
// |I|S|S|S|  (4)  |A|     (7)     |             (16/64)           |
// |N|V|V|V|       |S|             |   (if payload len==126/127)   |
// | |1|2|3|       |K|             |                               |
// +-+-+-+-+-------+-+-------------+ - - - - - - - - - - - - - - - +
// |     Extended payload length continued, if payload len == 127  |
// + - - - - - - - - - - - - - - - +-------------------------------+
// |                               |Masking-key, if MASK set to 1  |
// +-------------------------------+-------------------------------+
// | Masking-key (continued)       |          Payload Data         |
// +-------------------------------- - - - - - - - - - - - - - - - +

/// <summary>Reads frame headers from the bytes a peer sent.</summary>
public static class FrameReader
{
    private const byte FinBit = 0x80;
    private const byte ReservedBits = 0x70;
    private const byte Rsv1Bit = 0x40;
    private const byte OpcodeBits = 0x0F;
    private const byte ControlBit = 0x08;
    private const byte MaskBit = 0x80;
    private const byte LengthBits = 0x7F;

    // The largest length that the 7-bit field holds itself; 126 and 127 announce 16 and 64 bits (section 5.2).
    private const int MaxShortLength = 125;

    /// <summary>Reads the header at the start of <paramref name="data"/>, whole or in part.</summary>
    /// <remarks>
    /// Keeps nothing: on <see cref="OperationStatus.NeedMoreData"/> call again with the same bytes and more behind them;
    /// <see cref="FrameWriter.MaxHeaderSize"/> bytes always suffice. A violation is found at the byte that makes it,
    /// so the answer does not depend on how the bytes were split. Any thread. RFC 6455 sections 5.1, 5.2, 5.4, 5.5.
    /// </remarks>
    /// <param name="data">Bytes that begin with a frame header.</param>
    /// <param name="role">This side: a server wants masked frames, a client unmasked ones.</param>
    /// <param name="insideMessage">Whether a fragmented message is under way, so that its continuation must come.</param>
    /// <param name="header">The header, when the result is <see cref="OperationStatus.Done"/>.</param>
    /// <param name="error">The violation, when the result is <see cref="OperationStatus.InvalidData"/>.</param>
    /// <returns><see cref="OperationStatus.Done"/>, <see cref="OperationStatus.NeedMoreData"/> or
    /// <see cref="OperationStatus.InvalidData"/>.</returns>
    public static OperationStatus ReadHeader(
        ReadOnlySpan<byte> data, Role role, bool insideMessage, out FrameHeader header, out ProtocolError error) =>
        ReadHeader(data, role, insideMessage, deflate: false, out header, out error);

    /// <summary>Reads the header at the start of <paramref name="data"/>, of a connection that may compress.</summary>
    /// <remarks>As the other overload. RFC 7692 section 6.</remarks>
    /// <param name="data">Bytes that begin with a frame header.</param>
    /// <param name="role">This side: a server wants masked frames, a client unmasked ones.</param>
    /// <param name="insideMessage">Whether a fragmented message is under way, so that its continuation must come.</param>
    /// <param name="deflate">Whether permessage-deflate was negotiated, so that RSV1 may be set on a message's first frame.</param>
    /// <param name="header">The header, when the result is <see cref="OperationStatus.Done"/>.</param>
    /// <param name="error">The violation, when the result is <see cref="OperationStatus.InvalidData"/>.</param>
    /// <returns><see cref="OperationStatus.Done"/>, <see cref="OperationStatus.NeedMoreData"/> or
    /// <see cref="OperationStatus.InvalidData"/>.</returns>
    public static OperationStatus ReadHeader(
        ReadOnlySpan<byte> data,
        Role role,
        bool insideMessage,
        bool deflate,
        out FrameHeader header,
        out ProtocolError error)
    {
        header = default;
        error = ProtocolError.None;
        if (data.IsEmpty)
            return OperationStatus.NeedMoreData;

        error = CheckFirstByte(data[0], insideMessage, deflate);
        if (error != ProtocolError.None)
            return OperationStatus.InvalidData;
        if (data.Length < 2)
            return OperationStatus.NeedMoreData;

        error = CheckSecondByte(data[0], data[1], role);
        if (error != ProtocolError.None)
            return OperationStatus.InvalidData;

        OperationStatus status = ReadLength(data, out long length, out int size, out error);
        if (status != OperationStatus.Done)
            return status;

        bool masked = (data[1] & MaskBit) != 0;
        uint key = 0;
        if (masked && !MemoryMarshal.TryRead(data[size..], out key))
            return OperationStatus.NeedMoreData;
        if (masked)
            size += sizeof(uint);
        header = new FrameHeader(
            (Opcode)(data[0] & OpcodeBits), (data[0] & FinBit) != 0, length, masked, key, size)
        {
            Compressed = (data[0] & Rsv1Bit) != 0,
        };
        return OperationStatus.Done;
    }

    private static ProtocolError CheckFirstByte(byte first, bool insideMessage, bool deflate)
    {
        // A reserved bit means something only when an extension that uses it was negotiated. permessage-deflate uses RSV1
        // of a message's first frame, and not that of continuations and control frames (RFC 7692 section 6.1).
        var opcode = (Opcode)(first & OpcodeBits);
        int meant = deflate && opcode is (Opcode.Text or Opcode.Binary) ? Rsv1Bit : 0;
        if ((first & ReservedBits & ~meant) != 0)
            return ProtocolError.ReservedBits;
        if (opcode is (> Opcode.Binary and < Opcode.Close) or > Opcode.Pong)
            return ProtocolError.UnknownOpcode;
        if (opcode >= Opcode.Close)
            return (first & FinBit) == 0 ? ProtocolError.ControlFrameFragmented : ProtocolError.None;
        if (opcode == Opcode.Continuation)
            return insideMessage ? ProtocolError.None : ProtocolError.UnexpectedContinuation;
        return insideMessage ? ProtocolError.ExpectedContinuation : ProtocolError.None;
    }

    private static ProtocolError CheckSecondByte(byte first, byte second, Role role)
    {
        bool masked = (second & MaskBit) != 0;
        if (role == Role.Server && !masked)
            return ProtocolError.UnmaskedFrame;
        if (role == Role.Client && masked)
            return ProtocolError.MaskedFrame;
        if ((first & ControlBit) != 0 && (second & LengthBits) > MaxShortLength)
            return ProtocolError.ControlFrameTooLong;
        return ProtocolError.None;
    }

    private static OperationStatus ReadLength(
        ReadOnlySpan<byte> data, out long length, out int size, out ProtocolError error)
    {
        error = ProtocolError.None;
        length = data[1] & LengthBits;
        size = 2;
        if (length <= MaxShortLength)
            return OperationStatus.Done;

        ReadOnlySpan<byte> extended = data[2..];
        if (length == 126)
        {
            if (extended.Length < sizeof(ushort))
                return OperationStatus.NeedMoreData;
            length = BinaryPrimitives.ReadUInt16BigEndian(extended);
            size += sizeof(ushort);
            error = length <= MaxShortLength ? ProtocolError.NonMinimalLength : ProtocolError.None;
        }
        else
        {
            // Section 5.2: the most significant bit must be 0.
            if (!extended.IsEmpty && extended[0] >= 0x80)
                error = ProtocolError.LengthOverflow;
            else if (extended.Length < sizeof(long))
                return OperationStatus.NeedMoreData;
            else
            {
                length = BinaryPrimitives.ReadInt64BigEndian(extended);
                size += sizeof(long);
                error = length <= ushort.MaxValue ? ProtocolError.NonMinimalLength : ProtocolError.None;
            }
        }
        return error == ProtocolError.None ? OperationStatus.Done : OperationStatus.InvalidData;
    }
}
