// SPDX-License-Identifier: MIT
using System.Diagnostics;

namespace Mare.Tests.Actors.Async;

/// <summary>
/// What a callback leaves in the thread's context reaches no other callback; what it awaits keeps it, wherever it was completed.
/// </summary>
public sealed class ContextTests
{
    private static readonly AsyncLocal<string?> Ambient = new();

    [Fact]
    public void AsyncLocal_SetInACallback_ReachesNoOtherConnectionPostOrTimer()
    {
        var leaked = new List<string?>();
        var gate = new TaskCompletionSource();
        using var server = new AsyncServer(
            AsyncProbe.In("OnTextMessage", a => SetAndAwait(a, gate, leaked)),
            a => a.Between = (_, _) => leaked.Add(Ambient.Value));
        var first = server.Open();
        var second = server.Open();
        first.Send(ClientFrames.Text("first"));
        second.Send(ClientFrames.Text("second"));
        server.OnLoop(static a => a.Run("Post"));
        server.OnLoop(static a => a.StartTimer(TimeSpan.FromSeconds(1), static a => a.Run("Timer")));
        server.Advance(1);
        first.Send(ClientFrames.Pong());
        server.Complete(gate);
        first.Send(ClientFrames.Pong(), ClientFrames.Text("again"));
        Assert.Equal(7, leaked.Count);
        Assert.All(leaked, Assert.Null);
        Assert.Contains("ambient first", server.Actors[0].Calls);
        Assert.Contains("ambient second", server.Actors[1].Calls);
        Assert.Null(Ambient.Value);
    }

    [Fact]
    public void AsyncLocal_OfWhoCompletesTheTask_DoesNotReachTheCallback()
    {
        var gate = new TaskCompletionSource();
        string? seen = "nothing ran";
        using var server = new AsyncServer(AsyncProbe.In("OnTextMessage", async _ =>
        {
            await gate.Task;
            seen = Ambient.Value;
        }));
        server.Open().Send(ClientFrames.Text("a"));
        Ambient.Value = "the completer's";
        server.Complete(gate);
        Assert.Null(seen);
        Ambient.Value = null;
    }

    [Fact]
    public void Activity_StartedInACallback_StaysWithItAndReachesNoOther()
    {
        var gate = new TaskCompletionSource();
        var seen = new List<string?>();
        using var server = new AsyncServer(
            AsyncProbe.In("OnTextMessage", async a =>
            {
                seen.Add(Activity.Current?.OperationName);
                using var activity = new Activity("of " + System.Text.Encoding.UTF8.GetString(a.Data.Span)).Start();
                await gate.Task;
                a.Note("activity " + Activity.Current?.OperationName);
            }),
            a => a.Between = (_, _) => seen.Add(Activity.Current?.OperationName));
        var first = server.Open();
        var second = server.Open();
        first.Send(ClientFrames.Text("first"), ClientFrames.Pong());
        second.Send(ClientFrames.Text("second"), ClientFrames.Pong());
        server.Complete(gate);
        Assert.Equal([null, null, null, null], seen);
        Assert.Contains("activity of first", server.Actors[0].Calls);
        Assert.Contains("activity of second", server.Actors[1].Calls);
        Assert.Null(Activity.Current);
    }

    [Fact]
    public void Activity_StartedAndLeftRunningWithoutAnAwait_ReachesNoOther()
    {
        var seen = new List<string?>();
        using var server = new AsyncServer((_, _, _) =>
        {
            seen.Add(Activity.Current?.OperationName);
            new Activity("left running").Start();
            return default;
        });
        var client = server.Open();
        client.Send(ClientFrames.Text("a"), ClientFrames.Text("b"));
        client.Leave();
        Assert.Equal([null, null, null, null], seen);
    }

