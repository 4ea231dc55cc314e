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

    // Payload bytes so far, stored or skipped.
    public int Length { get; private set; }

    public int Fragments { get; private set; }

    // The message was handed out; its buffer goes back when the next read begins.
    public bool IsComplete { get; private set; }

    public readonly bool InProgress => Opcode != Opcode.Continuation && !IsComplete;

    public readonly ReadOnlySpan<byte> Payload => _buffer.AsSpan(0, Length);

    public void BeginFrame(Opcode opcode)
    {
        if (opcode != Opcode.Continuation)
            Opcode = opcode;
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
        Length += masked.Length;
        return Opcode == Opcode.Text && !_utf8.Append(added) ? ProtocolError.InvalidUtf8 : ProtocolError.None;
    }

    public void Skip(int bytes) => Length += bytes;

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
