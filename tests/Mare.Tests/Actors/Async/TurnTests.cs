// SPDX-License-Identifier: MIT
namespace Mare.Tests.Actors.Async;

/// <summary>The rule of turns: asynchronous callbacks do not overlap, and what else may run runs at their awaits.</summary>
public sealed class TurnTests
{
    [Fact]
    public void Message_WhileOnOpenIsPending_Waits()
    {
        var gate = new TaskCompletionSource();
        using var server = new AsyncServer(AsyncProbe.In("OnOpen", _ => gate.Task));
        var client = server.Open();
        client.Send(ClientFrames.Text("a"));
        Assert.Equal(["OnUpgradeRequest", "OnOpen"], server.Actor.Calls);
        server.Complete(gate);
        Assert.Equal(["OnUpgradeRequest", "OnOpen", "OnOpen ended", "OnTextMessage a"], server.Actor.Calls);
    }

    [Fact]
    public void Messages_WithPendingCallbacks_ComeOneByOneInOrder()
    {
        var gates = new List<TaskCompletionSource>();
        using var server = new AsyncServer(AsyncProbe.In("OnTextMessage", _ => NewGate(gates).Task));
        var client = server.Open();
        client.Send(ClientFrames.Text("0"), ClientFrames.Text("1"), ClientFrames.Text("2"), ClientFrames.Binary([3]));
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(i + 1, gates.Count);
            Assert.Equal($"OnTextMessage {i}", server.Actor.Calls[^1]);
            server.Complete(gates[i]);
        }

