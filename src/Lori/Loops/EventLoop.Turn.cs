// SPDX-License-Identifier: MIT
namespace Lori;

public sealed partial class EventLoop
{
    // A turn settles output in rounds, since what is sent may let an actor write more; what is left after these waits for
    // the next turn, so that no connection keeps the others waiting.
    private const int MaxSettleRounds = 4;

    // A test's clock moves now and then; one that moves all the time is late by a few microseconds at most.
    private const int MaxArmTries = 8;

    private readonly ITimer? _alarm;
    private readonly List<TcpConnection> _toNotify = [];
    private readonly List<TcpConnection> _toFlush = [];
    private readonly List<TcpConnection> _spare = [];
    private long _alarmAt = long.MaxValue;
    private int _sleeping;

    /// <summary>Gets whether a turn would find nothing to do, the backend aside. On the driver's thread.</summary>
    internal bool IsIdle =>
        _inbox.IsEmpty && _toFlush.Count == 0 && _toNotify.Count == 0 && Timers.NextDeadline > _time.GetTimestamp();

    /// <summary>Runs one turn on the calling thread.</summary>
    /// <param name="mayWait">Whether the turn may wait for something to happen; else it only looks.</param>
    internal void RunTurn(bool mayWait)
    {
        var outer = _current;
        // A thread of its own is clean already; a test's thread has a context that must survive the turn.
        var outerContext = ExecutionContext.Capture();
        var outerSynchronization = SynchronizationContext.Current;
        _current = this;
        ClearContext();
        try
        {
            _backend.Wait(mayWait ? BeginWait() : 0);
            Volatile.Write(ref _sleeping, 0);
            Now = _time.GetTimestamp();
            _metrics.BeginTurn(Now);
            _backend.Dispatch();
            RunPosted();
            RunTimers();
            Settle();
            _backend.EndTurn();
            _metrics.EndTurn(_time.GetTimestamp());
        }
        finally
        {
            _current = outer;
            if (outerContext is not null && !ReferenceEquals(outerContext, CleanContext)) ExecutionContext.Restore(outerContext);
            if (outerSynchronization is not null) SynchronizationContext.SetSynchronizationContext(outerSynchronization);
        }
    }

    internal void ScheduleFlush(TcpConnection connection) => _toFlush.Add(connection);

    internal void ScheduleNotification(TcpConnection connection) => _toNotify.Add(connection);

    /// <summary>Ends the wait of the loop, unless it is awake or someone did so before. Any thread.</summary>
    private void Wake()
    {
        // Pairs with the fence in BeginWait: either the loop sees the new item, or we see it asleep.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _sleeping) == 1 && Interlocked.Exchange(ref _sleeping, 0) == 1) _backend.Wake();
    }

    /// <summary>Says how many milliseconds the backend may wait, and announces that we are about to.</summary>
    private int BeginWait()
    {
        Volatile.Write(ref _sleeping, 1);
        Interlocked.MemoryBarrier();
        if (!_inbox.IsEmpty || _toFlush.Count > 0 || _toNotify.Count > 0) return 0;
        var next = Timers.NextDeadline;
        if (next == long.MaxValue) return -1;
        var now = _time.GetTimestamp();
        if (next <= now) return 0;
        if (_alarm is null) return (int)Math.Min(int.MaxValue, Math.Ceiling((next - now) * 1000.0 / _frequency));
        ArmAlarm(next, now);
        return -1;
    }

    /// <summary>Arms one wake-up on a time provider that the kernel does not know (a test's clock).</summary>
    private void ArmAlarm(long next, long now)
    {
        if (next == Interlocked.Read(ref _alarmAt)) return;
        for (var tries = 0; tries < MaxArmTries; tries++)
        {
            Interlocked.Exchange(ref _alarmAt, next);
            _alarm!.Change(FromTicks(next - now), Timeout.InfiniteTimeSpan);
            // The clock may have moved between reading it and arming: then the alarm is late by that much.
            var armed = now;
            now = _time.GetTimestamp();
            if (now >= next) Wake();
            if (now >= next || now == armed) return;
        }
    }

    private void OnAlarm()
    {
        Interlocked.Exchange(ref _alarmAt, long.MaxValue);
        Wake();
    }

    private void RunPosted()
    {
        WorkItem? next;
        for (var item = _inbox.TakeAll(); item is not null; item = next)
        {
            // Read first: an item may be posted again while it runs.
            next = item.Next;
            item.Run(this);
        }
    }

    private void RunTimers()
    {
        // As many as there are now: a timer that restarts itself without delay waits for the next turn.
        for (var left = Timers.Count; left > 0 && Timers.TryTakeDue(Now, out var timer); left--)
        {
            _metrics.TimerRan(Now - timer.Deadline);
            timer.Fire();
        }
    }

    private void Settle()
    {
        for (var round = 0; round < MaxSettleRounds && (_toNotify.Count > 0 || _toFlush.Count > 0); round++)
        {
            ForEach(_toNotify, static c => c.DeliverNotifications());
            ForEach(_toFlush, static c => c.Flush());
        }

        RecycleCork();
    }

    /// <summary>Goes through a list that the callees may add to: what they add waits for the next round.</summary>
    private void ForEach(List<TcpConnection> list, Action<TcpConnection> action)
    {
        if (list.Count == 0) return;
        var batch = _spare;
        batch.AddRange(list);
        list.Clear();
        foreach (var connection in batch) action(connection);
        batch.Clear();
    }
}
