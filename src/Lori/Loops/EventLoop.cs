// SPDX-License-Identifier: MIT
using System.Diagnostics.CodeAnalysis;
using Lori.Backends;
using Microsoft.Extensions.Logging;

namespace Lori;

/// <summary>
/// Runs the callbacks of the actors that live on it, one at a time, in turns. An actor belongs to one loop for life.
/// </summary>
/// <remarks>
/// A turn waits for the backend, hands out what arrived, runs what was posted and the timers that are due, then sends what
/// was written: each connection once. Who drives the turns is a separate thing: a thread of its own
/// (<see cref="EventLoopGroup"/>), whichever thread of the pool is free (<see cref="EventLoopGroup.OnThreadPool"/>), or a
/// test. "On the loop" means <see cref="Current"/>, never a thread's id.
/// </remarks>
public sealed partial class EventLoop
{
    [ThreadStatic]
    private static EventLoop? _current;

    private readonly Backend _backend;
    private readonly WorkQueue _inbox = new();
    private readonly TimeProvider _time;
    private readonly long _frequency;
    private readonly double _ticksPerTimeSpanTick; // exact for the usual frequencies, so that no tick is lost or won
    private int _connectionCount;

    /// <param name="id">Its number in its group.</param>
    /// <param name="options">A copy that is its own.</param>
    /// <param name="createBackend">Makes its backend.</param>
    /// <param name="waits">Whether a thread waits in its backend; else timers need an alarm, also on the system's clock.</param>
    internal EventLoop(int id, EventLoopOptions options, Func<EventLoop, Backend> createBackend, bool waits = true)
    {
        Id = id;
        Options = options;
        _time = options.TimeProvider;
        Logger = new FailureLogger(options.LoggerFactory.CreateLogger("Lori.EventLoop"), _time);
        _frequency = _time.TimestampFrequency;
        _ticksPerTimeSpanTick = (double)_frequency / TimeSpan.TicksPerSecond;
        Now = _time.GetTimestamp();
        Timers = new TimerHeap();
        _cork = Blocks.Rent();
        _backend = createBackend(this);
        if (_time == TimeProvider.System && waits) return;
        _alarm = _time.CreateTimer(static l => ((EventLoop)l!).OnAlarm(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Gets the loop whose turn runs on this thread; null outside of any.</summary>
    public static EventLoop? Current => _current;

    /// <summary>Gets the loop's number in its group, from 0.</summary>
    public int Id { get; }

    /// <summary>Gets whether the caller runs inside a turn of this loop. Any thread.</summary>
    public bool IsCurrent => ReferenceEquals(_current, this);

    /// <summary>Gets where this loop's time comes from.</summary>
    public TimeProvider TimeProvider => _time;

    /// <summary>Gets the name of the backend, such as "epoll".</summary>
    public string BackendName => _backend.Name;

    /// <summary>Gets how many connections live on this loop, those on their way to it included. Any thread.</summary>
    public int ConnectionCount => Volatile.Read(ref _connectionCount);

    internal EventLoopOptions Options { get; }

    internal ILogger Logger { get; }

    internal Backend Backend => _backend;

    internal BlockPool Blocks { get; } = new();

    internal LoopBufferPool Buffers { get; } = new();

    internal TimerHeap Timers { get; }

    /// <summary>Gets the time at which this turn began to work, in ticks of the time provider.</summary>
    internal long Now { get; private set; }

    /// <summary>Gets or sets something that a layer above keeps once a loop.</summary>
    internal object? Companion { get; set; }

    /// <summary>Posts work to the loop, to run in its next turn. Any thread.</summary>
    /// <param name="action">What to run: best a static lambda, so that nothing is captured.</param>
    /// <param name="state">What to hand to it.</param>
    /// <returns>False when the loop has ended and the work will not run.</returns>
    public bool Post<TState>(Action<TState> action, TState state)
    {
        ArgumentNullException.ThrowIfNull(action);
        return Post(new WorkItem<TState>(action, state));
    }

    internal bool Post(WorkItem item)
    {
        if (!_inbox.TryPush(item)) return false;
        Wake();
        return true;
    }

    internal LoopTimer CreateTimer<TState>(Action<TState> callback, TState state) =>
        new LoopTimer<TState>(this, callback, state);

    /// <summary>Gets a duration in ticks of the time provider.</summary>
    internal long ToTicks(TimeSpan duration) => (long)Math.Ceiling(duration.Ticks * _ticksPerTimeSpanTick);

    internal TimeSpan FromTicks(long ticks) => TimeSpan.FromTicks((long)Math.Ceiling(ticks / _ticksPerTimeSpanTick));

    /// <summary>Counts a connection that is on its way to this loop (1) or will not come after all (-1). Any thread.</summary>
    internal void CountConnection(int change) => Interlocked.Add(ref _connectionCount, change);

    internal void ThrowIfNotCurrent()
    {
        if (!IsCurrent) ThrowNotCurrent();
    }

    [DoesNotReturn]
    private static void ThrowNotCurrent() => throw new InvalidOperationException(
        "This may only be called on the event loop that the object lives on. From elsewhere, use Post.");
}
