// SPDX-License-Identifier: MIT
using Mare.Testing;

namespace Lori.Tests.Connections;

public sealed class ReceivingTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Echo_OnAnyNetwork_ReturnsEveryByteInOrder(bool hostile)
    {
        var sent = Bytes(100_000);
        using var server = new MemoryServer(
            static a => a.WhenReceived = static (a, data) => Assert.True(a.Connection.Send(data).IsAccepted()),
            network: hostile ? InMemoryNetworkOptions.Hostile(7) : null);
        var peer = server.Connect();
        peer.Send(sent);
        server.Loops.RunUntilIdle();
        Assert.Equal(sent, peer.ReceiveAll());
        Assert.Equal(sent, server.Actor.Received);
        Assert.Equal((sent.Length, sent.Length), (server.Actor.Connection.BytesReceived, server.Actor.Connection.BytesSent));
        peer.ShutdownSend();
        server.Loops.RunUntilIdle();
        Assert.True(peer.IsEndOfStream);
        Assert.False(peer.WasReset);
        Assert.Equal(["OnStarted", "OnReceived", "OnPeerClosed", "OnClosed"], server.Actor.Calls.Where(static c => !c.EndsWith("hrottled", StringComparison.Ordinal)));
        Assert.Equal(CloseCause.ClosedByPeer, server.Actor.Cause);
        server.Loops.ThrowIfAnythingIsHeld();
    }

    [Fact]
    public void PauseReading_BytesCome_WaitInTheNetworkUntilResumed()
    {
        using var server = new MemoryServer(static a => a.WhenStarted = static a => a.Connection.PauseReading());
        var peer = server.Connect();
        peer.Send([1, 2, 3]);
        peer.ShutdownSend();
        server.Loops.RunUntilIdle();
        Assert.True(server.Actor.Connection.IsReadingPaused);
        Assert.Equal(["OnStarted"], server.Actor.Calls);
        Assert.Equal(3, peer.Undelivered);
        server.OnLoop(static a => a.Connection.ResumeReading());
        Assert.Equal([1, 2, 3], server.Actor.Received);
        Assert.Equal(["OnStarted", "OnReceived", "OnPeerClosed", "OnClosed"], server.Actor.Calls);
    }

    [Fact]
    public void PauseReading_InEveryCallbackOfALateNetwork_KeepsOrderAndTheEnd()
    {
        for (var seed = 0; seed < 30; seed++)
        {
            using var server = new MemoryServer(
                static a =>
                {
                    a.WhenReceived = static (a, _) =>
                    {
                        a.Connection.PauseReading();
                        a.StartTimer(TimeSpan.FromMilliseconds(1), static a => a.Connection.ResumeReading());
                    };
                    a.WhenPeerClosed = static a => a.Connection.Close();
                },
                network: InMemoryNetworkOptions.Hostile(seed));
            var peer = server.Connect();
            var sent = Bytes(2000);
            peer.Send(sent);
            peer.ShutdownSend();
            for (var i = 0; i < 1000 && server.Actor.Cause is null; i++) server.Loops.Advance(TimeSpan.FromMilliseconds(1));
            Assert.Equal(sent, server.Actor.Received);
            Assert.Equal(CloseCause.ClosedByPeer, server.Actor.Cause);
            Assert.Equal(1, server.Actor.Calls.Count(static c => c == "OnPeerClosed"));
        }
    }

    [Fact]
    public void Park_PartOfWhatCame_ComesFirstWhenResumed()
    {
        var parkedOnce = false;
        using var server = new MemoryServer(a => a.WhenReceived = (a, data) =>
        {
            if (parkedOnce) return;
            parkedOnce = true;
            a.Connection.PauseReading();
            a.Connection.Park(data.AsSpan(1));
        });
        var peer = server.Connect();
        peer.Send([1, 2, 3]);
        server.Loops.RunUntilIdle();
        peer.Send([4, 5]);
        server.Loops.RunUntilIdle();
        Assert.Equal(1, server.Loops.Usage[0].RentedBuffers);
        server.OnLoop(static a => a.Connection.ResumeReading());
        Assert.Equal([1, 2, 3, 2, 3, 4, 5], server.Actor.Received);
        Assert.Equal(0, server.Loops.Usage[0].RentedBuffers);
    }

    [Fact]
    public void End_BetweenResumingAndParkedBytes_IsToldAllTheSame()
    {
        // The end may come in the very turn in which another connection's callback resumed this one.
        for (var seed = 0; seed < 40; seed++)
        {
            using var server = new MemoryServer(network: new InMemoryNetworkOptions { Seed = seed, DeliversAfterStop = true });
            var first = server.Connect();
            var parking = server.Actor;
            parking.WhenReceived = static (a, data) =>
            {
                if (data.Length != 3) return;
                a.Connection.PauseReading();
                a.Connection.Park(data.AsSpan(1));
            };
            var second = server.Connect();
            server.Actor.WhenReceived = (_, _) => parking.Connection.ResumeReading();
            first.Send([1, 2, 3]);
            server.Loops.RunUntilIdle();
            second.Send([1]);
            first.ShutdownSend();
            server.Loops.RunUntilIdle();
            Assert.Equal([1, 2, 3, 2, 3], parking.Received);
            Assert.Equal(CloseCause.ClosedByPeer, parking.Cause);
            Assert.Contains("OnPeerClosed", parking.Calls);
        }
    }

    [Fact]
    public void Flood_OnOneConnection_LetsASmallOneThroughInTheSameTurn()
    {
        using var server = new MemoryServer(loop: new EventLoopOptions { ReceiveBufferSize = 4096, MaxReadsPerTurn = 4 });
        var flooding = server.Connect();
        var flooded = server.Actor;
        var small = server.Connect();
        flooding.Send(Bytes(1_000_000));
        small.Send([1]);
        server.Loops.RunTurn();
        Assert.Equal(4 * 4096, flooded.Received.Length);
        Assert.Equal([1], server.Actor.Received);
        server.Loops.RunUntilIdle();
        Assert.Equal(1_000_000, flooded.Received.Length);
    }

    [Fact]
    public void Reset_ByThePeer_ClosesAsBroken()
    {
        using var server = new MemoryServer();
        var peer = server.Connect();
        peer.Reset();
        server.Loops.RunUntilIdle();
        Assert.Equal(["OnStarted", "OnClosed"], server.Actor.Calls);
        Assert.Equal(CloseCause.Broken, server.Actor.Cause);
    }

    [Fact]
    public void Reset_ByThePeerWhilePaused_ClosesAsBroken()
    {
        using var server = new MemoryServer(static a => a.WhenStarted = static a => a.Connection.PauseReading());
        var peer = server.Connect();
        peer.Send([1, 2, 3]);
        server.Loops.RunUntilIdle();
        peer.Reset();
        server.Loops.RunUntilIdle();
        Assert.Equal(["OnStarted", "OnClosed"], server.Actor.Calls);
        Assert.Equal(CloseCause.Broken, server.Actor.Cause);
    }

    [Fact]
    public void IdleTimeout_NothingComesOrGoes_ComesAtItsTimeAndAgain()
    {
        var idle = 0;
        using var server = new MemoryServer(
            a => a.WhenIdle = _ => idle++,
            new TcpConnectionOptions { IdleTimeout = TimeSpan.FromSeconds(10) });
        var peer = server.Connect();
        server.Loops.Advance(TimeSpan.FromSeconds(9));
        peer.Send([1]);
        server.Loops.RunUntilIdle();
        server.Loops.Advance(TimeSpan.FromSeconds(9));
        server.OnLoop(static a => a.Connection.Send([2]));
        server.Loops.Advance(TimeSpan.FromSeconds(9.9));
        Assert.Equal(0, idle);
        server.Loops.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(1, idle);
        server.Loops.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(2, idle);
    }

    [Fact]
    public void IdleTimeout_SetOnTheConnection_CountsFromThen()
    {
        var idle = 0;
        using var server = new MemoryServer(a => a.WhenIdle = _ => idle++);
        server.Connect();
        server.Loops.Advance(TimeSpan.FromDays(1));
        server.OnLoop(static a => a.Connection.IdleTimeout = TimeSpan.FromSeconds(5));
        server.Loops.Advance(TimeSpan.FromSeconds(4.9));
        Assert.Equal(0, idle);
        server.Loops.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(1, idle);
        server.OnLoop(static a => a.Connection.IdleTimeout = TimeSpan.FromSeconds(60));
        server.Loops.Advance(TimeSpan.FromSeconds(59.9));
        Assert.Equal(1, idle);
        server.Loops.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(2, idle);
        server.OnLoop(static a => a.Connection.IdleTimeout = Timeout.InfiniteTimeSpan);
        server.Loops.Advance(TimeSpan.FromDays(1));
        Assert.Equal(2, idle);
        server.OnLoop(static a => Assert.Throws<ArgumentOutOfRangeException>(() => a.Connection.IdleTimeout = TimeSpan.Zero));
        Assert.Throws<InvalidOperationException>(() => server.Actor.Connection.IdleTimeout = TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void IdleTimeout_NotOverridden_Closes()
    {
        using var server = new MemoryServer(connection: new TcpConnectionOptions { IdleTimeout = TimeSpan.FromSeconds(10) });
        var peer = server.Connect();
        server.Loops.Advance(TimeSpan.FromSeconds(10));
        Assert.True(peer.IsEndOfStream);
        peer.Close();
        server.Loops.RunUntilIdle();
        Assert.Equal(CloseCause.ClosedLocally, server.Actor.Cause);
    }

    [Fact]
    public void Connections_TwoThousandOpenedAndReset_LeaveNothing()
    {
        using var server = new MemoryServer(loops: 3, network: InMemoryNetworkOptions.Hostile(5));
        var endPoint = server.Connect().RemoteEndPoint;
        var peers = Enumerable.Range(0, 2000).Select(_ => server.Network.Connect(endPoint)).ToList();
        for (var i = 0; i < peers.Count; i++)
        {
            peers[i].Send(Bytes(10));
            // At different depths of being accepted, attached and read.
            if (i % 50 == 0) server.Loops.RunTurn();
            peers[i].Reset();
        }

        server.Loops.RunUntilIdle();
        Assert.Equal(2001, server.Actors.Count);
        Assert.Equal(1, server.Loops.Usage.Sum(static u => u.Connections));
        Assert.All(server.Actors[1..], static a => Assert.Equal(CloseCause.Broken, a.Cause));
    }

    private static byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }
}
