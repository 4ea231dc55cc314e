// SPDX-License-Identifier: MIT
namespace Mare.Tests.Server;

/// <summary>The end of a server: 1001 to all, and what was accepted goes out; whoever does not answer is dropped.</summary>
public sealed class StopTests
{
    [Fact]
    public void Stop_WithPeersThatAnswer_EndsAtOnce()
    {
        using var server = new MemoryServer(loops: 3);
        var clients = Enumerable.Range(0, 10).Select(_ => server.Open()).ToArray();
        Assert.Equal(10, server.Server.ConnectionCount);
        foreach (var actor in server.Actors) actor.Connection.SendText("last words");
        var stop = server.Server.StopAsync();
        server.Run();
        foreach (var client in clients)
        {
            var frames = client.ReadFrames();
            Assert.Equal((2, "last words", 1001), (frames.Count, frames[0].Text, frames[1].CloseCode));
            Assert.False(stop.IsCompleted);
            client.Send(ClientFrames.Close(1001));
            client.Leave();
        }

        server.Loops.RunUntilDone(stop);
        Assert.Equal(0, server.Server.ConnectionCount);
        Assert.All(server.Actors, static a => Assert.Equal((CloseStatus.GoingAway, true), (a.Status, a.ClosedCleanly)));
    }

    [Fact]
    public void Stop_WithPeersThatNeverAnswer_DropsThemAtTheDeadline()
    {
        using var server = new MemoryServer();
        var client = server.Open();
        var stop = server.Server.StopAsync();
        server.Advance(4.9);
        Assert.False(stop.IsCompleted);
        Assert.Equal(0, server.Actor.CountOf("OnClosed"));
        server.Advance(0.1);
        server.Loops.RunUntilDone(stop);
        Assert.True(client.Peer.WasReset);
        Assert.Equal((CloseStatus.GoingAway, false), (server.Actor.Status, server.Actor.ClosedCleanly));
        Assert.Equal(1, server.Log.CountOf(103));
    }

    [Fact]
    public async Task Stop_WhileACallbackHoldsAnEventLoop_EndsAllTheSame()
    {
        using var release = new ManualResetEventSlim();
        using var log = new RecordingLog();
        var options = new WebSocketServerOptions { Host = "127.0.0.1", Port = 0, Loops = 1, LoggerFactory = log };
        var server = await WebSocketServer.StartAsync(options, static _ => new ProbeActor(), TestContext.Current.CancellationToken);
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        server.EventLoops.Loops[0].Post(
            static s =>
            {
                s.held.SetResult();
                s.release.Wait();
            },
            (held, release));
        await held.Task;
        await server.StopAsync(TimeSpan.Zero).WaitAsync(Sockets.SocketServer.Deadline, TestContext.Current.CancellationToken);
        // For the listener, and for the loops.
        Assert.Equal(2, log.CountOf(117));
        release.Set();
        server.EventLoops.Dispose();
    }

    [Fact]
    public void Stop_WithADeadlineOfItsOwn_KeepsIt()
    {
        using var server = new MemoryServer();
        server.Open();
        var stop = server.Server.StopAsync(TimeSpan.FromSeconds(1));
        server.Advance(1);
        server.Loops.RunUntilDone(stop);
        Assert.Equal(1, server.Actor.CountOf("OnClosed"));
    }

