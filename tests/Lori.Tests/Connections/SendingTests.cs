// SPDX-License-Identifier: MIT
using Mare.Testing;

namespace Lori.Tests.Connections;

public sealed class SendingTests
{
    private static readonly TcpConnectionOptions Small = new() { HighWaterMark = 4096, LowWaterMark = 1024, MaxQueuedBytes = 16 * 1024 };

    private static readonly InMemoryNetworkOptions NarrowWindow = new() { Window = 1000 };

    [Fact]
    public void Send_SeveralInOneTurn_GoOutInOrder()
    {
        using var server = new MemoryServer();
        var peer = server.Connect();
        server.OnLoop(static a =>
        {
            for (byte i = 0; i < 10; i++) Assert.Equal(SendStatus.Accepted, a.Connection.Send([i, i]));
            Assert.Equal(20, a.Connection.UnsentBytes);
        });
        Assert.Equal(Enumerable.Range(0, 20).Select(static i => (byte)(i / 2)), peer.ReceiveAll());
        Assert.Equal(0, server.Actor.Connection.UnsentBytes);
        server.Loops.RunUntilIdle();
        Assert.Equal((0, 0), (server.Loops.Usage[0].RentedBlocks, server.Loops.Usage[0].RentedBuffers));
    }

    [Fact]
    public void Send_PeerStopsReading_ThrottlesThenFillsTheQueueThenRefuses()
    {
        using var server = new MemoryServer(connection: Small, network: NarrowWindow);
        var peer = server.Connect();
        peer.StopReading();
        var statuses = new List<SendStatus>();
        var accepted = new List<byte>();
        server.OnLoop(a =>
        {
            for (byte i = 0; i < 60; i++)
            {
                var message = Enumerable.Repeat(i, 500).ToArray();
                statuses.Add(a.Connection.Send(message));
                if (statuses[^1].IsAccepted()) accepted.AddRange(message);
            }

            // Told only after this callback has returned.
            Assert.DoesNotContain("OnThrottled", a.Calls);
        });
        Assert.Equal(["OnStarted", "OnThrottled"], server.Actor.Calls);
        Assert.True(server.Actor.Connection.IsThrottled);
        var changes = statuses.Where((s, i) => i == 0 || statuses[i - 1] != s);
        Assert.Equal([SendStatus.Accepted, SendStatus.AcceptedThrottled, SendStatus.QueueFull], changes);
        // The high mark on the wire, the queue's limit, and what the window took.
        Assert.InRange(accepted.Count, 4096 + 16_000 - 500, 1000 + 4096 + 500 + 16_384);
        peer.ResumeReading();
        server.Loops.RunUntilIdle();
        Assert.Equal(accepted, peer.ReceiveAll());
        Assert.Equal(["OnStarted", "OnThrottled", "OnUnthrottled"], server.Actor.Calls);
        Assert.False(server.Actor.Connection.IsThrottled);
        Assert.Equal((0, 0), (server.Loops.Usage[0].RentedBlocks, server.Loops.Usage[0].RentedBuffers));
    }

    [Fact]
    public void Throttling_PeerReadsLittleByLittle_EndsAtTheLowMark()
    {
        using var server = new MemoryServer(connection: Small, network: NarrowWindow);
        var peer = server.Connect();
        peer.StopReading();
        server.OnLoop(static a => Assert.Equal(SendStatus.AcceptedThrottled, a.Connection.Send(new byte[8000])));
        for (var unsent = server.Actor.Connection.UnsentBytes; unsent > 0; unsent = server.Actor.Connection.UnsentBytes)
        {
            Assert.Equal(unsent > Small.LowWaterMark, server.Actor.Connection.IsThrottled);
            Assert.Equal(unsent <= Small.LowWaterMark, server.Actor.Calls.Contains("OnUnthrottled"));
            peer.ResumeReading();
            peer.StopReading();
            server.Loops.RunTurn();
            Assert.InRange(server.Actor.Connection.UnsentBytes, 0, unsent - 1);
        }

        Assert.False(server.Actor.Connection.IsThrottled);
    }

    [Fact]
    public void Send_LargerThanTheQueue_IsAcceptedWhileLittleIsQueued()
    {
        using var server = new MemoryServer(connection: Small, network: NarrowWindow);
        var peer = server.Connect();
        peer.StopReading();
        server.OnLoop(static a =>
        {
            Assert.Equal(SendStatus.AcceptedThrottled, a.Connection.Send(new byte[1_000_000])); // straight to the wire
            Assert.Equal(SendStatus.AcceptedThrottled, a.Connection.Send(new byte[4095]));
            Assert.Equal(SendStatus.AcceptedThrottled, a.Connection.Send(new byte[500_000])); // queue below the high mark
            Assert.Equal(SendStatus.QueueFull, a.Connection.Send(new byte[1]));
        });
        peer.ResumeReading();
        server.Loops.RunUntilIdle();
        Assert.Equal(1_504_095, peer.TotalReceived);
    }

