// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using System.Text.Unicode;

namespace Mare.Conformance.Wire;

/// <summary>Reads frames, and holds the server to every rule that RFC 6455 has for what it sends.</summary>
internal sealed partial class RawClient
{
    public async Task ExpectAsync(ServerEvent expected)
    {
        var actual = await ReadEventAsync($"{expected}");
        if (!actual.Matches(expected))
            Fail($"expected {expected}, got {actual}");
    }

    /// <summary>Reads a close frame with one of the codes, then the end of the stream.</summary>
    public async Task ExpectCloseAsync(params int[] codes)
    {
        var what = $"close {string.Join(" or ", codes)}";
        var actual = await ReadEventAsync(what);
        if (actual.Opcode != Opcodes.Close || !codes.Contains(actual.Code))
            Fail($"expected {what}, got {actual}");
        Phase += $", after {actual}";
        await ExpectEndAsync();
    }

    /// <summary>Reads the end of the stream, before which the server may say goodbye by a close frame.</summary>
    public async Task ExpectEndOrCloseAsync()
    {
        if (_start == _end && !await FillAsync("the end of the TCP stream, or a close frame"))
            return;
        var actual = await ReadEventAsync();
        if (actual.Opcode != Opcodes.Close)
            Fail($"expected a close frame or nothing, got {actual}");
        await ExpectEndAsync();
    }

    /// <summary>Begins the closing handshake and sees it through.</summary>
    public async Task CloseAsync(int code = 1000)
    {
        await SendAsync(Frame.Close(code));
        await ExpectCloseAsync(code);
    }

    /// <summary>Reads the next message or control frame.</summary>
    public async Task<ServerEvent> ReadEventAsync(string what = "frame")
    {
        byte opcode = 0;
        var compressed = false;
        using var message = new MemoryStream();
        while (true)
        {
            var header = await ReadHeaderAsync(what);
            var payload = new byte[header.Length];
            await ReadExactlyAsync(payload, what);
            if (header.Opcode >= Opcodes.Close)
            {
                // A control frame may stand between fragments; no test server sends one there of its own accord.
                if (opcode != 0)
                    Fail($"a control frame inside the server's fragmented message: opcode {header.Opcode}");
                return Saw(header.Opcode == Opcodes.Close
                    ? CheckedClose(payload)
                    : new ServerEvent(header.Opcode, payload));
            }

            if (header.Opcode == Opcodes.Continuation == (opcode == 0))
                Fail($"opcode {header.Opcode} {(opcode == 0 ? "continues nothing" : "inside a fragmented message")}");
            if (opcode == 0)
                (opcode, compressed) = (header.Opcode, header.Compressed);
            message.Write(payload);
            if (header.Fin)
                return Saw(CheckedMessage(opcode, compressed ? Deflate!.Inflate(message.ToArray()) : message.ToArray()));
        }
    }

    private async Task<(bool Fin, bool Compressed, byte Opcode, int Length)> ReadHeaderAsync(string what)
    {
        var first = await ReadOctetAsync(what);
        var second = await ReadOctetAsync(what);
        var opcode = (byte)(first & 0x0F);
        var fin = (first & 0x80) != 0;
        // RFC 7692 6: RSV1 of a message's first frame, where it was agreed on.
        var compressed = Deflate is not null && opcode is (Opcodes.Text or Opcodes.Binary) && (first & 0x40) != 0;
        if ((first & (compressed ? 0x30 : 0x70)) != 0)
            Fail($"the server set reserved bits: first octet {first:X2} (RFC 6455 5.2)");
        if (opcode is not (<= Opcodes.Binary or (>= Opcodes.Close and <= Opcodes.Pong)))
            Fail($"the server used the reserved opcode {opcode} (RFC 6455 5.2)");
        if ((second & 0x80) != 0)
            Fail("the server masked a frame (RFC 6455 5.1)");
        if (opcode >= Opcodes.Close && (!fin || second > 125))
            Fail($"a control frame fragmented or longer than 125 octets: {first:X2}{second:X2} (RFC 6455 5.5)");
        return (fin, compressed, opcode, await ReadLengthAsync(second, what));
    }

    private async Task<int> ReadLengthAsync(byte form, string what)
    {
        if (form < 126)
            return form;
        var octets = new byte[form == 126 ? sizeof(ushort) : sizeof(ulong)];
        await ReadExactlyAsync(octets, what);
        var length = form == 126
            ? BinaryPrimitives.ReadUInt16BigEndian(octets)
            : BinaryPrimitives.ReadUInt64BigEndian(octets);
        if (length < (form == 126 ? 126UL : 1UL << 16))
            Fail($"the server wrote the length {length} longer than needed (RFC 6455 5.2)");

        // No case sends more than 16 MiB, so no echo may be longer.
        if (length > 1 << 26)
            Fail($"the server announced {length} octets");
        return (int)length;
    }

    private ServerEvent CheckedMessage(byte opcode, byte[] payload)
    {
        if (opcode == Opcodes.Text && !Utf8.IsValid(payload))
            Fail("the server sent text that is not UTF-8 (RFC 6455 8.1)");
        return new ServerEvent(opcode, payload);
    }

    private ServerEvent CheckedClose(byte[] payload)
    {
        if (payload.Length == 0)
            return new ServerEvent(Opcodes.Close, [], ServerEvent.NoStatus);
        if (payload.Length == 1)
            Fail("the server's close frame has a payload of one octet (RFC 6455 5.5.1)");
        var code = BinaryPrimitives.ReadUInt16BigEndian(payload);
        if (code is not (>= 1000 and <= 1003 or >= 1007 and <= 1014 or >= 3000 and <= 4999))
            Fail($"the server's close frame has the code {code}, which may not be sent (RFC 6455 7.4)");
        if (!Utf8.IsValid(payload.AsSpan(2)))
            Fail("the server's close reason is not UTF-8 (RFC 6455 5.5.1)");
        return new ServerEvent(Opcodes.Close, payload[2..], code);
    }

    private ServerEvent Saw(ServerEvent serverEvent)
    {
        _seen.Add(serverEvent.ToString());
        return serverEvent;
    }
}
