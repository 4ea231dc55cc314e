// SPDX-License-Identifier: MIT
namespace Lori.Tests.Loops;

/// <summary>The rule of turns: what one callback leaves in the thread's context reaches no other.</summary>
public sealed class ContextTests
{
    private static readonly AsyncLocal<string?> Ambient = new();

    [Fact]
    public void AsyncLocal_SetInACallback_DoesNotReachTheNextConnection()
    {
        var seen = new List<string?>();
        using var server = new MemoryServer(a => a.WhenReceived = (_, data) =>
        {
            seen.Add(Ambient.Value);
            Ambient.Value = "connection " + data[0];
        });
        var first = server.Connect();
        var second = server.Connect();
        first.Send([1]);
        second.Send([2]);
        server.Loops.RunUntilIdle();
        Assert.Equal([null, null], seen);
        Assert.Null(Ambient.Value);
    }

    [Fact]
    public void SynchronizationContext_SetInACallback_DoesNotReachTheNextOne()
    {
        var seen = new List<SynchronizationContext?>();
        using var server = new MemoryServer();
        for (var i = 0; i < 2; i++)
        {
            server.Loop.Post(
                static seen =>
                {
                    seen.Add(SynchronizationContext.Current);
                    SynchronizationContext.SetSynchronizationContext(new SynchronizationContext());
                },
                seen);
        }

        var before = SynchronizationContext.Current;
        server.Loops.RunTurn();
        Assert.Equal([null, null], seen);
        Assert.Same(before, SynchronizationContext.Current);
    }

    [Fact]
    public void TestsOwnContext_ATurnRuns_SurvivesAndIsNotSeenInside()
    {
        var own = new SynchronizationContext();
        var outer = SynchronizationContext.Current;
        Ambient.Value = "the test's";
        SynchronizationContext.SetSynchronizationContext(own);
        try
        {
            (string? Value, SynchronizationContext? Context) seen = ("nothing ran", own);
            using var server = new MemoryServer();
            server.Loop.Post(_ => seen = (Ambient.Value, SynchronizationContext.Current), 0);
            server.Loops.RunUntilIdle();
            Assert.Equal((null, null), seen);
            Assert.Equal("the test's", Ambient.Value);
            Assert.Same(own, SynchronizationContext.Current);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
        }
    }

    [Fact]
    public void AsyncLocal_OfThePoster_DoesNotFlowToTheLoop()
    {
        using var server = new MemoryServer();
        string? seen = "nothing ran";
        Ambient.Value = "the poster's";
        server.Loop.Post(_ => seen = Ambient.Value, 0);
        server.Loops.RunUntilIdle();
        Assert.Null(seen);
    }
}
