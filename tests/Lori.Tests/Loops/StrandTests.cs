// SPDX-License-Identifier: MIT
using System.Collections.Concurrent;
using Lori.Tests.Backends.Streams;
using Microsoft.Extensions.Time.Testing;

namespace Lori.Tests.Loops;

/// <summary>Loops on the thread pool: one turn at a time, in order, and none while nothing happens.</summary>
public sealed class StrandTests
{
    private const int CallbackHoldsLoop = 5;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Post_FromManyThreads_NeverOverlapsAndKeepsEachThreadsOrder()
    {
        const int Threads = 8;
        const int Posts = 5_000;
        using var loops = EventLoopGroup.OnThreadPool(1);
        var loop = loops.Loops[0];
        var next = new int[Threads];
        var (inside, faults, done) = (0, new ConcurrentQueue<string>(), new CountdownEvent(Threads * Posts));
        void Run((int Thread, int Number) post)
        {
            if (Interlocked.Increment(ref inside) != 1) faults.Enqueue("two at once");
            if (!loop.IsCurrent) faults.Enqueue("not on the loop");
            if (next[post.Thread]++ != post.Number) faults.Enqueue("out of order");
            Interlocked.Decrement(ref inside);
            done.Signal();
        }

        var posting = Enumerable.Range(0, Threads).Select(thread => Task.Factory.StartNew(
            () =>
            {
                for (var i = 0; i < Posts; i++) Assert.True(loop.Post(Run, (thread, i)));
            },
            Token, TaskCreationOptions.LongRunning, TaskScheduler.Default));
        await Task.WhenAll(posting).WaitAsync(Client.Deadline, Token);
        Assert.True(done.Wait(Client.Deadline, Token), $"{done.CurrentCount} posts have not run");
        Assert.Empty(faults);
    }

    [Fact]
    public async Task Post_OneAtATimeToALoopThatRests_EachIsRun()
    {
        using var loops = EventLoopGroup.OnThreadPool(1);
        var loop = loops.Loops[0];
        for (var i = 0; i < 20_000; i++) await OnLoopAsync(loop, static () => { });
        // A turn that finds nothing is one that was queued twice, or that did not rest.
        Assert.InRange(loop.Statistics.Turns, 1, 20_000 + 2);
    }

    [Fact]
    public async Task Turn_OfAStrand_RunsOnAThreadOfThePool()
    {
        using var loops = EventLoopGroup.OnThreadPool(1);
        var names = await OnLoopAsync(loops.Loops[0], static () => (Thread.CurrentThread.IsThreadPoolThread, EventLoop.Current!.Id));
        Assert.Equal((true, 0), names);
    }

    [Fact]
    public async Task Timer_OnTheSystemsClock_Fires()
    {
        using var loops = EventLoopGroup.OnThreadPool(1);
        var fired = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        var loop = loops.Loops[0];
        var began = TimeProvider.System.GetTimestamp();
        await OnLoopAsync(loop, () => loop.CreateTimer(static f => f.SetResult(TimeProvider.System.GetTimestamp()), fired).Restart(TimeSpan.FromMilliseconds(20)));
        var at = await fired.Task.WaitAsync(Client.Deadline, Token);
        Assert.InRange(TimeProvider.System.GetElapsedTime(began, at).TotalMilliseconds, 20, Client.Deadline.TotalMilliseconds);
    }

