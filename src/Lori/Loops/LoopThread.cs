// SPDX-License-Identifier: MIT
using System.Runtime.ExceptionServices;
using Lori.Backends;

namespace Lori;

/// <summary>Drives a loop's turns on a thread of their own.</summary>
internal sealed class LoopThread : LoopDriver
{
    private readonly Thread _thread;
    private readonly TaskCompletionSource<EventLoop> _started = new();

    private LoopThread(int id, EventLoopOptions options, Func<EventLoop, Backend> createBackend)
    {
        _thread = new Thread(() => Run(id, options, createBackend)) { IsBackground = true, Name = $"lori-loop-{id}" };
    }

    /// <summary>Starts the thread, which makes the loop and its backend; errors of that are thrown here.</summary>
    public static LoopThread Start(int id, EventLoopOptions options, Func<EventLoop, Backend> createBackend)
    {
        var thread = new LoopThread(id, options, createBackend);
        // Without the caller's execution context: a loop has none.
        thread._thread.UnsafeStart();
        thread.Loop = thread._started.Task.GetAwaiter().GetResult();
        return thread;
    }

    public override void Join() => _thread.Join();

    private void Run(int id, EventLoopOptions options, Func<EventLoop, Backend> createBackend)
    {
        EventLoop loop;
        try
        {
            loop = new EventLoop(id, options, createBackend);
        }
        catch (Exception e)
        {
            _started.SetException(e);
            return;
        }

        _started.SetResult(loop);
        try
        {
            while (!EndRequested) loop.RunTurn(mayWait: true);
            loop.End();
        }
        catch (Exception e)
        {
            // A bug of the library or a broken system: going on would be worse, and in silence worst.
            Log.LoopFailed(loop.Logger, id, e);
            ExceptionDispatchInfo.Throw(e);
        }
    }
}
