// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using System.Text;
using Mare.Protocol;

namespace Mare.Tests;

/// <summary>Writes frames as a client does: masked.</summary>
internal static class ClientFrames
{
    private const uint Key = 0x3D21FA37; // RFC 6455, section 5.7

    public static byte[] Text(string text, bool fin = true) => Frame(Opcode.Text, Encoding.UTF8.GetBytes(text), fin);

    public static byte[] Binary(ReadOnlySpan<byte> data, bool fin = true) => Frame(Opcode.Binary, data, fin);

    public static byte[] Continuation(ReadOnlySpan<byte> data, bool fin = true) => Frame(Opcode.Continuation, data, fin);

    public static byte[] Ping(string payload = "") => Frame(Opcode.Ping, Encoding.UTF8.GetBytes(payload));

    public static byte[] Pong(string payload = "") => Frame(Opcode.Pong, Encoding.UTF8.GetBytes(payload));

    /// <summary>A close frame; without a code it has no payload.</summary>
    public static byte[] Close(int? code = 1000, string reason = "")
    {
        if (code is not { } number) return Frame(Opcode.Close, []);
        var payload = new byte[2 + Encoding.UTF8.GetByteCount(reason)];
        BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)number);
        Encoding.UTF8.GetBytes(reason, payload.AsSpan(2));
        return Frame(Opcode.Close, payload);
    }

    public static byte[] Frame(Opcode opcode, ReadOnlySpan<byte> payload, bool fin = true)
    {
        var frame = new byte[FrameWriter.HeaderSize(payload.Length, masked: true) + payload.Length];
        FrameWriter.WriteFrame(frame, opcode, fin, payload, Key);
        return frame;
    }

    /// <summary>Writes the header of a frame whose payload does not follow.</summary>
    public static byte[] Announce(Opcode opcode, long length)
    {
        var header = new byte[FrameWriter.MaxHeaderSize];
        return header[..FrameWriter.WriteHeader(header, opcode, fin: true, length, Key)];
    }
}
