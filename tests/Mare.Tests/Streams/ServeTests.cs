// SPDX-License-Identifier: MIT
using System.Net;
using Mare.Tests.Connections;
using Mare.Tests.Sockets;
using Microsoft.Extensions.Time.Testing;

namespace Mare.Tests.Streams;

/// <summary>Connections that are laid over streams and pipes: served, counted and stopped as those that were accepted.</summary>
public sealed class ServeTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Serve_APipe_EndsWithTheConnectionAndItsActor()
    {
        await using var server = new StrandServer();
        var (client, served) = server.Connect();
        await client.SendAsync(Requests.Upgrade());
        Assert.Equal(101, (await client.ReadAnswerAsync()).Status);
        Assert.False(served.IsCompleted);
        Assert.Equal(1, server.Server.ConnectionCount);
        await client.SendAsync(ClientFrames.Close(1000));
        Assert.Equal(1000, (await client.ReadFrameAsync()).CloseCode);
        await client.ReadEndAsync();
        client.Dispose();
        await served.WaitAsync(StrandServer.Deadline, Token);
        Assert.Equal("Dispose", server.Actors[0].Calls[^1]);
        Assert.Equal(0, server.Server.ConnectionCount);
        Assert.Empty(server.Server.EndPoints);
    }

    [Fact]
    public async Task Serve_AStreamThatCannotHalfClose_IsDisposedOfRightBehindTheCloseFrame()
    {
        // It must not wait for the peer's end: the peer waits for ours, which is the disposal.
        await using var server = new StrandServer(configure: static o => o.Connection.LingerTimeout = TimeSpan.FromDays(1));
        var (ours, theirs) = PipeStream.CreatePair();
        using var client = new StreamClient(theirs);
        var served = server.Server.ServeAsync(ours);
        await client.SendAsync(Requests.Upgrade());
        Assert.Equal(101, (await client.ReadAnswerAsync()).Status);
        await client.SendAsync(ClientFrames.Close(1000));
        Assert.Equal(1000, (await client.ReadFrameAsync()).CloseCode);
        await client.ReadEndAsync();
        await served.WaitAsync(StrandServer.Deadline, Token);
        Assert.True(ours.IsDisposed);
    }

    [Fact]
    public async Task Serve_EndPointsGiven_AreTheRequests()
    {
        UpgradeRequest? request = null;
        await using var server = WebSocketServer.Create(new WebSocketServerOptions(), r =>
        {
            request = r;
            return null;
        });
        var (remote, local) = (new IPEndPoint(IPAddress.Parse("192.0.2.7"), 7), new DnsEndPoint("example.com", 443));
        var (ours, theirs) = PipeStream.CreatePair();
        using var client = new StreamClient(theirs);
        var served = server.ServeAsync(ours, remote, local);
        await client.SendAsync(Requests.Upgrade());
        Assert.Equal(404, (await client.ReadAnswerAsync()).Status);
        await served.WaitAsync(StrandServer.Deadline, Token);
        Assert.Equal<EndPoint?>([remote, local], [request!.RemoteEndPoint, request.LocalEndPoint]);
    }

    [Fact]
    public async Task Serve_ARequestThatIsRefused_EndsToo()
    {
        await using var server = new StrandServer();
        var (client, served) = server.Connect();
        await client.SendAsync(Requests.Upgrade("/missing"));
        Assert.Equal(404, (await client.ReadAnswerAsync()).Status);
        await client.ReadEndAsync();
        client.Dispose();
        await served.WaitAsync(StrandServer.Deadline, Token);
    }

    [Fact]
    public async Task Serve_AClientThatSendsNothing_TimesOutOnTheLoopsClock()
    {
        var clock = new FakeTimeProvider();
        await using var server = new StrandServer(clock: clock);
        var (client, served) = server.Connect();
        // Half a request; by its answer to nothing else is to be seen that the clock of the handshake runs.
        await client.SendAsync(Requests.Upgrade().AsMemory(0, 20));
        while (server.Server.EventLoops.Loops.Sum(static l => l.ConnectionCount) == 0) await Task.Yield();
        foreach (var loop in server.Server.EventLoops.Loops) await SocketServer.HeldAsync(loop);
        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(408, (await client.ReadAnswerAsync()).Status);
        client.Dispose();
        await served.WaitAsync(StrandServer.Deadline, Token);
    }

    [Fact]
    public async Task Serve_AfterTheStop_ThrowsAndEndsTheStream()
    {
        await using var server = new StrandServer();
        await server.Server.StopAsync();
        var (ours, theirs) = PipeStream.CreatePair();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => server.Server.ServeAsync(ours));
        Assert.True(ours.IsDisposed);
        Assert.Equal(0, await theirs.ReadAsync(new byte[1], Token));
    }

    [Fact]
    public async Task Stop_StreamsOpen_ClosesThemWith1001()
    {
        await using var server = new StrandServer();
        StreamClient[] clients = [await server.OpenAsync(), await server.OpenAsync(), await server.OpenAsync()];
        var stop = server.Server.StopAsync();
        foreach (var client in clients)
        {
            Assert.Equal(1001, (await client.ReadFrameAsync()).CloseCode);
            await client.SendAsync(ClientFrames.Close(1001));
            await client.ReadEndAsync();
            client.Dispose();
        }

        await stop.WaitAsync(StrandServer.Deadline, Token);
        Assert.All(server.Actors, static a => Assert.Equal(1, a.CountOf("OnClosed 1001")));
    }

    [Fact]
    public async Task Stop_PeerDoesNotAnswer_DropsItAtTheDeadline()
    {
        var clock = new FakeTimeProvider();
        await using var server = new StrandServer(clock: clock);
        using var client = await server.OpenAsync();
        var stop = server.Server.StopAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(1001, (await client.ReadFrameAsync()).CloseCode);
        clock.Advance(TimeSpan.FromSeconds(1));
        await stop.WaitAsync(StrandServer.Deadline, Token);
        await Assert.ThrowsAsync<IOException>(client.ReadEndAsync);
    }

    [Fact]
    public async Task Stop_OwnLoops_EndsThemWithoutAConnection()
    {
        var server = WebSocketServer.Create(new WebSocketServerOptions(), static _ => null);
        await server.StopAsync().WaitAsync(StrandServer.Deadline, Token);
        Assert.All(server.EventLoops.Loops, static l => Assert.False(l.Post(static _ => { }, 0)));
    }

    [Fact]
    public async Task Serve_OnAServerThatListens_IsOneOfItsConnections()
    {
        await using var server = await SocketServer.StartAsync(BackendKind.Auto, static a => a.Hook = MessageTests.Echo);
        using var accepted = await server.OpenAsync();
        var (ours, theirs) = PipeStream.CreatePair();
        using var client = new StreamClient(theirs);
        var served = server.Server.ServeAsync(ours);
        await client.SendAsync(Requests.Upgrade());
        Assert.Equal(101, (await client.ReadAnswerAsync()).Status);
        Assert.Equal(2, server.Server.ConnectionCount);
        await client.SendAsync(ClientFrames.Binary([1, 2, 3]));
        Assert.Equal([1, 2, 3], (await client.ReadFrameAsync()).Payload);
        var stop = server.Server.StopAsync();
        foreach (var one in new[] { accepted, client })
        {
            Assert.Equal(1001, (await one.ReadFrameAsync()).CloseCode);
            await one.SendAsync(ClientFrames.Close(1001));
            await one.ReadEndAsync();
        }

        await Task.WhenAll(stop, served).WaitAsync(StrandServer.Deadline, Token);
    }

    [Fact]
    public async Task Start_OnTheThreadPool_SaysThatItListensNowhere()
    {
        using var loops = EventLoopGroup.OnThreadPool(1);
        var e = await Assert.ThrowsAsync<NotSupportedException>(
            () => WebSocketServer.StartAsync(new WebSocketServerOptions { EventLoops = loops, Port = 0 }, static _ => null, Token));
        Assert.Contains("listen nowhere", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_OutOfRange_AreNamedByCreate()
    {
        var e = Assert.Throws<ArgumentOutOfRangeException>(
            static () => WebSocketServer.Create(new WebSocketServerOptions { MaxFragments = 0 }, static _ => null));
        Assert.Contains(nameof(WebSocketServerOptions.MaxFragments), e.Message, StringComparison.Ordinal);
    }
}
