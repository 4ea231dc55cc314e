// SPDX-License-Identifier: MIT
using System.Text;

namespace Mare.Protocol.Tests.Feeding;

/// <summary>Puts frames together as a peer would send them.</summary>
internal static class Wire
{
    private const uint Key = 0x3D21FA37; // 37 fa 21 3d, the key of RFC 6455 section 5.7, in memory order

    public static byte[] Frame(Role sender, Opcode opcode, bool fin, ReadOnlySpan<byte> payload, uint key = Key)
    {
        byte[] frame = new byte[FrameWriter.HeaderSize(payload.Length, sender == Role.Client) + payload.Length];
        FrameWriter.WriteFrame(frame, opcode, fin, payload, sender == Role.Client ? key : null);
        return frame;
    }

    public static byte[] FromClient(Opcode opcode, string text, bool fin = true) =>
        Frame(Role.Client, opcode, fin, Encoding.UTF8.GetBytes(text));

    public static byte[] FromClient(Opcode opcode, byte[] payload, bool fin = true) =>
        Frame(Role.Client, opcode, fin, payload);

    public static byte[] Join(params byte[][] parts) => [.. parts.SelectMany(part => part)];
}
