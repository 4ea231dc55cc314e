// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using System.Text;

namespace Mare.Conformance.Wire;

/// <summary>One frame as this client sends it: legal unless a property says otherwise, so that each malformed frame
/// differs from a good one in exactly what its test names.</summary>
internal sealed record Frame(byte Opcode, ReadOnlyMemory<byte> Payload)
{
    private const int LongestHeader = 14;

    public bool Fin { get; init; } = true;

    /// <summary>The three reserved bits as a number, RSV1 being 4.</summary>
    public int Rsv { get; init; }

    public bool Masked { get; init; } = true;

    public LengthForm LengthForm { get; init; }

    /// <summary>The length that the header declares, where it is not that of <see cref="Payload"/>.</summary>
    public ulong? Declares { get; init; }

    public static Frame Text(string text, bool fin = true) => Text(Encoding.UTF8.GetBytes(text), fin);

    public static Frame Text(ReadOnlyMemory<byte> utf8, bool fin = true) => new(Opcodes.Text, utf8) { Fin = fin };

    public static Frame Binary(ReadOnlyMemory<byte> data, bool fin = true) => new(Opcodes.Binary, data) { Fin = fin };

    public static Frame Continuation(string text, bool fin = true) => Continuation(Encoding.UTF8.GetBytes(text), fin);

    public static Frame Continuation(ReadOnlyMemory<byte> data, bool fin = true) =>
        new(Opcodes.Continuation, data) { Fin = fin };

    public static Frame Ping(string text = "") => Ping(Encoding.UTF8.GetBytes(text));

    public static Frame Ping(ReadOnlyMemory<byte> data) => new(Opcodes.Ping, data);

    public static Frame Pong(string text = "") => new(Opcodes.Pong, Encoding.UTF8.GetBytes(text));

    /// <summary>A close frame of any payload, legal or not.</summary>
    public static Frame ClosePayload(ReadOnlyMemory<byte> payload) => new(Opcodes.Close, payload);

    public static Frame Close(int code, string reason = "") =>
        ClosePayload((byte[])[(byte)(code >> 8), (byte)code, .. Encoding.UTF8.GetBytes(reason)]);

    /// <summary>Splits a message into frames of at most <paramref name="size"/> octets of payload.</summary>
    public static IEnumerable<Frame> Fragments(byte opcode, ReadOnlyMemory<byte> message, int size)
    {
        var at = 0;
        do
        {
            var length = Math.Min(size, message.Length - at);
            yield return new Frame(at == 0 ? opcode : Opcodes.Continuation, message.Slice(at, length))
            {
                Fin = at + length == message.Length,
            };
            at += length;
        }
        while (at < message.Length);
    }

    public static byte[] Join(IEnumerable<Frame> frames)
    {
        using var bytes = new MemoryStream();
        foreach (var frame in frames)
            bytes.Write(frame.ToBytes());
        return bytes.ToArray();
    }

    public byte[] ToBytes()
    {
        var bytes = new byte[LongestHeader + Payload.Length];
        var length = WriteHeader(bytes, out var key);
        Payload.Span.CopyTo(bytes.AsSpan(length));
        if (Masked)
        {
            for (var i = 0; i < Payload.Length; i++)
                bytes[length + i] ^= (byte)(key >> (8 * (3 - i % 4)));
        }
        return bytes[..(length + Payload.Length)];
    }

    private int WriteHeader(Span<byte> bytes, out uint key)
    {
        var declared = Declares ?? (ulong)Payload.Length;
        var form = LengthForm switch
        {
            LengthForm.Minimal when declared < 126 => (byte)declared,
            LengthForm.Bits64 => (byte)127,
            LengthForm.Minimal when declared > ushort.MaxValue => (byte)127,
            _ => (byte)126,
        };
        bytes[0] = (byte)((Fin ? 0x80 : 0) | Rsv << 4 | Opcode);
        bytes[1] = (byte)((Masked ? 0x80 : 0) | form);
        var at = 2;
        if (form == 126)
        {
            BinaryPrimitives.WriteUInt16BigEndian(bytes[at..], (ushort)declared);
            at += sizeof(ushort);
        }
        else if (form == 127)
        {
            BinaryPrimitives.WriteUInt64BigEndian(bytes[at..], declared);
            at += sizeof(ulong);
        }

        // A key that differs from frame to frame but not from run to run: RFC 6455 5.7's, turned by the length.
        key = unchecked(0x37FA213D * (uint)(2 * Payload.Length + 1));
        if (Masked)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes[at..], key);
            at += sizeof(uint);
        }
        return at;
    }
}
