// SPDX-License-Identifier: MIT
using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Mare.Protocol;

namespace Mare.Tests;

/// <summary>Is a frame that a server sent.</summary>
internal sealed record ServerFrame(Opcode Opcode, bool Fin, byte[] Payload)
{
    /// <summary>Gets whether RSV1 was set. RFC 7692, section 6.</summary>
    public bool Compressed { get; private init; }

    public string Text => Encoding.UTF8.GetString(Payload);

    /// <summary>Gets the code of a close frame; 0 when it has none.</summary>
    public int CloseCode => Payload.Length < 2 ? 0 : BinaryPrimitives.ReadUInt16BigEndian(Payload);

    public string CloseReason => Payload.Length < 2 ? "" : Encoding.UTF8.GetString(Payload.AsSpan(2));

    /// <summary>Takes a frame off the start of received bytes; false when it is not there whole.</summary>
    public static bool TryRead(ref ReadOnlySpan<byte> data, out ServerFrame frame, bool deflate = false)
    {
        frame = null!;
        var status = FrameReader.ReadHeader(data, Role.Client, insideMessage: false, deflate, out var header, out var error);
        Assert.True(status != OperationStatus.InvalidData, $"The server sent a bad frame: {error}.");
        if (status != OperationStatus.Done || data.Length - header.Size < header.PayloadLength) return false;
        frame = new ServerFrame(header.Opcode, header.Fin, data.Slice(header.Size, (int)header.PayloadLength).ToArray()) { Compressed = header.Compressed };
        data = data[(header.Size + frame.Payload.Length)..];
        return true;
    }

    public override string ToString() => Opcode == Opcode.Close ? $"Close {CloseCode} {CloseReason}" : $"{Opcode} {Payload.Length} bytes";
}
