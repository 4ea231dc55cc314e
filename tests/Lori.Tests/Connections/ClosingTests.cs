// SPDX-License-Identifier: MIT
using Mare.Testing;

namespace Lori.Tests.Connections;

public sealed class ClosingTests
{
    private static readonly TcpConnectionOptions Lingering = new() { LingerTimeout = TimeSpan.FromSeconds(2), MaxLingerBytes = 10_000 };

    [Fact]
    public void Close_MuchAccepted_SendsItAllToAPeerThatReads()
    {
        using var server = new MemoryServer(
            connection: new TcpConnectionOptions { HighWaterMark = 4096, LowWaterMark = 1024 },
            network: InMemoryNetworkOptions.Hostile(3));
        var peer = server.Connect();
        peer.StopReading();
        server.OnLoop(static a =>
        {
            for (var i = 0; i < 100; i++) Assert.True(a.Connection.Send(new byte[5000]).IsAccepted());
            a.Connection.Close();
            Assert.Equal(SendStatus.Closed, a.Connection.Send([1]));
            Assert.False(a.Connection.IsOpen);
        });
        Assert.Equal(SendStatus.Closed, server.Actor.Connection.Send([1]));
        peer.ResumeReading();
        server.Loops.RunUntilIdle();
        Assert.Equal(500_000, peer.TotalReceived);
        Assert.True(peer.IsEndOfStream);
        peer.Close();
        server.Loops.RunUntilIdle();
        Assert.Equal(CloseCause.ClosedLocally, server.Actor.Cause);
        Assert.Equal(0, server.Actor.Unsent);
    }

    [Fact]
    public void Close_PeerNeverEnds_LingersForItsTimeAndNoLonger()
    {
        using var server = new MemoryServer(connection: Lingering);
        var peer = server.Connect();
        server.OnLoop(static a => a.Connection.Close());
        Assert.True(peer.IsEndOfStream);
        peer.Send(new byte[100]);
        server.Loops.Advance(TimeSpan.FromSeconds(1.9));
        Assert.Null(server.Actor.Cause);
        server.Loops.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(CloseCause.ClosedLocally, server.Actor.Cause);
        Assert.False(peer.WasReset);
        Assert.Empty(server.Actor.Received);
    }

    [Fact]
    public void Close_PeerTakesNothing_ResetsAfterTheLingerTime()
    {
        using var server = new MemoryServer(connection: Lingering);
        var peer = server.Connect();
        peer.StopReading();
        server.OnLoop(static a =>
        {
            a.Connection.Send(new byte[200_000]);
            a.Connection.Close();
        });
        server.Loops.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(CloseCause.LingerTimedOut, server.Actor.Cause);
        Assert.Equal(200_000 - 65_536, server.Actor.Unsent);
        Assert.True(peer.WasReset);
    }

    [Fact]
    public void Close_PeerTakesLittleByLittle_WaitsAsLongAsItProgresses()
    {
        using var server = new MemoryServer(connection: Lingering, network: new InMemoryNetworkOptions { Window = 10_000 });
        var peer = server.Connect();
        peer.StopReading();
        server.OnLoop(static a =>
        {
            a.Connection.Send(new byte[100_000]);
            a.Connection.Close();
        });
        for (var i = 0; i < 10; i++)
        {
            server.Loops.Advance(TimeSpan.FromSeconds(1.9));
            Assert.Null(server.Actor.Cause);
            peer.ResumeReading();
            peer.StopReading();
            server.Loops.RunUntilIdle();
        }

        peer.ResumeReading();
        Assert.Equal(100_000, peer.TotalReceived);
        Assert.True(peer.IsEndOfStream);
        peer.Close();
        server.Loops.RunUntilIdle();
        Assert.Equal(CloseCause.ClosedLocally, server.Actor.Cause);
    }

    [Fact]
    public void Close_PeerSendsWithoutEnd_IsBoundedInBytes()
    {
        using var server = new MemoryServer(connection: Lingering);
        var peer = server.Connect();
        server.OnLoop(static a => a.Connection.Close());
        peer.Send(new byte[10_000]);
        server.Loops.RunUntilIdle();
        Assert.Null(server.Actor.Cause);
        peer.Send([1]);
        server.Loops.RunUntilIdle();
        Assert.Equal(CloseCause.LingerTimedOut, server.Actor.Cause);
        Assert.Empty(server.Actor.Received);
    }

    [Fact]
    public void Close_WithUnreadInput_SendsTheLastBytesAndNoReset()
    {
        using var server = new MemoryServer(static a => a.WhenStarted = static a =>
        {
            a.Connection.PauseReading();
            a.Connection.Send("bye"u8);
            a.Connection.Close();
        });
        var peer = server.Connect();
        peer.Send(new byte[50_000]);
        server.Loops.RunUntilIdle();
        peer.ShutdownSend();
        server.Loops.RunUntilIdle();
        Assert.Equal("bye"u8.ToArray(), peer.ReceiveAll());
        Assert.False(peer.WasReset);
        Assert.Equal(CloseCause.ClosedLocally, server.Actor.Cause);
    }

    [Fact]
    public void Close_ResumedWithBytesParked_ReadsOnToThePeersEnd()
    {
        using var server = new MemoryServer(static a => a.WhenReceived = static (a, data) =>
        {
            a.Connection.PauseReading();
            a.Connection.Park(data);
        });
        var peer = server.Connect();
        peer.Send([1]);
        server.Loops.RunUntilIdle();
        server.OnLoop(static a =>
        {
            a.Connection.ResumeReading();
            a.Connection.Close();
        });
        Assert.True(peer.IsEndOfStream);
        peer.Close();
        server.Loops.RunUntilIdle();
        // At once, not when the linger time is over.
        Assert.Equal(CloseCause.ClosedLocally, server.Actor.Cause);
        Assert.Equal([1], server.Actor.Received);
    }

