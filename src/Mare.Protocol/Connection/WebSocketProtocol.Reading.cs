// SPDX-License-Identifier: MIT
using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Unicode;

namespace Mare.Protocol;

public sealed partial class WebSocketProtocol
{
    // What one step of the reading loop came to.
    private enum Step : byte
    {
        NextFrame,
        NeedMoreData,
        Event,
    }

    /// <summary>Reads the next event from the bytes that came.</summary>
    /// <remarks>
    /// Call it until it answers false, then again when more bytes came. A message that lies whole in
    /// <paramref name="data"/> is unmasked in place and handed out as a slice of it; any other is assembled in a rented
    /// buffer, which the next call takes back. While this side waits for the answer to its close frame, messages,
    /// pings and pongs are checked and discarded. After <see cref="ProtocolEventKind.Close"/> or
    /// <see cref="ProtocolEventKind.Failed"/> everything is discarded.
    /// </remarks>
    /// <param name="data">The received bytes, which are changed; afterwards what is left of them.</param>
    /// <param name="e">The event; its payload is valid until the next call or <see cref="Dispose"/>, and as long as the
    /// memory of <paramref name="data"/>.</param>
    /// <returns>True with an event, false when all of <paramref name="data"/> is used up.</returns>
    /// <exception cref="InvalidOperationException">The opening handshake is not completed.</exception>
    public bool TryRead(ref Span<byte> data, out ProtocolEvent e)
    {
        // The hot path: a whole message below 64 KiB in one frame, and nothing under way. Whatever does not look
        // exactly so goes the general way, which knows why.
        Span<byte> input = data;
        if (_partial is null && _state.Current == ProtocolState.Open && input.Length >= 4)
        {
            bool server = _role == Role.Server;
            uint kind = input[0] - 0x81u; // FIN and no RSV bit: 0 is text, 1 is binary
            int length = server ? input[1] ^ 0x80 : input[1]; // a wrong mask bit makes it 128 or more
            int header = server ? 2 + sizeof(uint) : 2;
            if (length > 125)
            {
                header += sizeof(ushort);
                length = length == 126 ? BinaryPrimitives.ReadUInt16BigEndian(input[2..]) : 0;
                if (length <= 125)
                    length = int.MaxValue; // not minimal, or not 16 bits: longer than any input
            }
            if (kind <= 1 && length <= input.Length - header && length <= _limits.MaxMessageBytes)
            {
                Span<byte> payload = input.Slice(header, length);
                data = input[(header + length)..];
                if (server)
                    Masking.Apply(payload, MemoryMarshal.Read<uint>(input[(header - sizeof(uint))..]), 0);
                if (kind != 0)
                {
                    e = new ProtocolEvent(ProtocolEventKind.Binary, payload);
                    return true;
                }
                if (Utf8.IsValid(payload))
                {
                    e = new ProtocolEvent(ProtocolEventKind.Text, payload);
                    return true;
                }
                return Fail(ProtocolError.InvalidUtf8, ref data, out e) == Step.Event;
            }
        }
        return ReadAny(ref data, out e);
    }

    private bool ReadAny(ref Span<byte> data, out ProtocolEvent e)
    {
        _state.RequireHandshakeCompleted();
        e = default;
        if (_state.InputEnded)
        {
            ReleasePartial();
            data = default;
            return false;
        }

        SettlePartial();
        Step step;
        do
        {
            step = _partial is { InFrame: true } partial
                ? ContinueFrame(partial, ref data, out e)
                : BeginFrame(ref data, out e);
        }
        while (step == Step.NextFrame);
        return step == Step.Event;
    }

    private Step BeginFrame(ref Span<byte> data, out ProtocolEvent e)
    {
        e = default;
        OperationStatus status = ReadHeader(ref data, out FrameHeader header, out ProtocolError error);
        if (status == OperationStatus.NeedMoreData)
            return Step.NeedMoreData;
        if (status == OperationStatus.InvalidData)
            return Fail(error, ref data, out e);

        if (!header.IsControl)
        {
            error = CheckLimits(header);
            if (error != ProtocolError.None)
                return Fail(error, ref data, out e);
        }

        // A whole control frame or a whole message: nothing to remember.
        bool whole = header.PayloadLength <= data.Length;
        if (whole && header.Fin && header.Opcode != Opcode.Continuation && !header.Compressed)
        {
            Span<byte> payload = data[..(int)header.PayloadLength];
            data = data[payload.Length..];
            if (header.Masked)
                Masking.Apply(payload, header.MaskingKey, 0);
            return header.IsControl
                ? ControlEvent(header.Opcode, payload, ref data, out e)
                : MessageEvent(header.Opcode, payload, ref data, out e);
        }

        PartialInput partial = _partial ??= _budget.Lease();
        partial.BeginFrame(header);
        if (!header.IsControl)
            partial.Message.BeginFrame(header.Opcode, header.Compressed);
        return Step.NextFrame;
    }

    private OperationStatus ReadHeader(ref Span<byte> data, out FrameHeader header, out ProtocolError error)
    {
        if (_partial is { HasHeaderBytes: true } partial)
            return partial.ReadHeader(ref data, _role, _deflate is not null, out header, out error);

        OperationStatus status = FrameReader.ReadHeader(
            data, _role, _partial is { Message.InProgress: true }, _deflate is not null, out header, out error);
        if (status == OperationStatus.Done)
        {
            data = data[header.Size..];
        }
        else if (status == OperationStatus.NeedMoreData && !data.IsEmpty)
        {
            _partial ??= _budget.Lease();
            return _partial.ReadHeader(ref data, _role, _deflate is not null, out header, out error);
        }
        return status;
    }