    [Fact]
    public void OnThrottled_SendsMore_IsNotNestedAndNotRepeated()
    {
        using var server = new MemoryServer(
            static a =>
            {
                a.WhenThrottled = static a => Assert.Equal(SendStatus.AcceptedThrottled, a.Connection.Send(new byte[100]));
                a.WhenUnthrottled = static a => Assert.Equal(SendStatus.Accepted, a.Connection.Send([7]));
            },
            Small,
            NarrowWindow);
        var peer = server.Connect();
        peer.StopReading();
        server.OnLoop(static a => a.Connection.Send(new byte[8000]));
        peer.ResumeReading();
        server.Loops.RunUntilIdle();
        Assert.Equal(["OnStarted", "OnThrottled", "OnUnthrottled"], server.Actor.Calls);
        Assert.Equal(8101, peer.TotalReceived);
        Assert.Equal(0, server.Log.CountOf(4));
    }

    [Fact]
    public void OnSent_ForTokens_ComesInOrderOnceTheKernelHasTakenThem()
    {
        using var server = new MemoryServer(connection: Small, network: NarrowWindow);
        var peer = server.Connect();
        peer.StopReading();
        server.OnLoop(static a =>
        {
            a.Connection.Send([], new SendToken(1));
            a.Connection.Send(new byte[500], new SendToken(2));
            a.Connection.Send(new byte[6000], new SendToken(3));
            a.Connection.Send(new byte[500], new SendToken(4)); // queued
            Assert.Equal(["OnStarted"], a.Calls);
        });
        Assert.Equal(["OnStarted", "OnThrottled", "OnSent(1)", "OnSent(2)"], server.Actor.Calls);
        peer.ResumeReading();
        server.Loops.RunUntilIdle();
        Assert.Equal(["OnSent(1)", "OnSent(2)", "OnSent(3)", "OnSent(4)"], server.Actor.Calls.Where(static c => c.StartsWith("OnSent", StringComparison.Ordinal)));
    }

    [Fact]
    public void Send_WithAToken_MustNameOneAndBeOnTheLoop()
    {
        using var server = new MemoryServer();
        server.Connect();
        Assert.Throws<InvalidOperationException>(() => server.Actor.Connection.Send([1], new SendToken(1)));
        server.OnLoop(static a => Assert.Throws<ArgumentException>(() => a.Connection.Send([1], default)));
        Assert.Equal(0, server.Log.CountOf(4));
    }

    [Fact]
    public void Send_Nothing_IsAcceptedAndHoldsNothing()
    {
        using var server = new MemoryServer();
        server.Connect();
        server.OnLoop(static a => Assert.Equal(SendStatus.Accepted, a.Connection.Send([])));
        Assert.Equal(0, server.Loops.Usage[0].RentedBlocks);
        Assert.Equal(0, server.Actor.Connection.BytesSent);
    }

    [Fact]
    public void Send_FromAnotherThread_KeepsItsOrderWithTheLoopsOwn()
    {
        using var server = new MemoryServer();
        var peer = server.Connect();
        Assert.Equal(SendStatus.Accepted, server.Actor.Connection.Send([1])); // the test's thread is not on the loop
        server.Actor.Post(static a => a.Connection.Send([3]));
        Assert.Equal(SendStatus.Accepted, server.Actor.Connection.Send([2]));
        server.Loops.RunUntilIdle();
        Assert.Equal([1, 2, 3], peer.ReceiveAll());
    }

    [Fact]
    public void Send_FromAnotherThreadPastTheLimit_IsRefusedAndTheRestArrives()
    {
        using var server = new MemoryServer(connection: Small, network: NarrowWindow);
        var peer = server.Connect();
        peer.StopReading();
        var accepted = 0;
        while (server.Actor.Connection.Send(new byte[500]).IsAccepted()) accepted += 500;
        Assert.InRange(accepted, 16_000, 16_384);
        server.Loops.RunUntilIdle();
        // Most stands on the wire or in the queue now; that is counted as well.
        while (server.Actor.Connection.Send(new byte[500]).IsAccepted()) accepted += 500;
        Assert.InRange(accepted, 16_000, 16_384 + 1000 + 4096 + 1000);
        peer.ResumeReading();
        server.Loops.RunUntilIdle();
        Assert.Equal(accepted, peer.TotalReceived);
        server.Loops.RunUntilIdle();
        Assert.Equal(SendStatus.Accepted, server.Actor.Connection.Send([1]));
        server.Loops.RunUntilIdle();
    }

    [Fact]
    public void Send_OnAHostileNetwork_LosesAndRepeatsNothing()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            using var server = new MemoryServer(connection: Small, network: InMemoryNetworkOptions.Hostile(seed));
            var peer = server.Connect();
            var accepted = new List<byte>();
            for (var i = 0; i < 60; i++)
            {
                var message = new byte[random.Next(0, 3000)];
                random.NextBytes(message);
                if (random.Next(4) == 0) peer.StopReading();
                if (random.Next(4) == 0) peer.ResumeReading();
                server.Actor.Post(a =>
                {
                    if (a.Connection.Send(message).IsAccepted()) accepted.AddRange(message);
                });
                for (var turns = random.Next(5); turns > 0; turns--) server.Loops.RunTurn();
            }

            peer.ResumeReading();
            server.Loops.RunUntilIdle();
            Assert.Equal(accepted.ToArray(), peer.ReceiveAll());
            Assert.Equal((0, 0), (server.Loops.Usage[0].RentedBlocks, server.Loops.Usage[0].RentedBuffers));
        }
    }
}