        Assert.Equal(
            ["OnTextMessage 0", "OnTextMessage 0 ended", "OnTextMessage 1", "OnTextMessage 1 ended",
                "OnTextMessage 2", "OnTextMessage 2 ended", "OnBinaryMessage 03"],
            server.Actor.Calls.Skip(2));
    }

    [Fact]
    public void Messages_WhoseCallbacksEndAtOnceOrLaterByTurns_ComeOnceAndInOrder()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            using var server = new AsyncServer(
                AsyncProbe.In("OnTextMessage", async _ =>
                {
                    for (var awaits = random.Next(3); awaits > 0; awaits--) await Task.Yield();
                }),
                network: Mare.Testing.InMemoryNetworkOptions.Hostile(seed));
            var client = server.Open();
            string[] expected = [.. Enumerable.Range(0, 60).Select(static i => $"OnTextMessage {i}")];
            client.Send([.. Enumerable.Range(0, 60).Select(static i => ClientFrames.Text($"{i}"))]);
            Assert.Equal(expected, server.Actor.Calls.Where(static c => c.StartsWith("OnText", StringComparison.Ordinal) && !c.EndsWith("ended", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public void Await_InEachCallback_ComesBackToTheLoop()
    {
        var loops = new List<EventLoop?>();
        using (var server = new AsyncServer(async (_, _, _) =>
        {
            await Task.Yield();
            loops.Add(EventLoop.Current);
            await Task.Run(static () => { }, TestContext.Current.CancellationToken);
            loops.Add(EventLoop.Current);
        }))
        {
            var client = server.Open();
            server.RunUntil(() => server.Actor.CountOf("OnOpen ended") == 1);
            client.Send(ClientFrames.Text("a"), ClientFrames.Binary([1]));
            server.RunUntil(() => server.Actor.CountOf("OnBinaryMessage 01 ended") == 1);
            client.Leave();
            server.RunUntil(() => server.Actor.CountOf("Dispose") == 1);
            Assert.Equal(Enumerable.Repeat(server.Loops.Group.Loops[0], 8), loops);
        }
    }

    [Fact]
    public void Await_OfTheUpgradeRequest_ComesBackToTheLoop()
    {
        EventLoop? seen = null;
        using var server = new AsyncServer(prepare: a => a.Decide = async (_, _) =>
        {
            await Task.Yield();
            seen = EventLoop.Current;
            return true;
        });
        server.Open();
        Assert.Same(server.Loops.Group.Loops[0], seen);
    }

    [Fact]
    public void Post_WhileACallbackIsPending_RunsAtItsAwait()
    {
        var gate = new TaskCompletionSource();
        using var server = new AsyncServer(AsyncProbe.In("OnTextMessage", _ => gate.Task));
        server.Open().Send(ClientFrames.Text("a"));
        server.OnLoop(static a => a.Run("Post"));
        Assert.Equal("Post", server.Actor.Calls[^1]);
        server.Complete(gate);
        Assert.Equal("OnTextMessage a ended", server.Actor.Calls[^1]);
    }

    [Fact]
    public void Timer_WhileACallbackIsPending_RunsAtItsAwait()
    {
        var gate = new TaskCompletionSource();
        using var server = new AsyncServer(AsyncProbe.In("OnTextMessage", a =>
        {
            a.StartTimer(TimeSpan.FromSeconds(3), static a => a.Run("Timer"));
            return gate.Task;
        }));
        server.Open().Send(ClientFrames.Text("a"));
        server.Advance(2.9);
        Assert.Equal("OnTextMessage a", server.Actor.Calls[^1]);
        server.Advance(0.1);
        Assert.Equal("Timer", server.Actor.Calls[^1]);
        server.Complete(gate);
    }

    [Fact]
    public void Throttling_WhileACallbackIsPending_IsToldAtItsAwait()
    {
        var gate = new TaskCompletionSource();
        using var server = new AsyncServer(AsyncProbe.In("OnTextMessage", async a =>
        {
            while (a.Connection.SendBinary(new byte[16_000]) == SendStatus.Accepted)
            {
                // Until the window and the wire are full.
            }

            a.Note("full");
            await gate.Task;
        }));
        var client = server.Open();
        client.Peer.StopReading();
        client.Send(ClientFrames.Text("a"));
        Assert.Equal(["OnTextMessage a", "full", "OnThrottled"], server.Actor.Calls.Skip(2));
        client.ResumeReading();
        Assert.Equal("OnUnthrottled", server.Actor.Calls[^1]);
        server.Complete(gate);
    }

    [Fact]
    public void IdleTimeout_WhileACallbackIsPending_IsTold()
    {
        using var server = new AsyncServer(
            AsyncProbe.In("OnTextMessage", static (_, token) => Until.CancelledAsync(token)),
            configure: static o => o.IdleTimeout = TimeSpan.FromSeconds(30));
        var client = server.Open();
        client.Send(ClientFrames.Text("a"));
        server.Advance(30);
        Assert.Equal("OnIdleTimeout", server.Actor.Calls[^1]);
        Assert.Equal(1001, client.ReadFrame().CloseCode);
    }

    [Fact]
    public void Handler_CompletedByAPostOfItsOwnActor_GoesOnAfterThePost()
    {
        var gate = new TaskCompletionSource();
        using var server = new AsyncServer(AsyncProbe.In("OnTextMessage", _ => gate.Task));
        server.Open().Send(ClientFrames.Text("a"));
        server.OnLoop(a => a.Run("Post", () =>
        {
            gate.SetResult();
            a.Note("Post returns");
        }));
        Assert.Equal(["Post", "Post returns", "OnTextMessage a ended"], server.Actor.Calls.Skip(3));
    }

    [Fact]
    public void Handler_CompletedByItsOwnPongAgainAndAgain_GoesOnAfterThePong()
    {
        var gates = new List<TaskCompletionSource>();
        using var server = new AsyncServer(
            AsyncProbe.In("OnTextMessage", async a =>
            {
                for (var i = 0; i < 3; i++)
                {
                    await NewGate(gates).Task;
                    a.Note("went on");
                }
            }),
            prepare: a => a.Between = (a, call) =>
            {
                if (!call.StartsWith("OnPong", StringComparison.Ordinal)) return;
                gates[^1].SetResult();
                a.Note("OnPong returns");
            });
        var client = server.Open();
        client.Send(ClientFrames.Text("a"));
        for (var i = 0; i < 3; i++) client.Send(ClientFrames.Pong());
        Assert.Equal(
            ["OnPong ", "OnPong returns", "went on", "OnPong ", "OnPong returns", "went on",
                "OnPong ", "OnPong returns", "went on", "OnTextMessage a ended"],
            server.Actor.Calls.Skip(3));
    }

    [Fact]
    public void AsyncVoid_CompletedByAPostOfItsOwnActor_GoesOnAfterThePost()
    {
        var gate = new TaskCompletionSource();
        using var server = new AsyncServer();
        server.Open();
        server.OnLoop(a => AwaitAndNote(a, gate.Task));
        server.OnLoop(a => a.Run("Post", () =>
        {
            gate.SetResult();
            a.Note("Post returns");
        }));
        Assert.Equal(["Post", "Post returns", "went on"], server.Actor.Calls.Skip(2));
    }

    [Fact]
    public void TaskThatNobodyAwaits_CompletedByAPostOfItsOwnActor_GoesOnAfterThePost()
    {
        var gate = new TaskCompletionSource();
        using var server = new AsyncServer();
        server.Open();
        // From its second await on: the first cannot be seen.
        server.OnLoop(a => _ = YieldAwaitAndNoteAsync(a, gate.Task));
        server.OnLoop(a => a.Run("Post", () =>
        {
            gate.SetResult();
            a.Note("Post returns");
        }));
        Assert.Equal(["Post", "Post returns", "went on"], server.Actor.Calls.Skip(2));
    }

    [Fact]
    public void TwoActors_ThatCompleteEachOthersTasks_NeverNest()
    {
        // Each handler ends what the other awaits, then awaits to be ended by it; whoever resumed inline would be inside the other.
        const int Rounds = 5;
        var gates = new TaskCompletionSource[2 * Rounds];
        for (var i = 0; i < gates.Length; i++) gates[i] = new TaskCompletionSource();
        var running = 0;
        var deepest = 0;
        var order = new List<int>();
        using var server = new AsyncServer();
        var first = server.Open();
        var second = server.Open();
        Play(server.Actors[0], 0);
        Play(server.Actors[1], 1);
        first.Send(ClientFrames.Text("go"));
        second.Send(ClientFrames.Text("go"));
        server.Complete(gates[0]);
        Assert.Equal(1, deepest);
        Assert.Equal(Enumerable.Range(0, 2 * Rounds), order);
        Assert.All(server.Actors, static a => Assert.Equal("OnTextMessage go ended", a.Calls[^1]));

        void Play(AsyncProbe actor, int me) => actor.Hook = AsyncProbe.In("OnTextMessage", async _ =>
        {
            for (var turn = me; turn < gates.Length; turn += 2)
            {
                await gates[turn].Task;
                deepest = Math.Max(deepest, ++running);
                order.Add(turn);
                if (turn + 1 < gates.Length) gates[turn + 1].SetResult();
                running--;
            }
        });
    }

    [Fact]
    public void HandlerOfTenSeconds_OnOneConnection_DoesNotDelayOthersOnTheLoop()
    {
        using var server = new AsyncServer();
        var slow = server.Open();
        server.Actor.Hook = AsyncProbe.In("OnTextMessage", (_, token) =>
            Task.Delay(TimeSpan.FromSeconds(10), server.Loops.Clock, token));
        var other = server.Open();
        server.Actor.Hook = AsyncProbe.In("OnTextMessage", static a =>
        {
            a.Connection.SendBinary(a.Data.Span);
            return Task.CompletedTask;
        });
        slow.Send(ClientFrames.Text("slow"));
        for (var second = 0; second < 10; second++)
        {
            Assert.Equal("OnTextMessage slow", server.Actors[0].Calls[^1]);
            // Answered with the clock standing still: nobody waits for the slow one.
            other.Send(ClientFrames.Text($"{second}"));
            Assert.Equal($"{second}", other.ReadFrame().Text);
            server.Advance(1);
        }

        server.RunUntil(() => server.Actors[0].Calls[^1] == "OnTextMessage slow ended");
    }

    private static async void AwaitAndNote(AsyncProbe actor, Task task)
    {
        await task;
        actor.Note("went on");
    }

    private static async Task YieldAwaitAndNoteAsync(AsyncProbe actor, Task task)
    {
        await Task.Yield();
        await task;
        actor.Note("went on");
    }

    private static TaskCompletionSource NewGate(List<TaskCompletionSource> gates)
    {
        gates.Add(new TaskCompletionSource());
        return gates[^1];
    }
}
