// SPDX-License-Identifier: MIT
using Lori;
using Mare.Cli.Bench.Loads;
using Mare.Cli.Bench.Pacing;
using Mare.Cli.Bench.Traffic;

namespace Mare.Cli.Tests.Bench;

/// <summary>Messages at a fixed rate, whose latency counts from when each was due.</summary>
public sealed class OpenLoopTests
{
    // A second's worth of messages.
    private const int Rate = 10;

    [Theory]
    [InlineData(1)] // what is due waits on this side
    [InlineData(100)] // what is due waits on the server's
    public void Server_ThatStopsForASecond_IsChargedWithEveryMessageOfThatSecond(int inFlight)
    {
        using var network = new LoadNetwork();
        var actor = new HoldingActor();
        var port = network.Servers.Serve(_ => actor);
        var load = network.Start(LoadNetwork.Settings(port) with { Rate = Rate, InFlight = inFlight }, static (loop, s) => new EchoLoad(loop, s));
        network.Advance(0.45);
        Assert.Equal([0, 0, 0, 0, 0], LoadNetwork.Milliseconds(load));
        actor.Post(static me => me.Hold());
        network.Advance(1);
        Assert.Equal((5, 10), (load.Count, load.Unanswered));
        Assert.Equal(inFlight == 1 ? 6 : 15, actor.Count);
        actor.Post(static me => me.Release());
        network.Servers.Loops.RunUntilIdle();
        // Due at 0.5, 0.6 ... 1.4, and all answered at 1.45.
        Assert.Equal([50, 150, 250, 350, 450, 550, 650, 750, 850, 950], LoadNetwork.Milliseconds(load).Select(static ms => Math.Round(ms / 10) * 10));
        Assert.Equal((15, 0), (load.Count, load.Unanswered));
    }

    [Fact]
    public void ClosedLoop_OnTheSameServer_SeesOneSlowMessage()
    {
        using var network = new LoadNetwork();
        var actor = new HoldingActor();
        actor.Hold();
        var port = network.Servers.Serve(_ => actor);
        var load = network.Start(LoadNetwork.Settings(port) with { Messages = 3 }, static (loop, s) => new EchoLoad(loop, s));
        network.Advance(1);
        actor.Post(static me => me.Release());
        network.Servers.Loops.RunUntilIdle();
        Assert.Equal([0, 0, 1000], LoadNetwork.Milliseconds(load).Select(static ms => Math.Round(ms / 10) * 10));
    }

    [Fact]
    public void Rate_OverSeveralConnections_TakesThemInTurn()
    {
        using var network = new LoadNetwork();
        var actors = new List<HoldingActor>();
        var port = network.Servers.Serve(_ =>
        {
            actors.Add(new HoldingActor());
            return actors[^1];
        });
        var load = network.Start(LoadNetwork.Settings(port) with { Connections = 4, Rate = Rate, InFlight = 2 }, static (loop, s) => new EchoLoad(loop, s));
        network.Advance(1);
        Assert.Equal([3, 3, 3, 2], actors.Select(static a => a.Count));
        Assert.Equal(11, load.Count);
    }

    [Fact]
    public void Messages_AtARate_EndWhenAllAreAnswered()
    {
        using var network = new LoadNetwork();
        var port = network.Servers.Serve(static _ => new HoldingActor());
        var load = network.Start(LoadNetwork.Settings(port) with { Connections = 2, Rate = Rate, Messages = 3 }, static (loop, s) => new EchoLoad(loop, s));
        network.Advance(0.4);
        Assert.False(load.Done.IsCompleted);
        network.Advance(10);
        Assert.True(load.Done.IsCompletedSuccessfully);
        Assert.Equal(6, load.Count);
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(3.0)]
    [InlineData(10_000_000.0 / 3)]
    [InlineData(0.7)]
    [InlineData(333.3)]
    public void DueCount_AtTheTickAMessageIsDue_CountsIt(double interval)
    {
        const long Start = 12_345;
        var pace = new OpenLoop(lanes: 3, inFlight: 100, long.MaxValue, Start, interval);
        for (var message = 0L; message < 1000; message++)
        {
            var due = pace.DueAt(message);
            Assert.True(pace.DueCount(due) > message);
            Assert.True(pace.DueCount(due - 1) <= message);
        }
    }

    [Fact]
    public void StartOf_AMessageOfALane_IsWhenThatOfAllIsDue()
    {
        var pace = new OpenLoop(lanes: 3, inFlight: 100, long.MaxValue, start: 1000, interval: 10);
        var lane = new Lane(2, 2);
        Assert.Equal([1020, 1050, 1080], Enumerable.Range(0, 3).Select(m => pace.StartOf(lane, m)));
        Assert.Equal([0, 1, 1, 2], new long[] { 1019, 1020, 1049, 1050 }.Select(now => pace.Allowed(lane, now)));
    }
}
