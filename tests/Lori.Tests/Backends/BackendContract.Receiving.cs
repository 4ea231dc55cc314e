// SPDX-License-Identifier: MIT
using System.Diagnostics;

namespace Lori.Tests.Backends;

public abstract partial class BackendContract
{
    [Fact]
    public void Receive_SmallMessage_ArrivesAsSent()
    {
        var c = Connect();
        c.Peer.Send([1, 2, 3]);
        Pump("receiving", () => c.Events.Received.Length == 3);
        Assert.Equal([1, 2, 3], c.Events.Received);
    }

    [Fact]
    public void Receive_MuchInManyParts_ArrivesInOrder()
    {
        var c = Connect();
        var data = RandomBytes(300_000);
        for (var at = 0; at < data.Length; at += 7777) c.Peer.Send(data[at..Math.Min(at + 7777, data.Length)]);
        Pump("receiving", () => c.Events.Received.Length == data.Length);
        Assert.Equal(data, c.Events.Received);
    }

    [Fact]
    public void Receive_MuchAndLittleByTurns_ArrivesInOrder()
    {
        // A backend may receive in another way from whoever sends much.
        var c = Connect();
        var data = RandomBytes(120_000);
        for (var at = 0; at < data.Length;)
        {
            var much = Math.Min(20_000, data.Length - at);
            c.Peer.Send(data[at..(at += much)]);
            Pump("receiving much", () => c.Events.Received.Length == at);
            for (var i = 0; i < 40 && at < data.Length; i++)
            {
                c.Peer.Send(data[at..(at += Math.Min(10, data.Length - at))]);
                // Now and then several at once.
                if (i % 3 == 0) Pump("receiving little", () => c.Events.Received.Length == at);
            }

            c.StopReceive();
            Turn();
            c.StartReceive();
        }

        Pump("receiving the rest", () => c.Events.Received.Length == data.Length);
        Assert.Equal(data, c.Events.Received);
    }

    [Fact]
    public void End_AfterMuch_IsToldWhileStoppedOrNot()
    {
        var c = Connect();
        c.Peer.Send(RandomBytes(50_000));
        Pump("receiving", () => c.Events.Received.Length == 50_000);
        c.StopReceive();
        Turns(3);
        c.Peer.Send([1, 2, 3]);
        c.Peer.ShutdownSend();
        Turns(10);
        c.StartReceive();
        Pump("waiting for the end", () => c.Events.Ends == 1);
        Assert.Equal(50_003, c.Events.Received.Length);
        Turns(10);
        Assert.Equal(1, c.Events.Ends);
    }

    [Fact]
    public void Reset_AfterMuchWhileStopped_Fails()
    {
        var c = Connect();
        c.Peer.Send(RandomBytes(50_000));
        Pump("receiving", () => c.Events.Received.Length == 50_000);
        c.StopReceive();
        c.Peer.Send([1]);
        Turns(5);
        c.Peer.Reset();
        if (!TellsResetWhileStopped) c.StartReceive();
        Pump("waiting for the reset", () => c.Events.Failures.Count > 0);
    }

    [Fact]
    public void Receive_NotStarted_DeliversNothing()
    {
        var c = Connect(receive: false);
        c.Peer.Send([1]);
        Turns(20);
        Assert.Equal(0, c.Events.Deliveries);
        c.StartReceive();
        Pump("receiving", () => c.Events.Deliveries == 1);
    }

    [Fact]
    public void StopReceive_ThenStart_LosesAndRepeatsNothing()
    {
        var c = Connect();
        var data = RandomBytes(100_000);
        // Some may come after the stop; but it ends, and what is left comes when it is asked for.
        c.Events.WhenReceived = _ => c.Transport.StopReceive();
        c.Peer.Send(data);
        for (var rounds = 0; c.Events.Received.Length < data.Length; rounds++)
        {
            Assert.InRange(rounds, 0, data.Length);
            Turns(3);
            c.StartReceive();
            var before = c.Events.Deliveries;
            Pump("receiving", () => c.Events.Deliveries > before || c.Events.Received.Length == data.Length);
        }

        Assert.Equal(data, c.Events.Received);
    }

