// SPDX-License-Identifier: MIT
using CsCheck;
using Mare.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Lori.Tests.Timers;

public sealed class LoopTimerTests : IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    private readonly RecordingLog _log = new();
    private readonly ManualLoops _loops;
    private readonly EmptyActor _actor;

    public LoopTimerTests()
    {
        _loops = new ManualLoops(new InMemoryNetwork(), options: new EventLoopOptions { LoggerFactory = _log });
        _actor = new EmptyActor(_loops.Group.Loops[0]);
    }

    public void Dispose()
    {
        _loops.Dispose();
        _log.Dispose();
    }

    [Fact]
    public void Timer_AnyDelay_RunsAtThatTickAndNotBefore() =>
        Gen.Long[1, TimeSpan.FromDays(365).Ticks].Select(TimeSpan.FromTicks).Sample(
            delay =>
            {
                var ran = 0;
                Start(delay, _ => ran++);
                _loops.Advance(delay - Tick);
                Assert.Equal(0, ran);
                _loops.Advance(Tick);
                Assert.Equal(1, ran);
            },
            iter: 500,
            threads: 1);

    [Fact]
    public void Timers_Thousands_RunInTheOrderOfTheirTimes()
    {
        var ran = new List<int>();
        var random = new Random(3);
        var delays = Enumerable.Range(0, 5000).Select(_ => random.Next(1, 100_000)).ToList();
        _actor.Post(a =>
        {
            foreach (var delay in delays) a.StartTimer(TimeSpan.FromMilliseconds(delay), _ => ran.Add(delay));
        });
        _loops.Advance(TimeSpan.FromMilliseconds(100_000));
        delays.Sort();
        Assert.Equal(delays, ran);
    }

    [Fact]
    public void Restart_BeforeItIsDue_PutsItOff()
    {
        var ran = 0;
        var timer = Start(TimeSpan.FromSeconds(10), _ => ran++);
        for (var i = 0; i < 20; i++)
        {
            _loops.Advance(TimeSpan.FromSeconds(9));
            OnLoop(() => timer.Restart(TimeSpan.FromSeconds(10)));
        }

        Assert.Equal(0, ran);
        Assert.True(timer.IsActive);
        _loops.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(1, ran);
        Assert.False(timer.IsActive);
    }

    [Fact]
    public void Restart_FromItsCallback_RunsAgain()
    {
        var ran = 0;
        LoopTimer? timer = null;
        timer = Start(TimeSpan.FromSeconds(1), _ =>
        {
            if (++ran < 5) timer!.Restart(TimeSpan.FromSeconds(1));
        });
        _loops.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(3, ran);
        _loops.Advance(TimeSpan.FromSeconds(100));
        Assert.Equal(5, ran);
    }

    [Fact]
    public void Restart_WithoutDelayFromItsCallback_RunsOnceATurn()
    {
        var ran = 0;
        LoopTimer? timer = null;
        timer = Start(TimeSpan.FromSeconds(1), _ =>
        {
            if (++ran < 3) timer!.Restart(TimeSpan.Zero);
        });
        _loops.Clock.Advance(TimeSpan.FromSeconds(1));
        _loops.RunTurn();
        Assert.Equal(1, ran);
        _loops.RunTurn();
        Assert.Equal(2, ran);
        _loops.RunUntilIdle();
        Assert.Equal(3, ran);
    }

    [Fact]
    public void Cancel_OneOfTwoDueTogether_RunsTheOtherOnly()
    {
        var ran = new List<string>();
        LoopTimer? second = null;
        Start(TimeSpan.FromSeconds(1), _ =>
        {
            ran.Add("first");
            second!.Cancel();
        });
        second = Start(TimeSpan.FromSeconds(2), _ => ran.Add("second"));
        _loops.Clock.Advance(TimeSpan.FromSeconds(5));
        _loops.RunUntilIdle();
        Assert.Equal(["first"], ran);
        Assert.False(second.IsActive);
    }

    [Fact]
    public void ActorsTimer_ActorHasEnded_IsSilent()
    {
        var ran = false;
        Start(TimeSpan.FromSeconds(1), _ => ran = true);
        OnLoop(_actor.Stop);
        _loops.Advance(TimeSpan.FromSeconds(10));
        Assert.False(ran);
    }

    [Fact]
    public void ActorsTimer_Throws_ReachesTheActorAndOthersRun()
    {
        var ran = false;
        Start(TimeSpan.FromSeconds(1), static _ => throw new FormatException());
        Start(TimeSpan.FromSeconds(1), _ => ran = true);
        _loops.Advance(TimeSpan.FromSeconds(1));
        Assert.True(ran);
        Assert.IsType<FormatException>(Assert.Single(_actor.Failures));
    }

    [Fact]
    public void Restart_OffTheLoopOrOutOfRange_Throws()
    {
        var timer = Start(TimeSpan.FromSeconds(1), static _ => { });
        Assert.Throws<InvalidOperationException>(() => timer.Restart(TimeSpan.Zero));
        Assert.Throws<InvalidOperationException>(timer.Cancel);
        Assert.Throws<ArgumentOutOfRangeException>(() => timer.Restart(-Tick));
        Assert.Throws<ArgumentOutOfRangeException>(() => timer.Restart(TimeSpan.FromDays(366)));
    }

    [Fact]
    public void Timer_OnADedicatedThread_RunsWhenTheTestsClockComesThere()
    {
        var clock = new FakeTimeProvider();
        using var group = new EventLoopGroup(1, new EventLoopOptions { TimeProvider = clock });
        var actor = new EmptyActor(group.Next());
        using var started = new SemaphoreSlim(0);
        using var ran = new SemaphoreSlim(0);
        // Often, since the loop arms its wake-up while the test moves the clock.
        for (var round = 0; round < 300; round++)
        {
            var delay = TimeSpan.FromTicks(1 + (round * 1_234_567L));
            actor.Post(a =>
            {
                a.StartTimer(delay, _ => ran.Release());
                started.Release();
            });
            Assert.True(started.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken), $"round {round}: the post did not run");
            clock.Advance(delay / 2);
            clock.Advance(delay - (delay / 2));
            Assert.True(ran.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken), $"round {round}: the timer did not run");
        }
    }

    [Fact]
    public void Timer_OnADedicatedThreadInRealTime_Runs()
    {
        using var group = new EventLoopGroup(1);
        var actor = new EmptyActor(group.Next());
        using var ran = new ManualResetEventSlim();
        var began = TimeProvider.System.GetTimestamp();
        actor.Post(a => a.StartTimer(TimeSpan.FromMilliseconds(30), _ => ran.Set()));
        Assert.True(ran.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken), "the timer did not run");
        Assert.True(TimeProvider.System.GetElapsedTime(began) >= TimeSpan.FromMilliseconds(29));
    }

    private LoopTimer Start(TimeSpan delay, Action<EmptyActor> callback)
    {
        LoopTimer? timer = null;
        OnLoop(() => timer = _actor.StartTimer(delay, callback));
        return timer!;
    }

    private void OnLoop(Action action)
    {
        Assert.True(_actor.Loop.Post(static run => run(), action));
        _loops.RunUntilIdle();
    }
}
