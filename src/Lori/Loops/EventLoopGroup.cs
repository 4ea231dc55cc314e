// SPDX-License-Identifier: MIT
using Lori.Backends;
using Microsoft.Extensions.Logging;

namespace Lori;

/// <summary>Runs several event loops, each on a thread of its own or on the thread pool. Disposing it ends them.</summary>
public sealed class EventLoopGroup : IDisposable
{
    private readonly EventLoop[] _loops;
    private readonly LoopDriver[] _drivers = [];
    private readonly Watchdog? _watchdog;

    /// <summary>Starts the loops, each on a thread of its own.</summary>
    /// <param name="count">How many, 1 to 1,024; 0, the default, is one for each processor.</param>
    /// <param name="options">How they are made; default <see cref="EventLoopOptions"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count, or an option, is out of its range.</exception>
    /// <exception cref="PlatformNotSupportedException">The chosen backend does not exist on this system.</exception>
    public EventLoopGroup(int count = 0, EventLoopOptions? options = null)
        : this(count, options ?? new EventLoopOptions(), StartThread)
    {
    }

    /// <summary>Groups loops that someone else drives (a test).</summary>
    internal EventLoopGroup(EventLoop[] loops)
    {
        _loops = loops;
    }

    /// <summary>Starts loops that are driven in some way.</summary>
    internal EventLoopGroup(int count, EventLoopOptions options, Func<int, EventLoopOptions, LoopDriver> start)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, 1024);
        options = options.Clone();
        options.Validate();
        if (count == 0) count = Environment.ProcessorCount;
        _drivers = new LoopDriver[count];
        for (var i = 0; i < count; i++) _drivers[i] = start(i, options);
        _loops = Array.ConvertAll(_drivers, static d => d.Loop);
        var logger = options.LoggerFactory.CreateLogger<EventLoopGroup>();
        Log.LoopsStarted(logger, count, _loops[0].BackendName);
        if (options.WatchdogThreshold == Timeout.InfiniteTimeSpan) return;
        _watchdog = new Watchdog(_loops, options.WatchdogThreshold, options.TimeProvider);
        _watchdog.Start();
    }

    /// <summary>Gets the loops.</summary>
    public IReadOnlyList<EventLoop> Loops => _loops;

    /// <summary>
    /// Starts loops that have no threads: whichever thread of the pool is free runs a turn, when there is something to do. For
    /// connections over streams and pipes, of which each loop holds any number; such loops listen nowhere.
    /// </summary>
    /// <param name="count">
    /// How many, 1 to 1,024: so many turns can run at once. 0, the default, is one for each processor.
    /// </param>
    /// <param name="options">How they are made; default <see cref="EventLoopOptions"/>. Its backend is not asked.</param>
    /// <returns>The group.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The count, or an option, is out of its range.</exception>
    /// <remarks>
    /// A turn waits for a free thread of the pool, behind other work: latency is the pool's. An idle loop costs no thread but
    /// the watchdog's, one a group.
    /// </remarks>
    public static EventLoopGroup OnThreadPool(int count = 0, EventLoopOptions? options = null) =>
        new(count, options ?? new EventLoopOptions(), Strand.Start);

    /// <summary>Chooses the loop with the fewest connections. Any thread.</summary>
    public EventLoop Next()
    {
        var best = _loops[0];
        for (var i = 1; i < _loops.Length; i++)
        {
            if (_loops[i].ConnectionCount < best.ConnectionCount) best = _loops[i];
        }

        return best;
    }

    /// <summary>
    /// Ends the loops after what was posted to them has run, and waits until they have. Connections that are still open
    /// are dropped: close them first. Not from a loop of this group.
    /// </summary>
    /// <exception cref="InvalidOperationException">The caller is on a loop of this group, which would wait for itself.</exception>
    public void Dispose()
    {
        if (EventLoop.Current is { } current && _loops.Contains(current))
            throw new InvalidOperationException("An event loop cannot wait for its own end; dispose the group from another thread.");
        _watchdog?.Dispose();
        foreach (var driver in _drivers) driver.RequestEnd();
        foreach (var driver in _drivers) driver.Join();
    }

    private static LoopThread StartThread(int id, EventLoopOptions options)
    {
        var kind = BackendSelector.Choose(options.Backend, out var refusal);
        if (id == 0 && refusal is not null) Log.IoUringNotUsed(options.LoggerFactory.CreateLogger<EventLoopGroup>(), refusal);
        return LoopThread.Start(id, options, _ => BackendSelector.Create(kind, options));
    }
}
