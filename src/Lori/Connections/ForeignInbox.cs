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
    // Shared, not the loop's pool: other threads rent.
    private SendQueue _items = new(ArrayPool<byte>.Shared);
    private SendQueue _taken = new(ArrayPool<byte>.Shared);
    private long _takenBytes; // of those that the loop has taken and not yet where it counts them
    private int _count;
    private int _dropped;
    private int _replaced;
    private bool _isClosed;

    public ForeignInbox()
    {
    }

    private ForeignInbox(bool isClosed)
    {
        _isClosed = isClosed;
    }

    /// <summary>Adds a send if the limit allows. Any thread.</summary>
    /// <param name="item">What it is.</param>
    /// <param name="data">Its payload, copied.</param>
    /// <param name="queued">What the loop last published as queued, in bytes; what is reserved here comes on top.</param>
    /// <param name="options">The limits; null for what is never refused (a close, a control frame).</param>
    /// <param name="isLast">Whether nothing is taken behind it: it is a close.</param>
    /// <param name="mustPost">Whether the loop has to be told.</param>
    /// <returns>Accepted, QueueFull or Closed.</returns>
    public SendStatus Add(QueuedSend item, ReadOnlySpan<byte> data, long queued, TcpConnectionOptions? options, bool isLast, out bool mustPost)
    {
        mustPost = false;
        lock (_gate)
        {
            if (_isClosed) return SendStatus.Closed;
            if (options is not null && !TryMakeRoom(data.Length, item.Key, queued, options)) return SendStatus.QueueFull;
            if (_items.Add(item, data)) _replaced++;
            mustPost = _count == 0;
            _count = _items.Count;
            _isClosed = isLast;
            return SendStatus.Accepted;
        }
    }

    /// <summary>Gets whether something waits. Any thread.</summary>
    public bool HasItems => Volatile.Read(ref _count) != 0;

    /// <summary>Gets whether nothing more is taken in. Any thread.</summary>
    public bool IsClosed => Volatile.Read(ref _isClosed);

    /// <summary>Takes everything, oldest first, and how many were dropped or replaced before. Loop only; <see cref="Taken"/> each after use.</summary>
    public (SendQueue Items, int Dropped, int Replaced) TakeAll()
    {
        lock (_gate)
        {
            (_items, _taken) = (_taken, _items);
            _takenBytes = _taken.Bytes;
            _count = 0;
            var (dropped, replaced) = (_dropped, _replaced);
            _dropped = _replaced = 0;
            return (_taken, dropped, replaced);
        }
    }

    /// <summary>Notes that a taken send is where the loop counts it, and gives its buffer back. Loop only.</summary>
    public void Taken(QueuedSend item)
    {
        lock (_gate) _takenBytes -= item.Length;
        ArrayPool<byte>.Shared.Return(item.Buffer);
    }

    /// <summary>Refuses sends from now on. Loop only; what waits is still to be taken.</summary>
    public void Close()
    {
        lock (_gate) _isClosed = true;
    }

    /// <summary>Tells whether so much more may wait, once what a policy drops for it is gone.</summary>
    private bool TryMakeRoom(int length, long? key, long queued, TcpConnectionOptions options)
    {
        // What the loop has queued is the loop's to drop: here as much again may wait for it.
        if (!options.DropsOldest) return _items.HasRoom(length, key, options, elsewhere: queued + _takenBytes);
        for (; !_items.HasRoom(length, key, options); _dropped++)
        {
            if (!_items.TryDropOldest()) return false;
        }

        return true;
    }
}
