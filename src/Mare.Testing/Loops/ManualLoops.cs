// SPDX-License-Identifier: MIT
using Lori;
using Microsoft.Extensions.Time.Testing;

namespace Mare.Testing;

/// <summary>
/// Holds event loops on an <see cref="InMemoryNetwork"/> that a test drives on its own thread, turn by turn, with a clock
/// that only the test moves.
/// </summary>
/// <example>
/// <code>
/// var network = new InMemoryNetwork();
/// using var loops = new ManualLoops(network);
/// loops.RunUntilDone(listener.ListenAsync(new ListenOptions { Host = "127.0.0.1" }));
/// var peer = network.Connect(listener.EndPoints[0]);
/// peer.Send("hello"u8);
/// loops.RunUntilIdle();
/// </code>
/// </example>
public sealed class ManualLoops : IDisposable
{
    private static readonly TimeSpan TaskDeadline = TimeSpan.FromSeconds(30);

    private readonly EventLoop[] _loops;
    private readonly InMemoryBackend[] _backends;
    private bool _disposed;

    /// <summary>Makes the loops; none runs by itself.</summary>
    /// <param name="network">The network they listen on.</param>
    /// <param name="count">How many, 1 to 1,024. Default 1.</param>
    /// <param name="options">How they are made; copied. Time always comes from <see cref="Clock"/>; the backend is the network.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count, or an option, is out of its range.</exception>
    public ManualLoops(InMemoryNetwork network, int count = 1, EventLoopOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, 1024);
        options = (options ?? new EventLoopOptions()).Clone();
        options.TimeProvider = Clock;
        options.Validate();
        _backends = new InMemoryBackend[count];
        _loops = new EventLoop[count];
        for (var i = 0; i < count; i++) _loops[i] = new EventLoop(i, options, loop => _backends[loop.Id] = network.CreateBackend(loop));
        Group = new EventLoopGroup(_loops);
    }

    /// <summary>Gets the clock of all loops; move it by <see cref="Advance"/>.</summary>
    public FakeTimeProvider Clock { get; } = new();

    /// <summary>Gets the loops as a group, for a server. Disposing that group ends nothing; dispose this object.</summary>
    public EventLoopGroup Group { get; }

    /// <summary>
    /// Gets or sets how many turns a run may take before it counts as one that never rests. 1 or more, default 100,000.
    /// </summary>
    public int MaxTurns { get; set; } = 100_000;

    /// <summary>Gets what each loop has given out and not got back. Between turns.</summary>
    public IReadOnlyList<LoopUsage> Usage => Array.ConvertAll(_loops, static loop => new LoopUsage(
        loop.Id, loop.ConnectionCount, loop.Buffers.Rented, loop.Blocks.Rented - 1));

    /// <summary>Gets whether a turn would find nothing to do.</summary>
    public bool IsIdle
    {
        get
        {
            for (var i = 0; i < _loops.Length; i++)
            {
                if (_backends[i].HasEvents || !_loops[i].IsIdle) return false;
            }

            return true;
        }
    }

    /// <summary>Runs one turn of each loop, in order, on the calling thread.</summary>
    /// <exception cref="InvalidOperationException">The caller is inside a turn.</exception>
    public void RunTurn()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (EventLoop.Current is not null)
            throw new InvalidOperationException("A callback cannot run turns: return from it, the test runs the next one.");
        foreach (var loop in _loops) loop.RunTurn(mayWait: false);
    }

    /// <summary>Runs turns until there is nothing to do before the clock moves or a peer acts.</summary>
    /// <returns>How many turns of each loop that took.</returns>
    /// <exception cref="InvalidOperationException">The loops did not come to rest within <see cref="MaxTurns"/>.</exception>
    public int RunUntilIdle()
    {
        for (var turns = 0; ; turns++)
        {
            if (IsIdle) return turns;
            if (turns == MaxTurns) throw NoRest($"after {turns} turns");
            RunTurn();
        }
    }

    /// <summary>
    /// Moves the clock and runs the loops: stops at each timer on the way, so that what a timer starts begins at its time.
    /// </summary>
    /// <param name="time">How far; zero or more.</param>
    /// <exception cref="InvalidOperationException">The loops did not come to rest within <see cref="MaxTurns"/>.</exception>
    public void Advance(TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        RunUntilIdle();
        var target = Clock.GetTimestamp() + time.Ticks;
        for (var steps = 0; ; steps++)
        {
            if (steps == MaxTurns) throw NoRest($"after {steps} timers within {time}");
            var next = Math.Min(target, NextDeadline());
            Clock.Advance(TimeSpan.FromTicks(next - Clock.GetTimestamp()));
            RunUntilIdle();
            if (next == target) return;
        }
    }

    /// <summary>Runs turns until a task is done, also when others than these loops work on it (a name is looked up).</summary>
    /// <param name="task">The task; its exception is thrown here.</param>
    /// <exception cref="TimeoutException">It was not done within 30 seconds of real time.</exception>
    public void RunUntilDone(Task task)
    {
        ArgumentNullException.ThrowIfNull(task);
        var began = TimeProvider.System.GetTimestamp();
        do
        {
            RunUntilIdle();
            if (TimeProvider.System.GetElapsedTime(began) > TaskDeadline)
                throw new TimeoutException($"The task is {task.Status} after {TaskDeadline.TotalSeconds} s; the loops: {Describe()}.");
        }
        while (Task.WaitAny([task], millisecondsTimeout: 1) < 0);

        RunUntilIdle();
        task.GetAwaiter().GetResult();
    }

    /// <summary>Sees to it that no connection, no pooled array and no block is out.</summary>
    /// <exception cref="InvalidOperationException">Something is; the message says what.</exception>
    public void ThrowIfAnythingIsHeld()
    {
        if (Usage.Any(static u => !u.IsNothing)) throw new InvalidOperationException($"Not given back: {Describe()}.");
    }

    /// <summary>Ends the loops: what was posted still runs, connections are dropped and told.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        foreach (var loop in _loops) loop.End();
    }

    private long NextDeadline() => _loops.Min(static loop => loop.Timers.NextDeadline);

    private InvalidOperationException NoRest(string when) => new(
        $"The loops did not come to rest {when}: {Describe()}. Something posts, writes or restarts a timer for ever.");

    private string Describe() => string.Join("; ", _loops.Select((loop, i) =>
        $"loop {i} {(loop.IsIdle ? "rests" : "has work")}, its network {(_backends[i].HasEvents ? "has events" : "rests")}, {Usage[i]}"));
}
