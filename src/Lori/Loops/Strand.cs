// SPDX-License-Identifier: MIT
using System.Runtime.ExceptionServices;
using Lori.Backends.Streams;

namespace Lori;

/// <summary>
/// Drives a loop's turns on the thread pool: a turn is queued when something woke the loop, and no thread waits for it.
/// </summary>
/// <remarks>
/// At most one turn is queued or runs: whoever takes the loop out of its sleep queues it, and the turn puts it to sleep
/// again. After each turn the thread goes back to the pool, so that other work has its chance. The pool, not the thread that
/// completed a read, runs the turn: that thread may be deep inside the peer's code, with locks held (a pipe within one
/// process). See docs/decisions/0004.
/// </remarks>
internal sealed class Strand : LoopDriver, IThreadPoolWorkItem
{
    private readonly TaskCompletionSource _ended = new();
    private ITimer? _endTimer;
    private bool _ending;
    private bool _graceIsOver;

    private Strand()
    {
    }

    public static Strand Start(int id, EventLoopOptions options)
    {
        var strand = new Strand();
        strand.Loop = strand.CreateLoop(id, options);
        strand.Queue();
        return strand;
    }

    public override void Join() => _ended.Task.GetAwaiter().GetResult();

    void IThreadPoolWorkItem.Execute()
    {
        try
        {
            if (_ending) RunEndingTurn();
            else Loop.RunTurn(mayWait: false);
            if (EndRequested && !_ending && Loop.TryBeginEnd()) BeginEnding();
            if (_ending && Loop.HasNoConnections) FinishEnding();
            else if (!Loop.TryRest()) Queue();
        }
        catch (Exception e)
        {
            // A bug of the library or a broken system: going on would be worse, and in silence worst.
            Log.LoopFailed(Loop.Logger, Loop.Id, e);
            ExceptionDispatchInfo.Throw(e);
        }
    }

    private EventLoop CreateLoop(int id, EventLoopOptions options)
    {
        // The loop's alarm would hold what the caller's execution context holds, for life.
        using var flow = ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow();
        return new EventLoop(id, options, loop => new StreamBackend(options, loop.Buffers, loop.Wake, Queue), waits: false);
    }

    private void Queue() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    private void BeginEnding()
    {
        _ending = true;
        _endTimer = TimeProvider.System.CreateTimer(
            static me => ((Strand)me!).OnGraceOver(), this, EventLoop.EndGrace, Timeout.InfiniteTimeSpan);
    }

    private void RunEndingTurn()
    {
        if (Volatile.Read(ref _graceIsOver)) Loop.GiveUp();
        Loop.RunEndingTurn(0);
    }

    private void OnGraceOver()
    {
        Volatile.Write(ref _graceIsOver, true);
        Loop.Wake();
    }

    private void FinishEnding()
    {
        _endTimer?.Dispose();
        Loop.FinishEnd();
        _ended.SetResult();
    }
}