    [Fact]
    public void Close_AfterAHalfCloseOfBothSides_IsAtOnce()
    {
        using var server = new MemoryServer();
        var peer = server.Connect();
        server.OnLoop(static a => a.Connection.ShutdownSend());
        Assert.True(peer.IsEndOfStream);
        Assert.Equal(SendStatus.Closed, server.Actor.Connection.Send([1]));
        peer.Send([1, 2]);
        server.Loops.RunUntilIdle();
        Assert.Equal([1, 2], server.Actor.Received);
        peer.ShutdownSend();
        server.Loops.RunUntilIdle();
        Assert.Equal(["OnStarted", "OnReceived", "OnPeerClosed", "OnClosed"], server.Actor.Calls);
        Assert.Equal(CloseCause.ClosedByPeer, server.Actor.Cause);
    }

    [Fact]
    public void PeerClosed_NotFollowed_LeavesThisSideSending()
    {
        using var server = new MemoryServer(static a => a.WhenPeerClosed = static _ => { });
        var peer = server.Connect();
        peer.ShutdownSend();
        server.Loops.RunUntilIdle();
        server.OnLoop(static a => Assert.Equal(SendStatus.Accepted, a.Connection.Send([1, 2])));
        Assert.Equal([1, 2], peer.ReceiveAll());
        Assert.False(peer.IsEndOfStream);
        server.OnLoop(static a => a.Connection.Close());
        Assert.True(peer.IsEndOfStream);
        Assert.Equal(CloseCause.ClosedByPeer, server.Actor.Cause);
    }

    [Fact]
    public void PeerClosed_WithBytesUnderWay_ComesAfterThemAndNotAfterAClose()
    {
        using var server = new MemoryServer(static a => a.WhenReceived = static (a, _) => a.Connection.Close());
        var peer = server.Connect();
        peer.Send([1]);
        peer.ShutdownSend();
        server.Loops.RunUntilIdle();
        Assert.Equal(["OnStarted", "OnReceived", "OnClosed"], server.Actor.Calls);
        Assert.Equal(CloseCause.ClosedLocally, server.Actor.Cause);
    }

    [Fact]
    public void Abort_WithMuchUnsent_ResetsAtOnceAndCountsIt()
    {
        using var server = new MemoryServer();
        var peer = server.Connect();
        peer.StopReading();
        server.OnLoop(static a =>
        {
            a.Connection.Send(new byte[100_000]);
            a.Connection.Abort();
            Assert.DoesNotContain("OnClosed", a.Calls);
        });
        Assert.True(peer.WasReset);
        Assert.Equal(CloseCause.Aborted, server.Actor.Cause);
        Assert.Equal(100_000, server.Actor.Unsent + server.Actor.Connection.BytesSent);
        Assert.Equal(server.Actor.Unsent, server.Actor.Connection.UnsentBytes);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void CloseAndAbort_FromAnotherThread_CloseIt(bool abort)
    {
        using var server = new MemoryServer();
        var peer = server.Connect();
        server.Actor.Connection.Send([1]);
        if (abort) server.Actor.Connection.Abort();
        else server.Actor.Connection.Close();
        server.Loops.RunUntilIdle();
        Assert.Equal(abort, peer.WasReset);
        Assert.Equal(!abort, peer.IsEndOfStream);
        peer.Close();
        server.Loops.RunUntilIdle();
        Assert.Equal(abort ? CloseCause.Aborted : CloseCause.ClosedLocally, server.Actor.Cause);
    }

    [Fact]
    public void OnClosed_ASendOfAnotherThreadComesAtTheVeryEnd_IsTheLastCallback()
    {
        using var server = new MemoryServer(connection: new TcpConnectionOptions { HighWaterMark = 1024, LowWaterMark = 0 });
        server.Connect();
        var accepted = SendStatus.Closed;
        server.OnLoop(a => a.StartTimer(TimeSpan.FromSeconds(1), a =>
        {
            // After the posts of this turn have run, before its end.
            a.Connection.Abort();
            var other = new Thread(() => accepted = a.Connection.Send(new byte[50_000]));
            other.Start();
            other.Join();
        }));
        server.Loops.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(SendStatus.Accepted, accepted);
        Assert.Equal(["OnStarted", "OnClosed"], server.Actor.Calls);
        Assert.Equal(50_000, server.Actor.Unsent);
    }

    [Fact]
    public void AfterOnClosed_EveryCall_DoesNothing()
    {
        using var server = new MemoryServer(static a => a.WhenClosed = static a => Use(a.Connection));
        var peer = server.Connect();
        peer.Close();
        server.Loops.RunUntilIdle();
        server.Loop.Post(static a => Use(a.Connection), server.Actor);
        server.Loops.RunUntilIdle();
        Assert.Equal(0, server.Log.CountOf(4) + server.Log.CountOf(2));
        Assert.Equal("OnClosed", server.Actor.Calls[^1]);

        static void Use(TcpConnection connection)
        {
            Assert.Equal(SendStatus.Closed, connection.Send([1]));
            connection.PauseReading();
            connection.ResumeReading();
            connection.ShutdownSend();
            connection.Close();
            connection.Abort();
            Assert.Null(connection.LocalEndPoint);
        }
    }

    [Fact]
    public void End_OfTheLoopWithOpenConnections_DropsAndTellsThem()
    {
        var server = new MemoryServer();
        var peer = server.Connect();
        server.Dispose();
        Assert.Equal(CloseCause.Aborted, server.Actor.Cause);
        Assert.True(peer.WasReset);
        Assert.Throws<System.Net.Sockets.SocketException>(() => server.Network.Connect(peer.RemoteEndPoint));
    }
}
