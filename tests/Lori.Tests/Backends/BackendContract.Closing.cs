// SPDX-License-Identifier: MIT
using System.Diagnostics;

namespace Lori.Tests.Backends;

public abstract partial class BackendContract
{
    [Fact]
    public void Close_Orderly_EndsThePeersReading()
    {
        var c = Connect();
        c.Close();
        Assert.Equal(0, c.Events.Closes);
        Pump("closing", () => c.Events.Closes == 1);
        Pump("waiting for the end at the peer", () => c.Peer.IsEndOfStream || c.Peer.WasReset);
        Assert.False(c.Peer.WasReset);
    }

    [Fact]
    public void Close_Reset_ResetsThePeer()
    {
        var c = Connect();
        c.Close(reset: true);
        Pump("waiting for the reset at the peer", () => c.Peer.IsEndOfStream || c.Peer.WasReset);
        Assert.Equal(CanReset, c.Peer.WasReset);
    }

    [Fact]
    public void Close_WithUnreadInput_ResetsThePeer()
    {
        var c = Connect(receive: false);
        c.Peer.Send([1]);
        Turns(10);
        c.Close();
        Pump("waiting for the reset at the peer", () => c.Peer.IsEndOfStream || c.Peer.WasReset);
        Assert.True(c.Peer.WasReset || !ResetsWhenUnread);
    }

    [Fact]
    public void Close_WhileASendIsInFlight_TellsTheEndOnlyAndOnce()
    {
        var c = Connect();
        FillPeer(c, out _);
        c.Close();
        Pump("closing", () => c.Events.Closes == 1);
        c.Peer.ResumeReading();
        Turns(20);
        Assert.Equal(1, c.Events.Closes);
    }

    [Fact]
    public void Close_Twice_TellsTheEndOnce()
    {
        var c = Connect();
        c.Close();
        c.Close(reset: true);
        Pump("closing", () => c.Events.Closes == 1);
        Turns(5);
        Assert.Equal(1, c.Events.Closes);
    }

    [Fact]
    public void Close_BytesWaiting_DeliversNoneOfThem()
    {
        var c = Connect();
        c.Peer.Send([1, 2, 3]);
        c.Close();
        Turns(5);
        Assert.Equal(0, c.Events.Deliveries);
    }

    [Fact]
    public void Close_FromAnothersCallback_SilencesItsEventsOfTheSameTurn()
    {
        var a = Connect();
        var b = Connect();
        a.Events.WhenReceived = _ => b.Close();
        b.Events.WhenReceived = _ => a.Close();
        a.Peer.Send([1]);
        b.Peer.Send([1]);
        Pump("waiting for one of them", () => a.Events.Deliveries + b.Events.Deliveries > 0);
        Pump("closing one of them", () => a.Events.Closes + b.Events.Closes > 0);
        Turns(10);
        // Both were ready; whoever came first has silenced the other.
        Assert.Equal(1, a.Events.Deliveries + b.Events.Deliveries);
        Assert.Equal(1, a.Events.Closes + b.Events.Closes);
    }

    [Fact]
    public void Close_DescriptorReused_EventsMeetTheNewOwnerOnly()
    {
        for (var round = 0; round < 20; round++)
        {
            var old = Connect();
            old.Peer.Send([0xFF]);
            old.Close(reset: true);
            Turn();
            var young = Connect();
            young.Peer.Send([(byte)round]);
            Pump("receiving", () => young.Events.Received.Length == 1);
            Assert.Equal([(byte)round], young.Events.Received);
            Assert.Equal(0, old.Events.Deliveries);
            young.Close();
            Turn();
        }
    }

    [Fact]
    public void OnClosed_ChangesAnother_TakesEffectWithoutWaiting()
    {
        var a = Connect();
        var b = Connect(receive: false);
        b.Peer.Send([1]);
        Turns(10);
        a.Events.WhenClosed = b.StartReceive;
        a.Close();
        Pump("closing", () => a.Events.Closes == 1);
        var began = Stopwatch.GetTimestamp();
        while (b.Events.Deliveries == 0) Turn(milliseconds: 5000);
        Assert.InRange(Stopwatch.GetElapsedTime(began).TotalSeconds, 0, 4);
    }

    [Fact]
    public void OnClosed_ClosesAnother_TakesEffectWithoutWaiting()
    {
        var a = Connect();
        var b = Connect();
        a.Events.WhenClosed = () => b.Close();
        a.Close();
        Pump("closing", () => a.Events.Closes == 1);
        var began = Stopwatch.GetTimestamp();
        while (b.Events.Closes == 0) Turn(milliseconds: 5000);
        Assert.InRange(Stopwatch.GetElapsedTime(began).TotalSeconds, 0, 4);
    }

    [Fact]
    public void EndPoints_OfAConnection_AreThoseOfThePeer()
    {
        var c = Connect();
        Assert.Equal(c.Peer.LocalEndPoint, c.Transport.RemoteEndPoint);
        Assert.Equal(ServerEndPoint, c.Transport.LocalEndPoint);
        c.Close();
        Pump("closing", () => c.Events.Closes == 1);
        Assert.Null(c.Transport.LocalEndPoint);
        Assert.Equal(c.Peer.LocalEndPoint, c.Transport.RemoteEndPoint);
    }

    [Fact]
    public async Task Wake_FromAnotherThread_EndsTheWait()
    {
        var waker = Task.Run(Backend.Wake, TestContext.Current.CancellationToken);
        var began = Stopwatch.GetTimestamp();
        Turn(milliseconds: 20_000);
        await waker;
        Assert.InRange(Stopwatch.GetElapsedTime(began).TotalSeconds, 0, 15);
    }

    [Fact]
    public void Wake_BeforeTheWait_EndsItOnce()
    {
        Backend.Wake();
        Backend.Wake();
        var began = Stopwatch.GetTimestamp();
        Turn(milliseconds: 20_000);
        Assert.InRange(Stopwatch.GetElapsedTime(began).TotalSeconds, 0, 15);
        began = Stopwatch.GetTimestamp();
        Turn(milliseconds: 30);
        Assert.InRange(Stopwatch.GetElapsedTime(began).TotalMilliseconds, 20, 15_000);
    }
}
