// SPDX-License-Identifier: MIT
using System.Buffers;

namespace Lori;

/// <summary>
/// Takes the sends of other threads for one connection, in order, and answers them at once. Made at the first such send.
/// </summary>
/// <remarks>The lock is the library's own and held for a few instructions; no user code runs under it.</remarks>
internal sealed class ForeignInbox
{
    /// <summary>Stands for the inbox of a connection that ended without one.</summary>
    public static readonly ForeignInbox Closed = new(isClosed: true);

    private readonly Lock _gate = new();
    private Queue<ForeignItem> _items = new();
    private Queue<ForeignItem> _taken = new();
    private long _reservedBytes;
    private int _count;
    private bool _isClosed;

    public ForeignInbox()
    {
    }

    private ForeignInbox(bool isClosed)
    {
        _isClosed = isClosed;
    }

    /// <summary>Adds a send if the limit allows. Any thread.</summary>
    /// <param name="kind">The kind of message.</param>
    /// <param name="data">Its payload, copied.</param>
    /// <param name="queued">What the loop last published as queued, in bytes; what is reserved here comes on top.</param>
    /// <param name="options">The limits; null for what is never refused (a close, a control frame).</param>
    /// <param name="isLast">Whether nothing is taken behind it: it is a close.</param>
    /// <param name="mustPost">Whether the loop has to be told.</param>
    /// <returns>Accepted, QueueFull or Closed.</returns>
    public SendStatus Add(byte kind, ReadOnlySpan<byte> data, long queued, TcpConnectionOptions? options, bool isLast, out bool mustPost)
    {
        mustPost = false;
        lock (_gate)
        {
            if (_isClosed) return SendStatus.Closed;
            var waiting = queued + _reservedBytes;
            if (options is not null && waiting >= options.HighWaterMark && waiting + data.Length > options.MaxQueuedBytes)
                return SendStatus.QueueFull;

            // Shared, not the loop's pool: this is another thread.
            var buffer = ArrayPool<byte>.Shared.Rent(data.Length);
            data.CopyTo(buffer);
            mustPost = _count++ == 0;
            _items.Enqueue(new ForeignItem(kind, buffer, data.Length));
            _reservedBytes += data.Length;
            _isClosed = isLast;
            return SendStatus.Accepted;
        }
    }

    /// <summary>Gets whether something waits. Any thread.</summary>
    public bool HasItems => Volatile.Read(ref _count) != 0;

    /// <summary>Takes everything, oldest first. Loop only; <see cref="Taken"/> each after use.</summary>
    public Queue<ForeignItem> TakeAll()
    {
        lock (_gate)
        {
            (_items, _taken) = (_taken, _items);
            _count = 0;
            return _taken;
        }
    }

    /// <summary>Notes that a taken send is where the loop counts it, and gives its buffer back. Loop only.</summary>
    public void Taken(ForeignItem item)
    {
        lock (_gate) _reservedBytes -= item.Length;
        ArrayPool<byte>.Shared.Return(item.Buffer);
    }

    /// <summary>Refuses sends from now on. Loop only; what waits is still to be taken.</summary>
    public void Close()
    {
        lock (_gate) _isClosed = true;
    }
}

/// <summary>Is one send of another thread.</summary>
internal readonly record struct ForeignItem(byte Kind, byte[] Buffer, int Length);
