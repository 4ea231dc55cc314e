// SPDX-License-Identifier: MIT
using System.Buffers;
using System.Numerics;

namespace Mare.Protocol;

// Puts a message together that did not arrive whole in one frame. The buffer grows with what has arrived, never with
// what was announced: it is at most twice the received bytes, or the smallest size below (the old one lives beside it
// only while it is copied).
internal struct MessageAssembler
{
    // A message that has just begun takes this much: a peer that only announces messages costs little.
    private const int SmallestBuffer = 256;

    private byte[]? _buffer;
    private Utf8Validator _utf8;

    // The opcode of the message's first frame; Continuation while there is no message.
    public Opcode Opcode { get; private set; }

    // The message's first frame had RSV1: its payload is to be inflated.
    public bool Compressed { get; private set; }

    // Payload bytes of its frames so far, stored, inflated or skipped.
    public long Received { get; private set; }

    // Bytes in the buffer: those received, or what they were inflated to.
    public int Length { get; private set; }

    public int Fragments { get; private set; }

    // The message was handed out; its buffer goes back when the next read begins.
    public bool IsComplete { get; private set; }

    public readonly bool InProgress => Opcode != Opcode.Continuation && !IsComplete;

    public readonly ReadOnlySpan<byte> Payload => _buffer.AsSpan(0, Length);

    public void BeginFrame(Opcode opcode, bool compressed)
    {
        if (opcode != Opcode.Continuation)
            (Opcode, Compressed) = (opcode, compressed);
        Fragments++;
    }

    public ProtocolError Append(
        ReadOnlySpan<byte> masked, uint maskingKey, int offset, ArrayPool<byte> pool, PartialMessageBudget budget)
    {
        if (masked.IsEmpty)
            return ProtocolError.None;
        if (!EnsureRoom(Length + masked.Length, pool, budget))
            return ProtocolError.PartialMessageBudgetExceeded;
        Span<byte> added = _buffer.AsSpan(Length, masked.Length);
        Masking.Copy(masked, added, maskingKey, offset);
        Received += masked.Length;
        Length += masked.Length;
        return Opcode == Opcode.Text && !_utf8.Append(added) ? ProtocolError.InvalidUtf8 : ProtocolError.None;
    }

    public void Skip(int bytes) => Received += bytes;

    // Room for inflated bytes: at least one, unless the message can be no longer. What was there is doubled at most.
    public bool TryReserve(int more, ArrayPool<byte> pool, PartialMessageBudget budget, out Span<byte> room)
    {
        bool reserved = EnsureRoom((int)Math.Min((uint)(Length + more), (uint)Array.MaxLength), pool, budget);
        room = reserved ? _buffer.AsSpan(Length) : default;
        return reserved;
    }

    // Takes bytes that were inflated into that room, and counts the compressed ones that they came from.
    public ProtocolError Take(int inflated, int compressed)
    {
        Span<byte> added = _buffer.AsSpan(Length, inflated);
        Length += inflated;
        Received += compressed;
        return Opcode == Opcode.Text && !_utf8.Append(added) ? ProtocolError.InvalidUtf8 : ProtocolError.None;
    }

    public ProtocolError Complete()
    {
        if (!_utf8.IsComplete)
            return ProtocolError.InvalidUtf8;
        IsComplete = true;
        return ProtocolError.None;
    }

    // Gives the buffer back and keeps the count: the rest of the message will be skipped.
    public void DropBuffer(ArrayPool<byte> pool, PartialMessageBudget budget)
    {
        if (_buffer is not { } buffer)
            return;
        _buffer = null;
        budget.Release(buffer.Length);
        pool.Return(buffer);
    }

    public void Reset(ArrayPool<byte> pool, PartialMessageBudget budget)
    {
        DropBuffer(pool, budget);
        this = default;
    }

    private bool EnsureRoom(int needed, ArrayPool<byte> pool, PartialMessageBudget budget)
    {
        int have = _buffer?.Length ?? 0;
        if (needed <= have)
            return true;

        // Pools keep powers of two; the next one is less than twice what has arrived.
        uint rounded = BitOperations.RoundUpToPowerOf2((uint)Math.Max(needed, SmallestBuffer));
        byte[] larger = pool.Rent((int)Math.Min(rounded, (uint)Array.MaxLength));
        if (!budget.TryReserve(larger.Length))
        {
            pool.Return(larger);
            return false;
        }
        _buffer.AsSpan(0, Length).CopyTo(larger);
        DropBuffer(pool, budget);
        _buffer = larger;
        return true;
    }
}
