// SPDX-License-Identifier: MIT
namespace Mare.Tests.Server;

/// <summary>A server that lets its connections go: 503 to who comes, close frames over a time, a report.</summary>
public sealed class DrainTests
{
    [Fact]
    public void Drain_WithPeersThatAnswer_EndsAtOnceAndReports()
    {
        using var server = new MemoryServer(loops: 3);
        var clients = Enumerable.Range(0, 10).Select(_ => server.Open()).ToArray();
        Assert.False(server.Server.IsDraining);
        var drain = server.Server.DrainAsync();
        Assert.True(server.Server.IsDraining);
        server.Run();
        foreach (var client in clients)
        {
            Assert.Equal((1001, ""), Close(client.ReadFrame()));
            Answer(client, 1001);
        }

        server.Loops.RunUntilDone(drain);
        Assert.Equal(new DrainReport(Clean: 10, Lost: 0, Dropped: 0), ReportOf(drain));
        Assert.Throws<System.Net.Sockets.SocketException>(() => { server.Connect(); });
        Assert.Equal((1, 1), (server.Log.CountOf(106), server.Log.CountOf(107)));
    }

    [Fact]
    public void Drain_WithPeersThatDoNot_DropsThemAtItsEndAndCountsEach()
    {
        using var server = new MemoryServer();
        var (silent, lost, clean) = (server.Open(), server.Open(), server.Open());
        var drain = server.Server.DrainAsync();
        server.Run();
        lost.Reset();
        Answer(clean, 1001);
        server.Advance(4.9);
        Assert.False(silent.Peer.WasReset);
        Assert.False(drain.IsCompleted);
        server.Advance(0.1);
        server.Loops.RunUntilDone(drain);
        Assert.True(silent.Peer.WasReset);
        Assert.Equal(new DrainReport(Clean: 1, Lost: 1, Dropped: 1), ReportOf(drain));
        Assert.All(server.Actors, static a => Assert.Equal(1, a.CountOf("OnClosed")));
    }

    [Fact]
    public void Drain_OverAPeriod_SpreadsTheCloseFrames()
    {
        using var server = Patient(loops: 2);
        var clients = Enumerable.Range(0, 60).Select(_ => server.Open()).ToArray();
        var drain = server.Server.DrainAsync(Over(seconds: 10));
        server.Run();
        Assert.Equal(0, Told(server));
        var most = 0;
        for (var second = 1; second <= 10; second++)
        {
            var before = Told(server);
            server.Advance(1);
            most = Math.Max(most, Told(server) - before);
            // A batch may be one step late on each loop.
            Assert.InRange(Told(server), (6 * second) - 4, 6 * second);
        }

        server.Advance(0.2);
        Assert.Equal(60, Told(server));
        Assert.InRange(most, 5, 10);
        foreach (var client in clients) Answer(client, 1012);
        server.Loops.RunUntilDone(drain);
        Assert.Equal(60, ReportOf(drain).Clean);
    }

    [Fact]
    public void Drain_OverAPeriod_LetsOthersTalkOn()
    {
        using var server = Patient(loops: 1);
        var clients = Enumerable.Range(0, 10).Select(_ => server.Open()).ToArray();
        var drain = server.Server.DrainAsync(Over(seconds: 10));
        server.Advance(5);
        var open = server.Actors.First(static a => a.Connection.IsOpen);
        clients[server.Actors.IndexOf(open)].Send(ClientFrames.Text("still here"));
        Assert.Equal("OnTextMessage still here", open.Calls[^1]);
        Assert.Equal((1012, "new version"), Close(clients.SelectMany(static c => c.ReadFrames()).First()));
        server.Advance(10);
        server.Loops.RunUntilDone(drain);
        Assert.Equal(10, ReportOf(drain).Dropped);
    }

    [Fact]
    public void Drain_InWhichOrder_GoesByTheSeed()
    {
        static List<int> Order(int seed)
        {
            using var server = new MemoryServer(configure: o => o.RandomSeed = seed);
            var clients = Enumerable.Range(0, 20).Select(_ => server.Open()).ToArray();
            var drain = server.Server.DrainAsync(Over(seconds: 10));
            var order = new List<int>();
            for (var i = 0; i < 120; i++)
            {
                server.Advance(0.1);
                order.AddRange(Enumerable.Range(0, 20).Where(n => !server.Actors[n].Connection.IsOpen && !order.Contains(n)));
            }

            foreach (var client in clients) Answer(client, 1012);
            server.Loops.RunUntilDone(drain);
            return order;
        }

        var first = Order(1);
        Assert.Equal(20, first.Count);
        Assert.Equal(first, Order(1));
        Assert.NotEqual(first, Order(2));
    }