    [Fact]
    public async Task Timer_ManyShortOnesInARow_NoneIsMissed()
    {
        using var loops = EventLoopGroup.OnThreadPool(1);
        var loop = loops.Loops[0];
        var (left, done) = (300, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        LoopTimer? timer = null;
        void OnTimer(int unused)
        {
            // Shorter than a millisecond too, which the system's timers round.
            if (--left == 0) done.SetResult();
            else timer!.Restart(TimeSpan.FromMicroseconds(left % 7 * 300));
        }

        await OnLoopAsync(loop, () => (timer = loop.CreateTimer(OnTimer, 0)).Restart(TimeSpan.Zero));
        await done.Task.WaitAsync(Client.Deadline, Token);
    }

    [Fact]
    public async Task Timer_OnAManualClock_FiresWhenItMovesAndNotBefore()
    {
        var clock = new FakeTimeProvider();
        using var loops = EventLoopGroup.OnThreadPool(1, new EventLoopOptions { TimeProvider = clock });
        var loop = loops.Loops[0];
        var fired = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await OnLoopAsync(loop, () => loop.CreateTimer(static f => f.SetResult(), fired).Restart(TimeSpan.FromHours(1)));
        clock.Advance(TimeSpan.FromMinutes(59));
        await OnLoopAsync(loop, static () => { });
        Assert.False(fired.Task.IsCompleted);
        clock.Advance(TimeSpan.FromMinutes(1));
        await fired.Task.WaitAsync(Client.Deadline, Token);
    }

    [Fact]
    public async Task Context_OfWhoStartedTheLoops_DoesNotReachThem()
    {
        var local = new AsyncLocal<string> { Value = "the caller's" };
        using var loops = EventLoopGroup.OnThreadPool(1);
        Assert.Null(await OnLoopAsync(loops.Loops[0], () => local.Value));
    }

    [Fact]
    public async Task Watchdog_CallbackHoldsAStrand_NamesIt()
    {
        var log = new RecordingLog();
        var options = new EventLoopOptions { LoggerFactory = log, WatchdogThreshold = TimeSpan.FromMilliseconds(20) };
        using var loops = EventLoopGroup.OnThreadPool(1, options);
        var seen = await OnLoopAsync(
            loops.Loops[0], () => SpinWait.SpinUntil(() => log.CountOf(CallbackHoldsLoop) > 0, Client.Deadline));
        Assert.True(seen, "the watchdog did not see a callback that holds its loop");
    }

    [Fact]
    public async Task Dispose_WorkPosted_RunsItFirstAndRefusesMore()
    {
        var loops = EventLoopGroup.OnThreadPool(2);
        var ran = 0;
        for (var i = 0; i < 1000; i++) Assert.True(loops.Loops[i % 2].Post(_ => Interlocked.Increment(ref ran), 0));
        await Task.Run(loops.Dispose, Token).WaitAsync(Client.Deadline, Token);
        Assert.Equal(1000, ran);
        Assert.All(loops.Loops, static l => Assert.False(l.Post(static _ => { }, 0)));
        loops.Dispose();
    }

    [Fact]
    public async Task Dispose_ConnectionsOpen_DropsAndTellsThem()
    {
        var loops = EventLoopGroup.OnThreadPool(2);
        var actors = new List<EchoActor>();
        for (var i = 0; i < 10; i++)
        {
            var actor = new EchoActor();
            actor.Adopt(loops.Next(), DuplexPipe.CreatePair().A);
            actors.Add(actor);
        }

        await Task.Run(loops.Dispose, Token).WaitAsync(Client.Deadline, Token);
        foreach (var actor in actors) Assert.Equal(CloseCause.Aborted, await actor.Closed.WaitAsync(Client.Deadline, Token));
        Assert.All(loops.Loops, static l => Assert.Equal(0, l.ConnectionCount));
    }

    [Fact]
    public async Task Dispose_StreamThatNeverEnds_IsLeftAloneAfterAWhile()
    {
        var loops = EventLoopGroup.OnThreadPool(1);
        var actor = new EchoActor();
        actor.Adopt(loops.Loops[0], new StuckStream());
        await actor.Started.WaitAsync(Client.Deadline, Token);
        await Task.Run(loops.Dispose, Token).WaitAsync(Client.Deadline, Token);
        Assert.Equal(CloseCause.Aborted, await actor.Closed.WaitAsync(Client.Deadline, Token));
    }

    [Fact]
    public async Task Dispose_FromItsOwnLoop_Throws()
    {
        using var loops = EventLoopGroup.OnThreadPool(1);
        await OnLoopAsync(loops.Loops[0], () => Assert.Throws<InvalidOperationException>(loops.Dispose));
    }

    [Fact]
    public async Task Adopt_OnALoopThatHasEnded_ThrowsAndEndsTheStream()
    {
        var loops = EventLoopGroup.OnThreadPool(1);
        loops.Dispose();
        var (ours, theirs) = DuplexPipe.CreatePair();
        Assert.Throws<ObjectDisposedException>(() => new EchoActor().Adopt(loops.Loops[0], ours));
        Assert.True((await theirs.Input.ReadAsync(Token)).IsCompleted);
    }

    [Fact]
    public async Task Listen_OnAStrand_SaysThatItCannot()
    {
        using var loops = EventLoopGroup.OnThreadPool(1);
        var listener = new TestListener(loops, static _ => null);
        var e = await Assert.ThrowsAsync<NotSupportedException>(() => listener.ListenAsync(new ListenOptions { Host = "127.0.0.1" }));
        Assert.Contains("listen nowhere", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_OnAStrand_SaysThatItCannot()
    {
        using var loops = EventLoopGroup.OnThreadPool(1);
        var e = await Assert.ThrowsAsync<ConnectException>(
            () => new EchoActor().ConnectAsync(loops.Loops[0], new ConnectOptions { Host = "127.0.0.1", Port = 9 }, Token));
        Assert.Contains("this kind of event loop has no outgoing connections", e.Message, StringComparison.Ordinal);
    }

    private static async Task OnLoopAsync(EventLoop loop, Action action) => await OnLoopAsync(
        loop,
        () =>
        {
            action();
            return true;
        });

    private static Task<T> OnLoopAsync<T>(EventLoop loop, Func<T> action)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.Post(
            static s =>
            {
                try
                {
                    s.done.SetResult(s.action());
                }
                catch (Exception e)
                {
                    s.done.SetException(e);
                }
            },
            (action, done));
        return done.Task.WaitAsync(Client.Deadline, Token);
    }
}
