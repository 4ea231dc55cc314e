// SPDX-License-Identifier: MIT
using Lori.Backends.Streams;

namespace Lori;

public sealed partial class EventLoop
{
    // A turn settles output in rounds, since what is sent may let an actor write more; what is left after these waits for
    // the next turn, so that no connection keeps the others waiting.
    private const int MaxSettleRounds = 4;

    // A test's clock moves now and then; one that moves all the time is late by a few microseconds at most.
    private const int MaxArmTries = 8;

    // What .NET's timers bear (2^32 milliseconds), rounded down; a later alarm is armed again when this one rings.
    private static readonly TimeSpan LongestAlarm = TimeSpan.FromDays(24);

    private readonly ITimer? _alarm;
    private readonly List<TcpConnection> _toNotify = [];
    private readonly List<TcpConnection> _toFlush = [];
    private readonly List<TcpConnection> _spare = [];
    private long _alarmAt = long.MaxValue;
    private int _sleeping;

    /// <summary>Gets whether a turn would find nothing to do, the backend aside. On the driver's thread.</summary>
    internal bool IsIdle =>
        _inbox.IsEmpty && !HasOwnWork && Timers.NextDeadline > _time.GetTimestamp();

    /// <summary>Gets whether something is left for the next turn that this one did not do. Between turns.</summary>
    private bool HasOwnWork => _toFlush.Count > 0 || _toNotify.Count > 0 || _streams is { HasWork: true };

    /// <summary>Runs one turn on the calling thread.</summary>
    /// <param name="mayWait">Whether the turn may wait for something to happen; else it only looks.</param>
    /// <param name="longest">How many milliseconds it may wait at most; -1 for no bound.</param>
    internal void RunTurn(bool mayWait, int longest = -1)
    {
        var outer = _current;
        // A thread of its own is clean already; a test's thread has a context that must survive the turn.
        var outerContext = ExecutionContext.Capture();
        var outerSynchronization = SynchronizationContext.Current;
        _current = this;
        ClearContext();
        try
        {
            _backend.Wait(mayWait ? BeginWait(longest) : 0);
            Volatile.Write(ref _sleeping, 0);
            Now = _time.GetTimestamp();
            _metrics.BeginTurn(Now);
            _backend.Dispatch();
            _streams?.Dispatch();
            RunPosted();
            RunTimers();
            Settle();
            _backend.EndTurn();
            _streams?.EndTurn();
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
    internal void Wake()
    {
        // Pairs with the fence in BeginWait: either the loop sees the new item, or we see it asleep.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _sleeping) == 1 && Interlocked.Exchange(ref _sleeping, 0) == 1) _backend.Wake();
    }

    /// <summary>
    /// Rests until <see cref="Wake"/>, without a thread: what follows it is queued again (a strand). Between turns; once this
    /// has returned true, or has let someone else queue, another thread may run the next turn.
    /// </summary>
    /// <returns>False when the caller must queue the next turn itself.</returns>
    internal bool TryRest()
    {
        // What belongs to the loop is looked at first: asleep, the loop belongs to whoever wakes it.
        if (HasOwnWork || _backend is StreamBackend { HasWork: true }) return false;
        var streams = (StreamBackend)_backend;
        var next = Timers.NextDeadline;
        if (next != long.MaxValue)
        {
            var now = _time.GetTimestamp();
            if (next <= now) return false;
            ArmAlarm(next, now);
        }

        Volatile.Write(ref _sleeping, 1);
        Interlocked.MemoryBarrier();
        // An alarm that went off before we slept woke nobody.
        var isDue = next != long.MaxValue && (Interlocked.Read(ref _alarmAt) != next || next <= _time.GetTimestamp());
        if (_inbox.IsEmpty && !streams.HasCompletions && !isDue) return true;
        return Interlocked.Exchange(ref _sleeping, 0) == 0;
    }

    /// <summary>Says how many milliseconds the backend may wait, and announces that we are about to.</summary>
    private int BeginWait(int longest)
    {
        Volatile.Write(ref _sleeping, 1);
        Interlocked.MemoryBarrier();
        if (!_inbox.IsEmpty || HasOwnWork) return 0;
        var next = Timers.NextDeadline;
        if (next == long.MaxValue) return longest;
        var now = _time.GetTimestamp();
        if (next <= now) return 0;
        if (_alarm is not null)
        {
            ArmAlarm(next, now);
            return longest;
        }

        var wait = (int)Math.Min(int.MaxValue, Math.Ceiling((next - now) * 1000.0 / _frequency));
        return longest < 0 ? wait : Math.Min(wait, longest);
    }

    /// <summary>Arms one wake-up: on a time provider that the kernel does not know (a test's clock), or where no thread waits.</summary>
    private void ArmAlarm(long next, long now)
    {
        if (next == Interlocked.Read(ref _alarmAt)) return;
        for (var tries = 0; tries < MaxArmTries; tries++)
        {
            Interlocked.Exchange(ref _alarmAt, next);
            _alarm!.Change(AlarmDelay(next - now), Timeout.InfiniteTimeSpan);
            // The clock may have moved between reading it and arming: then the alarm is late by that much.
            var armed = now;
            now = _time.GetTimestamp();
            if (now >= next) Wake();
            if (now >= next || now == armed) return;
        }
    }

    /// <summary>Rounds up: the system's timers have milliseconds, and one that rings early would ring again at once.</summary>
    private TimeSpan AlarmDelay(long ticks)
    {
        var delay = FromTicks(ticks);
        if (_time == TimeProvider.System) delay = TimeSpan.FromMilliseconds(Math.Ceiling(delay.TotalMilliseconds));
        return delay < LongestAlarm ? delay : LongestAlarm;
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
