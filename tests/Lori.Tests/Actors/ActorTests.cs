// SPDX-License-Identifier: MIT
using Mare.Testing;

namespace Lori.Tests.Actors;

public sealed class ActorTests : IDisposable
{
    private readonly ManualLoops _loops = new(new InMemoryNetwork(), 2);
    private readonly EmptyActor _actor;

    public ActorTests()
    {
        _actor = new EmptyActor(_loops.Group.Loops[1]);
    }

    public void Dispose() => _loops.Dispose();

    [Fact]
    public void Post_ToAnActor_RunsOnItsLoopWithItAndTheState()
    {
        (EmptyActor? Actor, int State, EventLoop? Loop) seen = default;
        Assert.True(_actor.Post((a, state) => seen = (a, state, EventLoop.Current), 7));
        _loops.RunUntilIdle();
        Assert.Equal((_actor, 7, _loops.Group.Loops[1]), seen);
    }

    [Fact]
    public void Post_AfterItsEnd_IsRefusedAndWhatWaitsNeverRuns()
    {
        var ran = false;
        _actor.Post(static a => a.Stop());
        Assert.True(_actor.Post(_ => ran = true));
        _loops.RunUntilIdle();
        Assert.True(_actor.HasEnded);
        Assert.False(ran);
        Assert.False(_actor.Post(_ => ran = true));
    }

    [Fact]
    public void Post_Throws_ReachesTheActor()
    {
        _actor.Post(static _ => throw new FormatException());
        _loops.RunUntilIdle();
        Assert.IsType<FormatException>(Assert.Single(_actor.Failures));
    }

    [Fact]
    public void Constructor_OutsideOfALoop_SaysWhatToDo()
    {
        var e = Assert.Throws<InvalidOperationException>(static () => new HereActor());
        Assert.Contains("base(group.Next())", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_InsideOfALoop_TakesIt()
    {
        HereActor? made = null;
        _actor.Post(_ => made = new HereActor());
        _loops.RunUntilIdle();
        Assert.Same(_actor.Loop, made!.Loop);
    }

    private sealed class HereActor : Actor;
}
