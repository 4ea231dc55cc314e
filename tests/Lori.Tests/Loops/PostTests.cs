// SPDX-License-Identifier: MIT
using Mare.Testing;

namespace Lori.Tests.Loops;

public sealed class PostTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly RecordingLog _log = new();
    private readonly ManualLoops _loops;

    public PostTests()
    {
        _loops = new ManualLoops(new InMemoryNetwork(), options: new EventLoopOptions { LoggerFactory = _log });
    }

    private EventLoop Loop => _loops.Group.Loops[0];

    public void Dispose()
    {
        _loops.Dispose();
        _log.Dispose();
    }

    [Fact]
    public void Post_Several_RunInOrderInTheNextTurnOnTheLoop()
    {
        var ran = new List<int>();
        for (var i = 0; i < 5; i++) Assert.True(Loop.Post(ran.Add, i));
        Assert.Empty(ran);
        Assert.True(Loop.Post(_ => Assert.True(Loop.IsCurrent && EventLoop.Current == Loop), 0));
        _loops.RunTurn();
        Assert.Equal([0, 1, 2, 3, 4], ran);
        Assert.Null(EventLoop.Current);
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public void Post_FromInsideAPost_RunsInALaterTurn()
    {
        var ran = new List<string>();
        Loop.Post(
            ran =>
            {
                Loop.Post(static ran => ran.Add("inner"), ran);
                ran.Add("outer");
            },
            ran);
        _loops.RunTurn();
        Assert.Equal(["outer"], ran);
        _loops.RunTurn();
        Assert.Equal(["outer", "inner"], ran);
    }

    [Fact]
    public void Post_Throws_IsLoggedOnceAndOthersRun()
    {
        var ran = false;
        Loop.Post(static _ => throw new InvalidOperationException("mine"), 0);
        Loop.Post(_ => ran = true, 0);
        _loops.RunUntilIdle();
        Assert.True(ran);
        Assert.Equal(1, _log.CountOf(2));
    }

    [Fact]
    public void Post_AfterTheEnd_ReturnsFalseAndNeverRuns()
    {
        var ran = 0;
        Loop.Post(_ => ran++, 0);
        _loops.Dispose();
        Assert.Equal(1, ran);
        // The last turn empties the queue: it must stay sealed all the same.
        Assert.False(Loop.Post(_ => ran++, 0));
        Assert.False(Loop.Post(_ => ran++, 0));
        Assert.Equal(1, ran);
    }

    [Fact]
    public void End_PostsThatPost_AllRun()
    {
        var left = 10;
        void Again(int unused)
        {
            if (--left > 0) Assert.True(Loop.Post(Again, 0));
        }

        Loop.Post(Again, 0);
        _loops.Dispose();
        Assert.Equal(0, left);
    }

    [Fact]
    public void Post_FromEightThreads_RunsAllInEachThreadsOrder()
    {
        const int Threads = 8;
        const int Each = 5000;
        using var group = new EventLoopGroup(1);
        var last = new int[Threads];
        var outOfOrder = 0;
        var left = Threads * Each;
        using var done = new ManualResetEventSlim();
        Parallel.For(0, Threads, new ParallelOptions { MaxDegreeOfParallelism = Threads }, thread =>
        {
            for (var i = 1; i <= Each; i++)
            {
                Assert.True(group.Loops[0].Post(
                    s =>
                    {
                        if (last[s.thread] + 1 != s.i) outOfOrder++;
                        last[s.thread] = s.i;
                        if (--left == 0) done.Set();
                    },
                    (thread, i)));
            }
        });
        Assert.True(done.Wait(Deadline, TestContext.Current.CancellationToken), $"{left} posts have not run");
        Assert.Equal(0, outOfOrder);
    }

    [Fact]
    public void Post_WhileTheLoopIsAwake_WakesItAtMostOnce()
    {
        InMemoryBackend? backend = null;
        var thread = LoopThread.Start(0, new EventLoopOptions(), loop => backend = new InMemoryNetwork().CreateBackend(loop));
        using var running = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        var ran = 0;
        thread.Loop.Post(_ => { running.Set(); goOn.Wait(Deadline); }, 0);
        Assert.True(running.Wait(Deadline, TestContext.Current.CancellationToken), "the first post did not run");
        var wakes = backend!.Wakes;
        for (var i = 0; i < 1000; i++) thread.Loop.Post(_ => ran++, 0);
        Assert.Equal(wakes, backend.Wakes);
        Assert.InRange(wakes, 0, 1);
        goOn.Set();
        thread.RequestEnd();
        thread.Join();
        Assert.Equal(1000, ran);
    }

    [Fact]
    public async Task Group_DisposedFromItsOwnLoop_ThrowsAndLivesOn()
    {
        using var group = new EventLoopGroup(1);
        var error = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        group.Loops[0].Post(_ => error.SetResult(Record.Exception(group.Dispose)), 0);
        Assert.IsType<InvalidOperationException>(await error.Task.WaitAsync(Deadline, TestContext.Current.CancellationToken));
        Assert.True(group.Loops[0].Post(static _ => { }, 0));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1025)]
    public void Group_CountOutOfRange_Throws(int count) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new EventLoopGroup(count));
}
