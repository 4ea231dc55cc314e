// SPDX-License-Identifier: MIT
using System.Buffers;

namespace Mare.Protocol;

// What a connection remembers between two reads when the first one ended inside a header, a frame or a message.
// A connection leases one from its budget only for as long as that lasts.
internal sealed class PartialInput
{
    private const int MaxControlPayload = 125; // RFC 6455 section 5.5

    private readonly byte[] _header = new byte[FrameWriter.MaxHeaderSize];
    private readonly byte[] _control = new byte[MaxControlPayload];
    private int _headerLength;
    private FrameHeader _frame;
    private long _received;

    // A field, not a property: the assembler is a mutable struct.
    public MessageAssembler Message;

    // Links the records that wait in a budget for reuse.
    public PartialInput? NextSpare { get; set; }

    // A frame's header is read and its payload is not all there.
    public bool InFrame { get; private set; }

    public bool IsIdle => !InFrame && _headerLength == 0 && Message.Opcode == Opcode.Continuation;

    public ref readonly FrameHeader Frame => ref _frame;

    // Payload bytes of the frame that came so far.
    public long Received => _received;

    // Takes header bytes to those kept from the last read; what the header does not need stays in `data`.
    public OperationStatus ReadHeader(
        ref Span<byte> data, Role role, bool deflate, out FrameHeader header, out ProtocolError error)
    {
        int kept = _headerLength;
        int taken = Math.Min(data.Length, _header.Length - kept);
        data[..taken].CopyTo(_header.AsSpan(kept));
        OperationStatus status = FrameReader.ReadHeader(
            _header.AsSpan(0, kept + taken), role, Message.InProgress, deflate, out header, out error);
        if (status == OperationStatus.NeedMoreData)
        {
            _headerLength = kept + taken;
            data = default;
        }
        else if (status == OperationStatus.Done)
        {
            _headerLength = 0;
            data = data[(header.Size - kept)..];
        }
        return status;
    }

    public bool HasHeaderBytes => _headerLength > 0;

    public void BeginFrame(in FrameHeader header)
    {
        _frame = header;
        _received = 0;
        InFrame = true;
    }

    // Cuts off of `data` what belongs to the frame.
    public Span<byte> TakePayload(ref Span<byte> data)
    {
        Span<byte> payload = data[..(int)Math.Min(data.Length, _frame.PayloadLength - _received)];
        data = data[payload.Length..];
        return payload;
    }

    // Counts what TakePayload gave; true at the frame's end.
    public bool Advance(int bytes)
    {
        _received += bytes;
        if (_received == _frame.PayloadLength)
            InFrame = false;
        return !InFrame;
    }

    public void StoreControl(ReadOnlySpan<byte> masked) =>
        Masking.Copy(masked, _control.AsSpan((int)_received), _frame.MaskingKey, (int)_received);

    public ReadOnlySpan<byte> ControlPayload => _control.AsSpan(0, (int)_received);

    public void Reset(ArrayPool<byte> pool, PartialMessageBudget budget)
    {
        Message.Reset(pool, budget);
        _headerLength = 0;
        InFrame = false;
    }
}