    [Theory]
    [InlineData(-2)]
    [InlineData(25L * 24 * 3600)]
    public void Stop_WithADeadlineOutOfRange_Throws(long seconds)
    {
        using var server = new MemoryServer();
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = server.Server.StopAsync(TimeSpan.FromSeconds(seconds)); });
        server.Open().Send(ClientFrames.Text("still running"));
        Assert.Equal("OnTextMessage still running", server.Actor.Calls[^1]);
    }

    [Fact]
    public void Stop_WithConnectionsInHandshake_Answers503AndMakesNoActor()
    {
        using var server = new MemoryServer();
        var client = server.Connect();
        client.Send(Requests.Upgrade()[..20]);
        var stop = server.Server.StopAsync();
        server.Run();
        Upgrades.OpeningTests.AssertRefused(client, 503);
        client.Leave();
        server.Loops.RunUntilDone(stop);
        Assert.Empty(server.Actors);
    }

    [Fact]
    public void Stop_WhileConnectionsArrive_RefusesThem()
    {
        using var server = new MemoryServer(loops: 2);
        var endPoint = server.Server.EndPoints[0].Address;
        var before = Enumerable.Range(0, 10).Select(_ => server.Network.Connect(endPoint)).ToArray();
        foreach (var peer in before) peer.Send(Requests.Upgrade());
        var stop = server.Server.StopAsync();
        var after = Enumerable.Range(0, 10).Select(_ => server.Network.Connect(endPoint)).ToArray();
        server.Loops.RunUntilDone(stop);
        Assert.All(before.Concat(after), static p => Assert.True(p.WasReset || p.IsEndOfStream));
        Assert.Throws<System.Net.Sockets.SocketException>(() => server.Network.Connect(endPoint));
        Assert.Empty(server.Actors);
    }

    [Fact]
    public void Stop_Twice_IsOneStop()
    {
        using var server = new MemoryServer();
        var first = server.Server.StopAsync();
        var second = server.Server.StopAsync();
        Assert.Same(first, second);
        server.Loops.RunUntilDone(first);
        server.Loops.RunUntilDone(server.Server.DisposeAsync().AsTask());
        Assert.Equal(1, server.Log.CountOf(102));
        Assert.Equal(1, server.Log.CountOf(104));
    }

    [Fact]
    public void Stop_OnceDone_HasGivenTheAddressBack()
    {
        using var server = new MemoryServer(loops: 2);
        var port = server.Server.EndPoints[0].Port;
        server.Loops.RunUntilDone(server.Server.StopAsync());
        server.Loops.RunUntilDone(server.StartAnother(port).StopAsync());
    }

    [Fact]
    public void Stop_FromACallback_ClosesThatConnectionToo()
    {
        MemoryServer? server = null;
        Task? stop = null;
        using (server = new MemoryServer(a => a.Hook = (_, name) =>
        {
            if (name == "OnTextMessage") stop = server!.Server.StopAsync();
        }))
        {
            var client = server.Open();
            client.Send(ClientFrames.Text("stop"));
            Assert.Equal(1001, client.ReadFrame().CloseCode);
            client.Leave();
            server.Loops.RunUntilDone(stop!);
        }
    }

    [Fact]
    public void Stop_OfOneOfTwoServersOnTheSameLoops_LeavesTheOther()
    {
        using var server = new MemoryServer();
        var client = server.Open();
        server.Loops.RunUntilDone(server.StartAnother(port: 0).StopAsync());
        client.Send(ClientFrames.Text("mine goes on"));
        Assert.Equal("OnTextMessage mine goes on", server.Actor.Calls[^1]);
    }

    [Fact]
    public void WaitForShutdown_Cancelled_StopsGracefully()
    {
        using var server = new MemoryServer();
        using var cancellation = new CancellationTokenSource();
        var client = server.Open();
        var wait = server.Server.WaitForShutdownAsync(cancellation.Token);
        server.Run();
        Assert.False(wait.IsCompleted);
        cancellation.Cancel();
        var closed = WaitForCloseFrame(server, client);
        Assert.Equal(1001, closed.CloseCode);
        client.Send(ClientFrames.Close(1001));
        client.Leave();
        server.Loops.RunUntilDone(wait);
    }

    [Fact]
    public void WaitForShutdown_StoppedBySomeoneElse_Ends()
    {
        using var server = new MemoryServer();
        var wait = server.Server.WaitForShutdownAsync(TestContext.Current.CancellationToken);
        server.Loops.RunUntilDone(server.Server.StopAsync());
        server.Loops.RunUntilDone(wait);
    }

    private static ServerFrame WaitForCloseFrame(MemoryServer server, MemoryClient client)
    {
        // The stop goes on on the thread pool: its turn may still be to come.
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                server.Run();
                return !server.Actor.Connection.IsOpen;
            },
            TimeSpan.FromSeconds(30)));
        return client.ReadFrame();
    }
}
