// SPDX-License-Identifier: MIT
using Lori.Backends;

namespace Lori;

public sealed partial class TcpConnection
{
    private const byte DataKind = 0;

    // From here on a system call costs less than to copy what is sent.
    private const int LeastUncopied = 16 * 1024;

    private Wire? _wire;
    private SendQueue? _queue;
    private ForeignInbox? _inbox;
    private Queue<(long Position, SendToken Token)>? _tokens;
    private long _committed; // bytes ever put on the wire: the position of the next one
    private long _lost;
    private bool _draining;
    private bool _flushScheduled;
    private bool _inFlight;
    private bool _throttled;
    private bool _sendClosed;

    /// <summary>Gets whether more than the high water mark waits to be sent. Any thread.</summary>
    public bool IsThrottled => Volatile.Read(ref _throttled);

    /// <summary>
    /// Gets the bytes that were accepted and not yet taken by the kernel; once the connection has ended, those that never
    /// will be (of an aborted one, on io_uring, up to 64 KiB of them may have gone out at the end). Loop only.
    /// </summary>
    public long UnsentBytes => _lost + (_wire?.Length ?? 0) + (_queue?.Bytes ?? 0);

    /// <summary>Gets whether output waits for which the kernel has no room. Loop only.</summary>
    internal bool IsSendWaiting => _inFlight && !_transport.IsSendUntold;

    /// <summary>Gets how many sends were accepted, waited, and were dropped for newer ones. Loop only.</summary>
    internal long DroppedSends { get; private set; }

    /// <summary>Gets how many sends were accepted, waited, and were replaced by newer ones of their keys. Loop only.</summary>
    internal long ReplacedSends { get; private set; }

    /// <summary>Sends bytes: they go out together with the turn's other writes. Any thread.</summary>
    /// <param name="data">The bytes, copied before this returns; an empty send is accepted and sends nothing.</param>
    /// <returns>At once, what became of it.</returns>
    public SendStatus Send(ReadOnlySpan<byte> data) => SendMessage(DataKind, data, default);

    /// <summary>Sends bytes, and has the actor told when the kernel has taken them all. Loop only.</summary>
    /// <param name="data">The bytes, copied before this returns.</param>
    /// <param name="token">Names this send in OnSent; not 0.</param>
    /// <exception cref="ArgumentException"><paramref name="token"/> is 0.</exception>
    public SendStatus Send(ReadOnlySpan<byte> data, SendToken token)
    {
        _loop.ThrowIfNotCurrent();
        if (token.IsNone) throw new ArgumentException("A token of 0 names no send; use another number.", nameof(token));
        return SendMessage(DataKind, data, token);
    }

    /// <summary>Sends a message of a kind that the protocol above encodes when it moves to the wire. Any thread.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="data">Its payload, copied.</param>
    /// <param name="token">Whom to tell when it was sent. On the loop only.</param>
    /// <param name="key">Which message it takes the place of, if that still waits; null for none.</param>
    internal SendStatus SendMessage(byte kind, ReadOnlySpan<byte> data, SendToken token, long? key = null)
    {
        if (!_loop.IsCurrent) return SendForeign(new QueuedSend(kind, default, key, IsDroppable: true), data, _options);
        DrainInbox();
        if (_sendClosed) return SendStatus.Closed;
        if (_throttled) return Enqueue(new QueuedSend(kind, token, key, IsDroppable: true), data);
        _events.Encode(kind, data);
        if (!token.IsNone) AddToken(token);
        return AfterWrite();
    }

    /// <summary>Hands something to the protocol on the loop, in order with this thread's sends. Any other thread.</summary>
    /// <param name="kind">What it is: nothing that is refused, dropped or replaced.</param>
    /// <param name="data">Its bytes, copied.</param>
    /// <param name="isLast">Whether later sends of other threads are answered Closed.</param>
    internal SendStatus SendForeign(byte kind, ReadOnlySpan<byte> data, bool isLast = false) =>
        SendForeign(new QueuedSend(kind, default, null, IsDroppable: false), data, limits: null, isLast);

