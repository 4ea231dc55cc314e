// SPDX-License-Identifier: MIT
using System.Buffers;

namespace Lori;

/// <summary>
/// Is what was accepted while the connection is throttled: whole messages, not yet encoded, in order. Loop only.
/// </summary>
internal sealed class SendQueue(ArrayPool<byte> pool)
{
    private readonly Queue<QueuedSend> _items = new();

    /// <summary>Gets the payload bytes that wait.</summary>
    public long Bytes { get; private set; }

    public int Count => _items.Count;

    public void Add(byte kind, ReadOnlySpan<byte> data, SendToken token)
    {
        var buffer = pool.Rent(data.Length);
        data.CopyTo(buffer);
        _items.Enqueue(new QueuedSend(kind, buffer, data.Length, token));
        Bytes += data.Length;
    }

    /// <summary>Takes the oldest; the caller gives its buffer back by <see cref="Release"/>.</summary>
    public bool TryTake(out QueuedSend item)
    {
        if (!_items.TryDequeue(out item)) return false;
        Bytes -= item.Length;
        return true;
    }

    public void Release(QueuedSend item) => pool.Return(item.Buffer);

    public void Clear()
    {
        while (TryTake(out var item)) Release(item);
    }
}

/// <summary>Is one send that waits: what kind of message, its payload in a pooled buffer, and whom to tell.</summary>
internal readonly record struct QueuedSend(byte Kind, byte[] Buffer, int Length, SendToken Token);