    // RFC 6455 section 10.4. The declared length counts, before any of it is stored.
    private ProtocolError CheckLimits(in FrameHeader header)
    {
        long length = 0;
        int fragments = 0;
        long limit = _limits.MaxMessageBytes;
        if (_partial is { } partial)
        {
            length = partial.Message.Received;
            fragments = partial.Message.Fragments;
        }
        if (header.Compressed || _partial is { Message.Compressed: true })
            limit = MessageInflation.MaxCompressedBytes(limit);
        if (header.PayloadLength > limit - length)
            return ProtocolError.MessageTooBig;
        return fragments >= _limits.MaxFragments ? ProtocolError.TooManyFragments : ProtocolError.None;
    }

    private Step ContinueFrame(PartialInput partial, ref Span<byte> data, out ProtocolEvent e)
    {
        e = default;
        Span<byte> payload = partial.TakePayload(ref data);
        FrameHeader frame = partial.Frame;
        if (frame.IsControl)
        {
            partial.StoreControl(payload);
            return partial.Advance(payload.Length)
                ? ControlEvent(frame.Opcode, partial.ControlPayload, ref data, out e)
                : Step.NeedMoreData;
        }

        ProtocolError error = ProtocolError.None;
        if (_state.Current == ProtocolState.Open && partial.Message.Compressed)
            error = Inflate(partial, payload);
        else if (_state.Current == ProtocolState.Open)
            error = partial.Message.Append(payload, frame.MaskingKey, (int)partial.Received, _pool, _budget);
        else
            partial.Message.Skip(payload.Length);
        if (error != ProtocolError.None)
            return Fail(error, ref data, out e);
        if (!partial.Advance(payload.Length))
            return Step.NeedMoreData;
        return frame.Fin ? AssembledEvent(partial, ref data, out e) : Step.NextFrame;
    }

    // Unmasked in place: the inflater reads it where it stands.
    private ProtocolError Inflate(PartialInput partial, Span<byte> payload)
    {
        if (payload.IsEmpty)
            return ProtocolError.None;
        if (partial.Frame.Masked)
            Masking.Apply(payload, partial.Frame.MaskingKey, (int)partial.Received);
        return MessageInflation.Append(ref partial.Message, payload, _deflate!, _limits, _pool, _budget);
    }

    private ProtocolError FinishInflating(PartialInput partial)
    {
        ProtocolError error = MessageInflation.Finish(ref partial.Message, _deflate!, _limits, _pool, _budget);
        _deflate!.EndMessage();
        return error;
    }

    private void ResetMessage(PartialInput partial)
    {
        _deflate?.EndMessage();
        partial.Message.Reset(_pool, _budget);
    }

    private Step AssembledEvent(PartialInput partial, ref Span<byte> data, out ProtocolEvent e)
    {
        e = default;
        if (_state.Current != ProtocolState.Open)
        {
            ResetMessage(partial);
            return Step.NextFrame;
        }
        ProtocolError error = partial.Message.Compressed ? FinishInflating(partial) : ProtocolError.None;
        if (error == ProtocolError.None)
            error = partial.Message.Complete();
        if (error != ProtocolError.None)
            return Fail(error, ref data, out e);
        e = new ProtocolEvent(KindOf(partial.Message.Opcode), partial.Message.Payload);
        return Step.Event;
    }

    private Step MessageEvent(Opcode opcode, ReadOnlySpan<byte> payload, ref Span<byte> data, out ProtocolEvent e)
    {
        e = default;
        if (_state.Current != ProtocolState.Open)
            return Step.NextFrame;
        if (opcode == Opcode.Text && !Utf8.IsValid(payload))
            return Fail(ProtocolError.InvalidUtf8, ref data, out e);
        e = new ProtocolEvent(KindOf(opcode), payload);
        return Step.Event;
    }

    private Step ControlEvent(Opcode opcode, ReadOnlySpan<byte> payload, ref Span<byte> data, out ProtocolEvent e)
    {
        e = default;
        if (opcode != Opcode.Close)
        {
            if (_state.Current != ProtocolState.Open)
                return Step.NextFrame;
            e = new ProtocolEvent(KindOf(opcode), payload);
            return Step.Event;
        }

        ProtocolError error = CloseFrame.Read(payload, out CloseStatus status, out ReadOnlySpan<byte> reason);
        if (error != ProtocolError.None)
            return Fail(error, ref data, out e);
        _receivedStatus = status;
        _state.ReceiveClose();
        data = default;
        e = new ProtocolEvent(status, reason);
        return Step.Event;
    }

    private Step Fail(ProtocolError error, ref Span<byte> data, out ProtocolEvent e)
    {
        _state.FailInput();
        ReleasePartial();
        data = default;
        e = new ProtocolEvent(error);
        return Step.Event;
    }

    private static ProtocolEventKind KindOf(Opcode opcode) => opcode switch
    {
        Opcode.Text => ProtocolEventKind.Text,
        Opcode.Binary => ProtocolEventKind.Binary,
        Opcode.Ping => ProtocolEventKind.Ping,
        _ => ProtocolEventKind.Pong,
    };

    // Takes back the message that the last call handed out, and the whole record when it has nothing to remember.
    private void SettlePartial()
    {
        if (_partial is not { } partial)
            return;
        if (partial.Message.IsComplete)
            ResetMessage(partial);
        if (partial.IsIdle)
            ReleasePartial();
    }

    private void ReleasePartial()
    {
        if (_partial is not { } partial)
            return;
        _partial = null;
        _deflate?.EndMessage();
        partial.Reset(_pool, _budget);
        _budget.GiveBack(partial);
    }
}
