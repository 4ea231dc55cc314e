// SPDX-License-Identifier: MIT
using System.Buffers;

namespace Lori;

/// <summary>
/// Is what was accepted and is not encoded yet: whole messages, in order. Until it is taken a message may be dropped, or
/// replaced by a newer one of its key. One thread at a time.
/// </summary>
/// <param name="pool">Where its copies live.</param>
internal sealed class SendQueue(ArrayPool<byte> pool)
{
    private const int FirstCapacity = 8;

    private QueuedSend[] _items = []; // a ring
    private int _head;
    private long _taken; // how many were ever taken from the head: the number of the oldest
    private Dictionary<long, long>? _numbers; // of the message of each key, once there are keys

    /// <summary>Gets the payload bytes that wait.</summary>
    public long Bytes { get; private set; }

    public int Count { get; private set; }

    /// <summary>Tells whether so much more may wait; what it would replace makes room for it.</summary>
    /// <param name="length">The bytes that are to wait.</param>
    /// <param name="key">Their key; null for none.</param>
    /// <param name="limits">How much may wait.</param>
    /// <param name="elsewhere">Bytes that wait elsewhere and count too.</param>
    public bool HasRoom(int length, long? key, TcpConnectionOptions limits, long elsewhere = 0)
    {
        var waiting = Bytes + elsewhere - (TryFind(key, out var number) ? At(number).Length : 0);
        return waiting < limits.HighWaterMark || waiting + length <= limits.MaxQueuedBytes;
    }

    /// <summary>Adds a message as the newest; or, where one of its key waits, puts it in that one's place.</summary>
    /// <returns>Whether it replaced one.</returns>
    public bool Add(QueuedSend item, ReadOnlySpan<byte> data)
    {
        item = item with { Buffer = pool.Rent(data.Length), Length = data.Length };
        data.CopyTo(item.Buffer);
        Bytes += data.Length;
        if (TryFind(item.Key, out var number))
        {
            ref var old = ref At(number);
            Bytes -= old.Length;
            Release(old);
            old = item;
            return true;
        }

        if (Count == _items.Length) MakeRoom();
        if (item.Key is { } key) (_numbers ??= [])[key] = _taken + Count;
        Count++;
        At(_taken + Count - 1) = item;
        return false;
    }

    /// <summary>Takes the oldest; the caller gives its buffer back by <see cref="Release"/>.</summary>
    public bool TryTake(out QueuedSend item)
    {
        if (Count == 0)
        {
            item = default;
            return false;
        }

        item = _items[_head];
        if (item.Key is { } key) _numbers!.Remove(key);
        RemoveHead();
        Bytes -= item.Length;
        return true;
    }

    /// <summary>Drops the oldest message that may be dropped; false when there is none.</summary>
    public bool TryDropOldest()
    {
        // What may not be dropped (a ping, a close) is rare, and waits for other threads' sends only.
        for (var i = 0; i < Count; i++)
        {
            var item = At(_taken + i);
            if (!item.IsDroppable) continue;
            if (item.Key is { } key) _numbers!.Remove(key);
            // What is older stays, in order. It has no key, so nobody knows its number.
            for (; i > 0; i--) At(_taken + i) = At(_taken + i - 1);
            RemoveHead();
            Bytes -= item.Length;
            Release(item);
            return true;
        }

        return false;
    }

    public void Release(QueuedSend item) => pool.Return(item.Buffer);

    public void Clear()
    {
        while (TryTake(out var item)) Release(item);
    }

    private bool TryFind(long? key, out long number)
    {
        number = 0;
        return key is { } value && _numbers is not null && _numbers.TryGetValue(value, out number);
    }

    private ref QueuedSend At(long number) => ref _items[(_head + (int)(number - _taken)) & (_items.Length - 1)];

    private void RemoveHead()
    {
        _items[_head] = default;
        _head = (_head + 1) & (_items.Length - 1);
        _taken++;
        Count--;
    }

    private void MakeRoom()
    {
        // A power of two, so that a mask finds the place.
        var larger = new QueuedSend[Math.Max(FirstCapacity, _items.Length * 2)];
        for (var i = 0; i < Count; i++) larger[i] = At(_taken + i);
        (_items, _head) = (larger, 0);
    }
}

/// <summary>Is one send that waits.</summary>
/// <param name="Kind">What kind of message, or which command of the protocol.</param>
/// <param name="Token">Whom to tell when it was sent.</param>
/// <param name="Key">Which message it replaces, and is replaced by; null for none. Only what may be dropped has one.</param>
/// <param name="IsDroppable">Whether it is a message, which a policy may drop.</param>
internal readonly record struct QueuedSend(byte Kind, SendToken Token, long? Key, bool IsDroppable)
{
    /// <summary>Gets the payload's copy, from the queue's pool.</summary>
    public byte[] Buffer { get; init; } = [];

    public int Length { get; init; }

    public ReadOnlySpan<byte> Data => Buffer.AsSpan(0, Length);
}
