// SPDX-License-Identifier: MIT
using System.Text;

namespace Mare.Conformance.Wire;

/// <summary>What a server sent: a whole message, or a control frame.</summary>
/// <param name="Opcode">That of the message or control frame.</param>
/// <param name="Payload">The message; of a close frame, its reason.</param>
/// <param name="Code">Of a close frame, its code, or <see cref="NoStatus"/> when it carried none.</param>
internal sealed record ServerEvent(byte Opcode, byte[] Payload, ushort Code = 0)
{
    /// <summary>What stands for a close frame without a code (RFC 6455 7.1.5).</summary>
    public const ushort NoStatus = 1005;

    public static ServerEvent Text(string text) => new(Opcodes.Text, Encoding.UTF8.GetBytes(text));

    public static ServerEvent Text(byte[] utf8) => new(Opcodes.Text, utf8);

    public static ServerEvent Binary(byte[] data) => new(Opcodes.Binary, data);

    public static ServerEvent Pong(string text = "") => Pong(Encoding.UTF8.GetBytes(text));

    public static ServerEvent Pong(byte[] data) => new(Opcodes.Pong, data);

    public bool Matches(ServerEvent other) =>
        Opcode == other.Opcode && Code == other.Code && Payload.AsSpan().SequenceEqual(other.Payload);

    public override string ToString()
    {
        // 16 octets tell one test payload from another; whole megabytes help nobody.
        var start = Convert.ToHexString(Payload.AsSpan(0, Math.Min(Payload.Length, 16)));
        var name = Opcode switch
        {
            Opcodes.Text => "text",
            Opcodes.Binary => "binary",
            Opcodes.Ping => "ping",
            Opcodes.Pong => "pong",
            Opcodes.Close => Code == NoStatus ? "close without code" : $"close {Code}",
            _ => $"opcode {Opcode}",
        };
        return $"{name} of {Payload.Length} octets [{start}{(Payload.Length > 16 ? "..." : "")}]";
    }
}