    [Fact]
    public void ConfigureAwaitFalse_InACallback_LeavesTheLoopAndItsEndComesBack()
    {
        EventLoop? seen = null;
        using var server = new AsyncServer(AsyncProbe.In("OnTextMessage away", async a =>
        {
            seen = a.Loop;
            await Task.Run(static () => { }).ConfigureAwait(false);
            seen = EventLoop.Current;
        }));
        var client = server.Open();
        client.Send(ClientFrames.Text("away"), ClientFrames.Text("next"));
        server.RunUntil(() => server.Actor.CountOf("OnTextMessage next") == 1);
        Assert.Null(seen);
        Assert.Equal(["OnTextMessage away", "OnTextMessage away ended", "OnTextMessage next"], server.Actor.Calls.Skip(2));
    }

    [Fact]
    public void TasksCompletedByOtherThreads_OnManyConnections_NeverOverlapAndLoseNothing()
    {
        const int Connections = 4;
        const int Messages = 50;
        using var server = new AsyncServer(
            AsyncProbe.In("OnBinaryMessage", static async a =>
            {
                var number = a.Data.Span[0];
                switch (number % 4)
                {
                    case 0:
                        await Task.Run(static () => { });
                        Assert.True(a.Loop.IsCurrent);
                        break;
                    case 1:
                        await Task.Run(static () => { }).ConfigureAwait(false);
                        await Task.Yield();
                        break;
                    case 2:
                        await Task.WhenAll(Task.Run(static () => { }), Task.Run(static () => { }));
                        Assert.True(a.Loop.IsCurrent);
                        break;
                }

                a.Connection.SendBinary([number]);
            }),
            loops: 2);
        var clients = Enumerable.Range(0, Connections).Select(_ => server.Open()).ToArray();
        foreach (var client in clients) client.Send([.. Enumerable.Range(0, Messages).Select(static i => ClientFrames.Binary([(byte)i]))]);
        var answers = clients.Select(static _ => new List<int>()).ToArray();
        server.RunUntil(() =>
        {
            for (var i = 0; i < Connections; i++) answers[i].AddRange(clients[i].ReadFrames().Select(static f => (int)f.Payload[0]));
            return answers.All(static a => a.Count >= Messages);
        });
        Assert.All(answers, static a => Assert.Equal(Enumerable.Range(0, Messages), a));
    }

    [Fact]
    public void TwoActorsOnTwoLoops_ThatCompleteEachOthersTasks_EachGoOnOnTheirOwn()
    {
        TaskCompletionSource[] gates = [new(), new(), new(), new()];
        var loops = new List<EventLoop?>();
        using var server = new AsyncServer(loops: 2);
        MemoryClient[] clients = [server.Open(), server.Open()];
        Assert.NotSame(server.Actors[0].Loop, server.Actors[1].Loop);
        for (var me = 0; me < 2; me++)
        {
            var first = me;
            server.Actors[me].Hook = AsyncProbe.In("OnTextMessage", async _ =>
            {
                for (var turn = first; turn < gates.Length; turn += 2)
                {
                    await gates[turn].Task;
                    loops.Add(EventLoop.Current);
                    if (turn + 1 < gates.Length) gates[turn + 1].SetResult();
                }
            });
            clients[me].Send(ClientFrames.Text("go"));
        }

        server.Complete(gates[0]);
        var (one, two) = (server.Actors[0].Loop, server.Actors[1].Loop);
        Assert.Equal([one, two, one, two], loops);
    }

    [Fact]
    public void Send_OnTheContextFromAnotherThread_SaysWhatToDo()
    {
        SynchronizationContext? context = null;
        using var server = new AsyncServer(AsyncProbe.In("OnTextMessage", _ =>
        {
            context = SynchronizationContext.Current;
            return Task.CompletedTask;
        }));
        server.Open().Send(ClientFrames.Text("a"));
        var e = Assert.Throws<NotSupportedException>(() => context!.Send(static _ => { }, null));
        Assert.Contains("Post", e.Message, StringComparison.Ordinal);
    }

    private static async Task SetAndAwait(AsyncProbe actor, TaskCompletionSource gate, List<string?> leaked)
    {
        leaked.Add(Ambient.Value);
        Ambient.Value = System.Text.Encoding.UTF8.GetString(actor.Data.Span);
        await gate.Task;
        actor.Note("ambient " + Ambient.Value);
    }
}