    [Fact]
    public void StopReceive_MuchWaiting_DeliversOnceMoreAtMost()
    {
        var c = Connect(receive: false);
        c.Peer.Send(RandomBytes(400_000));
        c.StartReceive();
        c.StopReceive();
        Turns(50);
        Assert.InRange(c.Events.Deliveries, 0, 1);
    }

    [Fact]
    public void End_AfterBytes_IsToldOnceAfterAllOfThem()
    {
        var c = Connect();
        var data = RandomBytes(50_000);
        c.Events.WhenReceived = _ => Assert.Equal(0, c.Events.Ends);
        c.Peer.Send(data);
        c.Peer.ShutdownSend();
        Pump("waiting for the end", () => c.Events.Ends == 1);
        Assert.Equal(data, c.Events.Received);
        c.StartReceive();
        Turns(10);
        Assert.Equal(1, c.Events.Ends);
        Assert.Empty(c.Events.Failures);
    }

    [Fact]
    public void End_WhileStopped_IsToldWhenReceivingAgain()
    {
        var c = Connect(receive: false);
        c.Peer.Send([9]);
        c.Peer.ShutdownSend();
        Turns(10);
        Assert.Equal(0, c.Events.Ends);
        c.StartReceive();
        Pump("waiting for the end", () => c.Events.Ends == 1);
        Assert.Equal([9], c.Events.Received);
    }

    [Fact]
    public void Reset_WhileReceiving_Fails()
    {
        var c = Connect();
        c.Peer.Reset();
        Pump("waiting for the reset", () => c.Events.Failures.Count > 0);
        Assert.Equal([System.Net.Sockets.SocketError.ConnectionReset], c.Events.Failures);
        Assert.Equal(0, c.Events.Ends);
    }

    [Fact]
    public void Reset_UnreadWhileStopped_Fails()
    {
        var c = Connect(receive: false);
        c.Peer.Send([1, 2, 3]);
        Turns(3);
        c.Peer.Reset();
        if (!TellsResetWhileStopped) c.StartReceive();
        Pump("waiting for the reset", () => c.Events.Failures.Count > 0);
    }

    [Fact]
    public void HangUp_WhileNobodyReads_DoesNotSpin()
    {
        var c = Connect(receive: false);
        c.ShutdownSend();
        c.Peer.ShutdownSend();
        Turns(10);
        var turns = 0;
        for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began).TotalMilliseconds < 200; turns++)
            Turn(milliseconds: 50);
        // Each waits its 50 ms; a backend that reports the hang-up again and again would take thousands.
        Assert.InRange(turns, 1, 20);
        c.StartReceive();
        Pump("reading the end after the hang-up", () => c.Events.Ends == 1);
    }

    [Fact]
    public void HangUp_AfterTheEndWasRead_DoesNotSpin()
    {
        var c = Connect();
        c.Peer.ShutdownSend();
        Pump("waiting for the end", () => c.Events.Ends == 1);
        c.ShutdownSend();
        Turns(10);
        var turns = 0;
        for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began).TotalMilliseconds < 200; turns++)
            Turn(milliseconds: 50);
        Assert.InRange(turns, 1, 20);
    }

    [Fact]
    public void Receive_ManyBuffersWaiting_ReadsABoundedNumberATurn()
    {
        var c = Connect(receive: false);
        var data = RandomBytes(200_000);
        c.Peer.Send(data);
        Turns(20);
        c.StartReceive();
        var (most, before) = (0, 0);
        Pump("receiving", () =>
        {
            most = Math.Max(most, c.Events.Deliveries - before);
            before = c.Events.Deliveries;
            return c.Events.Received.Length == data.Length;
        });

        Assert.InRange(most, 1, MaxReads);
    }
}
