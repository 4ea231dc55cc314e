// SPDX-License-Identifier: MIT
using Mare.Testing;

namespace Lori.Tests.Loops;

public sealed class StatisticsTests
{
    [Fact]
    public void Statistics_ALongTurn_SayHowLongItAndTheLongestWorked()
    {
        using var loops = new ManualLoops(new InMemoryNetwork());
        var loop = loops.Group.Loops[0];
        var before = loop.Statistics.Turns;
        foreach (var seconds in (int[])[3, 1])
        {
            loop.Post(loops.Clock.Advance, TimeSpan.FromSeconds(seconds));
            loops.RunTurn();
        }

        Assert.Equal(before + 2, loop.Statistics.Turns);
        Assert.Equal(TimeSpan.FromSeconds(1), loop.Statistics.LastTurn);
        Assert.Equal(TimeSpan.FromSeconds(3), loop.Statistics.LongestTurn);
    }

    [Fact]
    public void Statistics_ATimerRunsLate_SayHowLate()
    {
        using var loops = new ManualLoops(new InMemoryNetwork());
        var actor = new EmptyActor(loops.Group.Loops[0]);
        var ran = false;
        actor.Post(a => a.StartTimer(TimeSpan.FromSeconds(1), _ => ran = true));
        loops.RunTurn();
        loops.Clock.Advance(TimeSpan.FromSeconds(3));
        loops.RunTurn();
        Assert.True(ran);
        Assert.Equal(TimeSpan.FromSeconds(2), actor.Loop.Statistics.LatestTimer);
    }
}
