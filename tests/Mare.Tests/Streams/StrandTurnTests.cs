// SPDX-License-Identifier: MIT
using System.Collections.Concurrent;

namespace Mare.Tests.Streams;

/// <summary>The rule of turns where real threads of the pool run them.</summary>
public sealed class StrandTurnTests
{
    private const int Clients = 40;
    private const int Messages = 50;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Callbacks_ThatAwait_NeverOverlapNorNestAndComeInOrder()
    {
        var faults = new ConcurrentQueue<string>();
        await using var server = new StrandServer(async (actor, call, _) =>
        {
            var loop = actor.Loop;
            void Check(string where)
            {
                if (EventLoop.Current != loop) faults.Enqueue($"{call} is not on its loop {where}");
                if (!Thread.CurrentThread.IsThreadPoolThread) faults.Enqueue($"{call} is not on the pool {where}");
            }

            Check("at first");
            await Task.Yield();
            Check("after a yield");
            await Task.Run(static () => Thread.Yield(), Token);
            Check("after other work of the pool");
        });
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(async _ =>
        {
            var client = await server.OpenAsync();
            for (var i = 0; i < Messages; i++) await client.SendAsync(ClientFrames.Text($"{i}"));
            await CloseAsync(client);
        })).WaitAsync(StrandServer.Deadline, Token);
        await server.Server.StopAsync().WaitAsync(StrandServer.Deadline, Token);
        Assert.Empty(faults);
        string[] expected = [.. Enumerable.Range(0, Messages).Select(static i => $"OnTextMessage {i}")];
        Assert.All(server.Actors, a => Assert.Equal(expected, a.Calls.Where(static c =>
            c.StartsWith("OnText", StringComparison.Ordinal) && !c.EndsWith("ended", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task Post_FromManyThreadsWhileCallbacksArePending_RunsBetweenThem()
    {
        var posted = 0;
        await using var server = new StrandServer(async (_, _, _) => await Task.Yield());
        using var client = await server.OpenAsync();
        var actor = server.Actors[0];
        var posting = Enumerable.Range(0, 4).Select(_ => Task.Run(
            () =>
            {
                // Counted without an interlocked operation: only one runs at a time.
                for (var i = 0; i < 1000; i++) Assert.True(actor.Post(a => a.Run("posted", () => posted++)));
            },
            Token));
        for (var i = 0; i < Messages; i++) await client.SendAsync(ClientFrames.Text($"{i}"));
        await Task.WhenAll(posting).WaitAsync(StrandServer.Deadline, Token);
        await CloseAsync(client);
        await server.Server.StopAsync().WaitAsync(StrandServer.Deadline, Token);
        Assert.Equal((4000, 4000), (posted, actor.CountOf("posted")));
    }

    [Fact]
    public async Task Sends_FromManyThreads_AllArriveInEachThreadsOrder()
    {
        await using var server = new StrandServer(configure: static o => o.Connection.MaxQueuedBytes = int.MaxValue);
        using var client = await server.OpenAsync();
        var connection = server.Actors[0].Connection;
        var sending = Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(
            () =>
            {
                for (var i = 0; i < 500; i++) Assert.True(connection.SendBinary([(byte)thread, (byte)(i >> 8), (byte)i]).IsAccepted());
            },
            Token)));
        var next = new int[4];
        for (var i = 0; i < 2000; i++)
        {
            var payload = (await client.ReadFrameAsync()).Payload;
            Assert.Equal(next[payload[0]]++, (payload[1] << 8) | payload[2]);
        }

        await sending.WaitAsync(StrandServer.Deadline, Token);
        await CloseAsync(client);
    }

    [Fact]
    public async Task Actors_ThatCompleteEachOthersTasks_DoNotNest()
    {
        var gates = new ConcurrentDictionary<AsyncProbe, TaskCompletionSource>();
        await using var server = new StrandServer(AsyncProbe.In("OnTextMessage", async (actor, _) =>
        {
            // Ends what the other one waits for, then waits to be ended by it: were it resumed inside, callbacks would nest.
            var gate = gates[actor] = new TaskCompletionSource();
            foreach (var (other, itsGate) in gates)
            {
                if (other != actor) itsGate.TrySetResult();
            }

            await gate.Task.WaitAsync(StrandServer.Deadline, Token);
        }));
        StreamClient[] clients = [await server.OpenAsync(), await server.OpenAsync(), await server.OpenAsync()];
        for (var i = 0; i < 30; i++) await clients[i % 3].SendAsync(ClientFrames.Text($"{i}"));
        // The last ones to wait are ended from outside.
        while (server.Actors.Sum(static a => a.CountOf("OnTextMessage")) < 30)
        {
            foreach (var gate in gates.Values) gate.TrySetResult();
            await Task.Yield();
        }

        foreach (var gate in gates.Values) gate.TrySetResult();
        await Task.WhenAll(clients.Select(CloseAsync)).WaitAsync(StrandServer.Deadline, Token);
    }

    [Fact]
    public async Task Stop_WhileCallbacksArePending_CancelsThemAndTellsEachEndOnce()
    {
        var pending = new CountdownEvent(Clients);
        await using var server = new StrandServer(AsyncProbe.In("OnTextMessage", async (_, token) =>
        {
            pending.Signal();
            var cancelled = new TaskCompletionSource();
            await using var registration = token.Register(cancelled.SetResult);
            await cancelled.Task;
        }));
        var clients = await Task.WhenAll(Enumerable.Range(0, Clients).Select(async _ =>
        {
            var client = await server.OpenAsync();
            await client.SendAsync(ClientFrames.Text("wait"));
            return client;
        })).WaitAsync(StrandServer.Deadline, Token);
        Assert.True(pending.Wait(StrandServer.Deadline, Token), $"{pending.CurrentCount} callbacks have not begun");
        await server.Server.StopAsync(TimeSpan.FromMilliseconds(100)).WaitAsync(StrandServer.Deadline, Token);
        Assert.All(server.Actors, static a => Assert.Equal((1, 1), (a.CountOf("OnTextMessage wait ended"), a.CountOf("OnClosed"))));
        foreach (var client in clients) client.Dispose();
    }

    private static async Task CloseAsync(StreamClient client)
    {
        await client.SendAsync(ClientFrames.Close(1000));
        await client.ReadEndAsync();
        client.Dispose();
    }
}