    private SendStatus SendForeign(QueuedSend item, ReadOnlySpan<byte> data, TcpConnectionOptions? limits, bool isLast = false)
    {
        if (Volatile.Read(ref _sendClosed)) return SendStatus.Closed;
        var inbox = _inbox ?? Interlocked.CompareExchange(ref _inbox, new ForeignInbox(), null) ?? _inbox;
        var status = inbox.Add(item, data, _queue?.Bytes ?? 0, limits, isLast, out var mustPost);
        if (mustPost) _loop.Post(static me => me.DrainInbox(), this);
        return status == SendStatus.Accepted && IsThrottled ? SendStatus.AcceptedThrottled : status;
    }

    /// <summary>Puts bytes on the wire, whatever waits in the queue. Loop only.</summary>
    internal void WriteWire(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty) return;
        RequireWire().Write(data, stays: _inFlight);
        _committed += data.Length;
    }

    /// <summary>
    /// Puts bytes on the wire, whatever waits in the queue; much, with nothing before it, goes out now as far as the socket takes
    /// it, and that part is not copied. Loop only.
    /// </summary>
    /// <param name="head">What goes first.</param>
    /// <param name="data">What goes behind it.</param>
    internal void WriteWire(ReadOnlySpan<byte> head, ReadOnlySpan<byte> data)
    {
        var sent = 0;
        if (data.Length >= LeastUncopied && _wire is null && !_inFlight && !_transportClosed) sent = _transport.SendUncopied(head, data);
        if (sent > 0)
        {
            _committed += sent;
            CountSent(sent);
        }

        WriteWire(head[Math.Min(sent, head.Length)..]);
        WriteWire(data[Math.Max(0, sent - head.Length)..]);
    }

    /// <summary>Makes room on the wire, in one piece, at most <see cref="Block.Size"/>. Loop only.</summary>
    internal Span<byte> ReserveWire(int size) => RequireWire().Reserve(size, stays: _inFlight);

    /// <summary>Commits the bytes that <see cref="ReserveWire"/> gave, filled.</summary>
    internal void CommitWire(int size)
    {
        _wire!.Commit(size);
        _committed += size;
    }

    /// <summary>Sees to it that what was put on the wire goes out at the end of the turn, or now if it is much.</summary>
    internal SendStatus AfterWrite()
    {
        if (_wire is null) return SendStatus.Accepted;
        if (_wire.Length > _options.HighWaterMark)
        {
            Flush();
            if (_wire?.Length > _options.HighWaterMark) Throttle();
        }

        ScheduleFlush();
        return _throttled ? SendStatus.AcceptedThrottled : SendStatus.Accepted;
    }

    /// <summary>
    /// Puts all that was accepted on the wire and accepts no more: what the protocol writes next (its own farewell) goes out
    /// last. The connection stays open. Loop only.
    /// </summary>
    internal void SealSends()
    {
        if (_sendClosed) return;
        CloseInbox();
        while (_queue is not null && _queue.TryTake(out var item)) MoveToWire(item);
        Volatile.Write(ref _sendClosed, true);
        ScheduleFlush();
    }

    /// <summary>Sends what is on the wire: the loop calls it once a turn.</summary>
    internal void Flush()
    {
        _flushScheduled = false;
        // To its last part, however small that is, or nothing behind it could be taken before the turn is over.
        var atOnce = _wire?.Length > Transport.LargestDeferred;
        if (_finWanted && !_transportClosed) _transport.AnnounceEnd();
        while (!_inFlight && !_transportClosed && _wire is { Length: > 0 })
        {
            var sent = atOnce ? _transport.SendAtOnce(_wire.Segments) : _transport.Send(_wire.Segments);
            if (sent == 0) _inFlight = true;
            else OnSent(sent);
        }

        if (_finWanted) FinishWhenSent();
    }

    void Backends.ITransportEvents.OnSendCompleted(int bytes)
    {
        _inFlight = false;
        OnSent(bytes);
        Flush();
    }

    private void CountSent(int bytes)
    {
        BytesSent += bytes;
        _lastActivity = _loop.Now;
        if (_closing) _lingerSince = _loop.Now;
    }

    private void OnSent(int bytes)
    {
        CountSent(bytes);
        _wire!.Consume(bytes);
        if (_tokens is { Count: > 0 } && _tokens.Peek().Position <= BytesSent) Notify(Notifications.Sent);
        if (_throttled && _wire.Length <= _options.LowWaterMark) Refill();
        if (_wire.Length == 0) ReturnWire();
    }

    /// <summary>Moves queued messages to the wire; when none is left, the actor hears that it may go on.</summary>
    private void Refill()
    {
        while (_queue is not null && _wire!.Length <= _options.HighWaterMark && _queue.TryTake(out var item)) MoveToWire(item);
        if (_wire!.Length > _options.LowWaterMark || _queue is { Count: > 0 }) return;
        Volatile.Write(ref _throttled, false);
        _queue = null;
        if (!_sendClosed) Notify(Notifications.Unthrottled);
    }

    private void Throttle()
    {
        if (_throttled || _sendClosed) return;
        Volatile.Write(ref _throttled, true);
        Notify(Notifications.Throttled);
    }

    private SendStatus Enqueue(QueuedSend item, ReadOnlySpan<byte> data)
    {
        _queue ??= new SendQueue(_loop.Buffers);
        if (_options.DropsOldest) DropFor(item, data);
        else if (!_queue.HasRoom(data.Length, item.Key, _options)) return SendStatus.QueueFull;
        AddToQueue(item, data);
        return SendStatus.AcceptedThrottled;
    }

    private void AddToQueue(QueuedSend item, ReadOnlySpan<byte> data)
    {
        if (_queue!.Add(item, data)) CountDropped(0, 1);
    }

    /// <summary>Drops the oldest until the next may wait: an empty queue takes any.</summary>
    private void DropFor(QueuedSend item, ReadOnlySpan<byte> data)
    {
        var dropped = 0;
        while (!_queue!.HasRoom(data.Length, item.Key, _options) && _queue.TryDropOldest()) dropped++;
        if (dropped > 0) CountDropped(dropped, 0);
    }

    private void CountDropped(int dropped, int replaced)
    {
        DroppedSends += dropped;
        ReplacedSends += replaced;
        _events.OnDropped(dropped, replaced);
    }

    private void MoveToWire(QueuedSend item)
    {
        _events.Encode(item.Kind, item.Data);
        if (!item.Token.IsNone) AddToken(item.Token);
        _queue!.Release(item);
    }

    private void AddToken(SendToken token)
    {
        _tokens ??= new Queue<(long, SendToken)>();
        _tokens.Enqueue((_committed, token));
        if (_committed <= BytesSent) Notify(Notifications.Sent);
    }

    /// <summary>Takes what other threads did before, so that what comes next is in order. Loop only.</summary>
    internal void DrainInbox()
    {
        if (_draining || _inbox is not { HasItems: true } inbox) return;
        _draining = true;
        try
        {
            // One batch, or threads that send without end would hold the loop; a closed inbox gets no more, and is emptied.
            do
            {
                var (items, dropped, replaced) = inbox.TakeAll();
                if (dropped + replaced > 0) CountDropped(dropped, replaced);
                while (items.TryTake(out var item)) TakeForeign(inbox, item);
            }
            while (inbox is { IsClosed: true, HasItems: true });
        }
        finally
        {
            _draining = false;
        }
    }

    private void TakeForeign(ForeignInbox inbox, QueuedSend item)
    {
        try
        {
            _events.OnForeign(item, item.Data);
        }
        catch (Exception e)
        {
            OnBug(e);
        }

        inbox.Taken(item);
    }

    /// <summary>Takes a data message of another thread: it was accepted, so it is not refused any more.</summary>
    internal void SendAccepted(QueuedSend item, ReadOnlySpan<byte> data)
    {
        if (_sendClosed)
        {
            _lost += data.Length;
        }
        else if (_throttled)
        {
            _queue ??= new SendQueue(_loop.Buffers);
            if (_options.DropsOldest) DropFor(item, data);
            AddToQueue(item, data);
        }
        else
        {
            _events.Encode(item.Kind, data);
            AfterWrite();
        }
    }

    private void CloseInbox()
    {
        var inbox = Interlocked.CompareExchange(ref _inbox, ForeignInbox.Closed, null);
        if (inbox is null) return;
        inbox.Close();
        DrainInbox();
    }

    private Wire RequireWire() => _wire ??= _loop.LeaseWire();

    private void ReturnWire()
    {
        _loop.ReturnWire(_wire!);
        _wire = null;
    }

    private void ScheduleFlush()
    {
        if (_flushScheduled || _transportClosed) return;
        _flushScheduled = true;
        _loop.ScheduleFlush(this);
    }
}