    [Fact]
    public void Newcomer_WhileDraining_Gets503AndTheHealthCheckToo()
    {
        using var server = new MemoryServer(configure: static o => o.HttpHandler = static (r, _) => PlainResponse.Health(r));
        var client = server.Open();
        var check = server.Request(Requests.Get());
        Assert.Equal((200, "ok\n"), Brief(check.ReadPlain()));
        var drain = server.Server.DrainAsync();
        server.Run();
        check.Send(Requests.Get());
        Assert.Equal((503, "draining\n"), Brief(check.ReadPlain()));
        check.Leave();
        var late = server.Request(Requests.Get());
        var other = late.ReadPlain();
        late.Leave();
        Assert.Equal((503, "draining\n"), Brief(other));
        Assert.Equal("no-store", other["Cache-Control"]);
        var newcomer = server.Request(Requests.Upgrade());
        Upgrades.OpeningTests.AssertRefused(newcomer, 503);
        newcomer.Leave();
        Assert.Single(server.Actors);
        Answer(client, 1001);
        server.Loops.RunUntilDone(drain);
        Assert.Equal(new DrainReport(1, 0, 0), ReportOf(drain));
    }

    [Fact]
    public void Decision_PendingWhenTheDrainBegins_Is503()
    {
        var decision = new TaskCompletionSource<UpgradeDecision>();
        AsyncProbe? actor = null;
        using var server = new MemoryServer(factory: _ => actor = new AsyncProbe { Decide = async (_, _) => await decision.Task });
        var client = server.Request(Requests.Upgrade());
        var drain = server.Server.DrainAsync(new DrainOptions { Period = TimeSpan.FromSeconds(1) });
        decision.SetResult(true);
        server.Run();
        Assert.Equal(503, client.ReadAnswer().Status);
        client.Leave();
        server.Loops.RunUntilDone(drain);
        Assert.Equal(0, actor!.CountOf("OnOpen"));
        Assert.Equal(default, ReportOf(drain));
    }

    [Fact]
    public void Drain_OfAnEmptyServer_IsAStop()
    {
        using var server = new MemoryServer(loops: 2);
        var first = server.Server.DrainAsync(Over(seconds: 60));
        Assert.Same(first, server.Server.DrainAsync());
        server.Loops.RunUntilDone(first);
        Assert.Equal(default, ReportOf(first));
        server.Loops.RunUntilDone(server.Server.StopAsync());
    }

    [Fact]
    public void Stop_WhileDraining_CutsItShort()
    {
        using var server = new MemoryServer();
        var client = server.Open();
        var drain = server.Server.DrainAsync(Over(seconds: 60));
        server.Run();
        Assert.Empty(client.ReadFrames());
        var stop = server.Server.StopAsync();
        server.Run();
        Assert.Equal(1001, client.ReadFrame().CloseCode);
        Answer(client, 1001);
        server.Loops.RunUntilDone(stop);
        server.Loops.RunUntilDone(drain);
        Assert.Equal(new DrainReport(1, 0, 0), ReportOf(drain));
    }

    [Fact]
    public void Drain_OnceStopped_ReportsNothing()
    {
        using var server = new MemoryServer();
        server.Loops.RunUntilDone(server.Server.StopAsync());
        Assert.True(server.Server.IsDraining);
        var drain = server.Server.DrainAsync();
        server.Loops.RunUntilDone(drain);
        Assert.Equal(default, ReportOf(drain));
    }

    [Fact]
    public void Drain_WithACodeThatMayNotBeSent_ThrowsAndGoesOn()
    {
        using var server = new MemoryServer();
        var error = Assert.Throws<ArgumentException>(() => { _ = server.Server.DrainAsync(new DrainOptions { Code = (CloseCode)1006 }); });
        Assert.Contains("DrainOptions.Code", error.Message, StringComparison.Ordinal);
        server.Open().Send(ClientFrames.Text("still running"));
        Assert.Equal("OnTextMessage still running", server.Actor.Calls[^1]);
    }

    private static DrainReport ReportOf(Task<DrainReport> drain) => drain.Result;

    private static DrainOptions Over(int seconds) =>
        new() { Period = TimeSpan.FromSeconds(seconds), Code = CloseCode.ServiceRestart, Reason = "new version" };

    // Peers that take their time are not given up before the drain is over.
    private static MemoryServer Patient(int loops) => new(loops: loops, configure: static o => o.CloseTimeout = TimeSpan.FromSeconds(60));

    private static int Told(MemoryServer server) => server.Actors.Count(static a => !a.Connection.IsOpen);

    private static (int Code, string Reason) Close(ServerFrame frame) => (frame.CloseCode, frame.CloseReason);

    private static (int Status, string Body) Brief(HttpAnswer answer) => (answer.Status, answer.Body);

    private static void Answer(MemoryClient client, int code)
    {
        client.Send(ClientFrames.Close(code));
        client.Leave();
    }
}
