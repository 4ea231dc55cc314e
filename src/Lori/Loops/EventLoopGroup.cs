// SPDX-License-Identifier: MIT
using Lori.Backends;
using Microsoft.Extensions.Logging;

namespace Lori;

/// <summary>Runs several event loops, each on a thread of its own. Disposing it ends them.</summary>
public sealed class EventLoopGroup : IDisposable
{
    private readonly EventLoop[] _loops;
    private readonly LoopThread[] _threads = [];
    private readonly Watchdog? _watchdog;

    /// <summary>Starts the loops.</summary>
    /// <param name="count">How many, 1 to 1,024; 0, the default, is one for each processor.</param>
    /// <param name="options">How they are made; default <see cref="EventLoopOptions"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count, or an option, is out of its range.</exception>
    /// <exception cref="PlatformNotSupportedException">The chosen backend does not exist on this system.</exception>
    public EventLoopGroup(int count = 0, EventLoopOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, 1024);
        options = (options ?? new EventLoopOptions()).Clone();
        options.Validate();
        var kind = BackendSelector.Choose(options.Backend);
        if (count == 0) count = Environment.ProcessorCount;
        _threads = new LoopThread[count];
        for (var i = 0; i < count; i++) _threads[i] = LoopThread.Start(i, options, _ => BackendSelector.Create(kind, options));
        _loops = Array.ConvertAll(_threads, static t => t.Loop);
        var logger = options.LoggerFactory.CreateLogger<EventLoopGroup>();
        Log.LoopsStarted(logger, count, _loops[0].BackendName);
        if (options.WatchdogThreshold == Timeout.InfiniteTimeSpan) return;
        _watchdog = new Watchdog(_loops, options.WatchdogThreshold, options.TimeProvider);
        _watchdog.Start();
    }

    /// <summary>Groups loops that someone else drives (a test).</summary>
    internal EventLoopGroup(EventLoop[] loops)
    {
        _loops = loops;
    }

    /// <summary>Gets the loops.</summary>
    public IReadOnlyList<EventLoop> Loops => _loops;

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
    /// Ends the loops after what was posted to them has run, and waits for their threads. Connections that are still open
    /// are dropped: close them first. Not from a loop of this group.
    /// </summary>
    /// <exception cref="InvalidOperationException">The caller is on a loop of this group, which would wait for itself.</exception>
    public void Dispose()
    {
        if (EventLoop.Current is { } current && _loops.Contains(current))
            throw new InvalidOperationException("An event loop cannot wait for its own end; dispose the group from another thread.");
        _watchdog?.Dispose();
        foreach (var thread in _threads) thread.RequestEnd();
        foreach (var thread in _threads) thread.Join();
    }
}
