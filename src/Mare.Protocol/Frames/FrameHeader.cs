// SPDX-License-Identifier: MIT
namespace Mare.Protocol;

/// <summary>Holds what stands before a frame's payload. RFC 6455 section 5.2.</summary>
/// <param name="Opcode">What the payload is.</param>
/// <param name="Fin">Whether this is the last frame of its message; always true of a control frame.</param>
/// <param name="PayloadLength">The declared payload length, 0 to 2^63 - 1 bytes (125 for a control frame).</param>
/// <param name="Masked">Whether the payload is masked.</param>
/// <param name="MaskingKey">The masking key in memory order (see <see cref="Masking"/>); 0 when not masked.</param>
/// <param name="Size">The header's own length, 2 to <see cref="FrameWriter.MaxHeaderSize"/> bytes.</param>
public readonly record struct FrameHeader(
    Opcode Opcode, bool Fin, long PayloadLength, bool Masked, uint MaskingKey, int Size)
{
    /// <summary>Gets whether RSV1 is set: the message that begins with this frame is compressed. RFC 7692 section 6.</summary>
    public bool Compressed { get; init; }

    /// <summary>Tells close, ping and pong from frames that carry a message. RFC 6455 section 5.5.</summary>
    public bool IsControl => Opcode >= Opcode.Close;
}
