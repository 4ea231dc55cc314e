// SPDX-License-Identifier: MIT
using Lori;
using Mare.Cli.Bench;
using Mare.Cli.Bench.Loads;
using Mare.Cli.Tests.Client;

namespace Mare.Cli.Tests.Bench;

/// <summary>Loads that are no echo: connections that come and go, that are silent, and that listen to one.</summary>
public sealed class OtherLoadTests
{
    [Fact]
    public void Connect_UntilStopped_OpensClosesAndOpensAgain()
    {
        using var network = new LoadNetwork();
        var closed = new List<CloseStatus>();
        ConnectLoad? load = null;
        var port = network.Servers.Serve(_ =>
        {
            // In memory no time passes: the load would go on for ever.
            if (closed.Count >= 20) load!.Post(static l => l.Stop());
            return new ClosingActor(closed);
        });
        load = network.Start(
            LoadNetwork.Settings(port, BenchScenario.Connect) with { Connections = 3 }, (loop, s) => load = new ConnectLoad(loop, s));
        Assert.InRange(load.Count, 20, 30);
        Assert.Equal(load.Count, closed.Count);
        Assert.All(closed, static status => Assert.Equal(CloseStatus.Normal, status));
        Assert.Equal(load.Count, LoadNetwork.Milliseconds(load).Count());
        Assert.Empty(load.Errors);
    }

    [Fact]
    public void Connect_ToAServerThatRefuses_Fails()
    {
        using var network = new LoadNetwork();
        var port = network.Servers.Serve(static _ => null);
        var load = network.Start(LoadNetwork.Settings(port, BenchScenario.Connect) with { Connections = 3 }, static (loop, s) => new ConnectLoad(loop, s));
        Assert.Equal("The server refused the upgrade: 404 Not Found", LoadNetwork.FailureOf(load));
    }

    [Fact]
    public void Idle_Pinged_AnswersAndStays()
    {
        using var network = new LoadNetwork();
        var actors = new List<ServerActor>();
        var port = network.Servers.Serve(
            _ =>
            {
                actors.Add(new ServerActor { Greeting = "hello" });
                return actors[^1];
            });
        var load = network.Start(LoadNetwork.Settings(port, BenchScenario.Idle) with { Connections = 100 }, static (loop, s) => new IdleLoad(loop, s));
        foreach (var actor in actors) actor.Post(static me => me.Ask());
        network.Servers.Loops.RunUntilIdle();
        // Longer than the server waits for a pong.
        network.Advance(300);
        Assert.Equal((100, 0), (load.Count, load.Errors.Count));
        Assert.All(actors, static a => Assert.Contains("are you there", a.Pongs));
        Assert.All(actors, static a => Assert.Null(a.ClosedAs));
    }

    [Fact]
    public void Broadcast_ToAllOthers_CountsEachDelivery()
    {
        using var network = new LoadNetwork();
        var port = network.Servers.Serve(Room(sendsBack: false));
        var load = network.Start(Broadcast(port), static (loop, s) => new BroadcastLoad(loop, s));
        Assert.Equal(4 * 50, load.Count);
        Assert.True(load.Done.IsCompletedSuccessfully);
        Assert.False(load.Failed.IsCompleted);
    }

    [Fact]
    public void Broadcast_ToItsSenderToo_CountsTheOthers()
    {
        using var network = new LoadNetwork();
        var port = network.Servers.Serve(Room(sendsBack: true));
        var load = network.Start(Broadcast(port), static (loop, s) => new BroadcastLoad(loop, s));
        Assert.Equal(4 * 50, load.Count);
        Assert.False(load.Failed.IsCompleted);
    }

    [Fact]
    public void Broadcast_WhoseListenerIsLost_GoesOnWithTheOthers()
    {
        using var network = new LoadNetwork();
        var members = new List<MemberActor>();
        var port = network.Servers.Serve(Room(sendsBack: false, members));
        var load = network.Start(Broadcast(port) with { Rate = 10, Messages = 30 }, static (loop, s) => new BroadcastLoad(loop, s));
        network.Advance(0.95);
        Assert.Equal(4 * 10, load.Count);
        members[2].Post(static me => me.Leave());
        network.Advance(3);
        Assert.Equal((4 * 10) + (3 * 20), load.Count);
        Assert.Single(load.Errors);
        Assert.True(load.Done.IsCompletedSuccessfully);
    }

    [Fact]
    public void Broadcast_WithAMessageMissing_FailsTheRun()
    {
        using var network = new LoadNetwork();
        var port = network.Servers.Serve(Room(sendsBack: false, dropped: 7));
        var load = network.Start(Broadcast(port), static (loop, s) => new BroadcastLoad(loop, s));
        Assert.Matches("^What came on connection [0-9] is not message 7 of connection 0: byte 0 is 0x08 instead of 0x07$", LoadNetwork.FailureOf(load));
    }

    private static BenchSettings Broadcast(int port) =>
        LoadNetwork.Settings(port, BenchScenario.Broadcast) with { Connections = 5, InFlight = 3, Messages = 50 };

    /// <summary>Makes a server whose connections, all on one loop, hear what any of them says.</summary>
    private static Func<UpgradeRequest, WebSocketActor> Room(bool sendsBack, List<MemberActor>? members = null, int dropped = -1)
    {
        members ??= [];
        return _ => new MemberActor(members, sendsBack, dropped);
    }

    private sealed class ClosingActor(List<CloseStatus> closed) : WebSocketServerActor
    {
        protected override void OnClosed(CloseStatus status, string reason) => closed.Add(status);
    }

    private sealed class MemberActor(List<MemberActor> members, bool sendsBack, int dropped) : WebSocketServerActor
    {
        private int _count;

        public void Leave() => Connection.Close(CloseCode.GoingAway);

        protected override void OnOpen() => members.Add(this);

        protected override void OnBinaryMessage(ReadOnlySpan<byte> data)
        {
            if (_count++ == dropped) return;
            foreach (var member in members)
            {
                if (sendsBack || member != this) member.Connection.SendBinary(data);
            }
        }

        protected override void OnClosed(CloseStatus status, string reason) => members.Remove(this);
    }
}
