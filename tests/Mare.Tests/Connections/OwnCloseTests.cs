// SPDX-License-Identifier: MIT
using Mare.Protocol;

namespace Mare.Tests.Connections;

/// <summary>This side ends the connection: Close, Abort. RFC 6455, section 7.1.2.</summary>
public sealed class OwnCloseTests
{
    private const int CloseTimedOut = 114;

    [Fact]
    public void Close_AnsweredByThePeer_ReportsOwnCode()
    {
        using var server = new MemoryServer();
        var client = server.Open();
        server.OnLoop(static a => a.Connection.Close(CloseCode.PolicyViolation, "enough"));
        var frame = client.ReadFrame();
        Assert.Equal((1008, "enough"), (frame.CloseCode, frame.CloseReason));
        Assert.False(server.Actor.Connection.IsOpen);
        Assert.Equal(1, server.Server.ConnectionCount);
        client.Send(ClientFrames.Close(1008));
        Assert.True(client.Peer.IsEndOfStream);
        client.Leave();
        PeerCloseTests.AssertClosed(server.Actor, CloseStatus.PolicyViolation, "enough", CloseInitiator.Self, cleanly: true);
        Assert.Equal(0, server.Server.ConnectionCount);
    }

    [Fact]
    public void Close_OnThePeersWayMessages_AreDiscarded()
    {
        using var server = new MemoryServer();
        var client = server.Open();
        server.OnLoop(static a => a.Connection.Close());
        client.Send(ClientFrames.Text("late"), ClientFrames.Ping("late"), ClientFrames.Pong("late"), ClientFrames.Close());
        Assert.Single(client.ReadFrames());
        client.Leave();
        Assert.True(server.Actor.ClosedCleanly);
        Assert.Equal(["OnUpgradeRequest", "OnOpen", "OnClosed 1000", "Dispose"], server.Actor.Calls);
    }

    [Fact]
    public void Close_NeverAnswered_EndsTcpAfterTheCloseTimeout()
    {
        using var server = new MemoryServer();
        var client = server.Open();
        server.OnLoop(static a => a.Connection.Close(CloseCode.GoingAway));
        server.Advance(4.9);
        Assert.False(client.Peer.IsEndOfStream);
        server.Advance(0.1);
        Assert.Equal(1001, client.ReadCloseAndEnd().CloseCode);
        // TCP itself lingers, for a peer that still sends.
        server.Advance(2);
        PeerCloseTests.AssertClosed(server.Actor, CloseStatus.GoingAway, "", CloseInitiator.Self, cleanly: false);
    }

    [Theory]
    [InlineData("close frame")]
    [InlineData("bad frame")]
    [InlineData("end of TCP")]
    public void Close_AnsweredWhileTcpGoesOn_IsNoCloseTimeout(string answer)
    {
        using var server = new MemoryServer();
        var client = server.Open();
        client.Peer.StopReading();
        server.OnLoop(static a =>
        {
            // More than the network holds: TCP ends by the linger time-out.
            Assert.True(a.Connection.SendBinary(new byte[200_000]).IsAccepted());
            a.Connection.Close();
        });
        server.Advance(4);
        if (answer == "close frame") client.Send(ClientFrames.Close());
        else if (answer == "bad frame") client.Send(ClientFrames.Frame((Opcode)3, []));
        else client.Peer.ShutdownSend();
        server.Advance(1.5);
        Assert.Equal(1, server.Server.ConnectionCount);
        server.Advance(5);
        Assert.Equal((0L, 0), (server.Server.Statistics.CloseTimeouts, server.Log.CountOf(CloseTimedOut)));
        Assert.Equal(0, server.Server.ConnectionCount);
    }

    [Fact]
    public void Close_NeverAnsweredByAPeerThatFloods_EndsAllTheSame()
    {
        using var server = new MemoryServer();
        var client = server.Open();
        server.OnLoop(static a => a.Connection.Close());
        var message = ClientFrames.Binary(new byte[1000]);
        for (var i = 0; i < 80 && !client.Peer.WasReset; i++)
        {
            client.Send(message);
            server.Advance(0.1);
        }

        PeerCloseTests.AssertClosed(server.Actor, CloseStatus.Normal, "", CloseInitiator.Self, cleanly: false);
    }

    [Fact]
    public void Close_AfterSends_IsBehindThem()
    {
        using var server = new MemoryServer();
        var client = server.Open();
        server.OnLoop(static a =>
        {
            for (var i = 0; i < 100; i++) Assert.True(a.Connection.SendBinary(new byte[3000]).IsAccepted());
            a.Connection.Close();
        });
        client.Send(ClientFrames.Close());
        var frames = client.ReadFrames();
        Assert.Equal(101, frames.Count);
        Assert.Equal(Opcode.Close, frames[^1].Opcode);
        client.Leave();
        Assert.Equal(0, server.Actor.UnsentBytes);
    }

    [Fact]
    public void Sends_AfterClose_AreAnsweredClosed()
    {
        var statuses = new List<SendStatus>();
        using var server = new MemoryServer();
        var client = server.Open();
        server.OnLoop(a =>
        {
            a.Connection.Close();
            SendAll(a, statuses);
        });
        Assert.Single(client.ReadFrames());
        Assert.Equal(Enumerable.Repeat(SendStatus.Closed, 4), statuses);
    }

    [Fact]
    public void Sends_InOnClosed_AreAnsweredClosed()
    {
        var statuses = new List<SendStatus>();
        using var server = new MemoryServer(a => a.Hook = (a, callback) =>
        {
            if (callback is "OnClosed" or "Dispose") SendAll(a, statuses);
        });
        server.Open().Leave();
        Assert.Equal(Enumerable.Repeat(SendStatus.Closed, 8), statuses);
    }

    [Fact]
    public void Close_Twice_SendsOneFrameWithTheFirstCode()
    {
        using var server = new MemoryServer();
        var client = server.Open();
        server.OnLoop(static a =>
        {
            a.Connection.Close(CloseCode.GoingAway, "first");
            a.Connection.Close(CloseCode.InternalError, "second");
        });
        Assert.Equal("first", client.ReadFrame().CloseReason);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(999)]
    [InlineData(1004)]
    [InlineData(1005)]
    [InlineData(1006)]
    [InlineData(1015)]
    [InlineData(2999)]
    [InlineData(5000)]
    public void Close_CodeThatMayNotBeSent_Throws(int code)
    {
        using var server = new MemoryServer();
        var client = server.Open();
        server.OnLoop(a => Assert.Throws<ArgumentException>(() => a.Connection.Close((CloseCode)code)));
        Assert.Throws<ArgumentException>(() => server.Actor.Connection.Close((CloseCode)code));
        Assert.Empty(client.ReadFrames());
        Assert.True(server.Actor.Connection.IsOpen);
    }

    [Fact]
    public void Close_ReasonTooLong_Throws()
    {
        using var server = new MemoryServer();
        server.Open();
        server.OnLoop(static a =>
        {
            Assert.Throws<ArgumentException>(() => a.Connection.Close(CloseCode.Normal, new string('a', 124)));
            Assert.Throws<ArgumentException>(() => a.Connection.Close(CloseCode.Normal, new string('ü', 62)));
            Assert.Throws<ArgumentNullException>(() => a.Connection.Close(CloseCode.Normal, null!));
            a.Connection.Close((CloseCode)4000, new string('a', 123));
        });
        Assert.False(server.Actor.Connection.IsOpen);
    }

    [Theory]
    [InlineData("OnOpen")]
    [InlineData("OnTextMessage")]
    [InlineData("OnBinaryMessage")]
    [InlineData("OnPong")]
    [InlineData("OnThrottled")]
    [InlineData("OnUnthrottled")]
    [InlineData("OnIdleTimeout")]
    [InlineData("Post")]
    [InlineData("Timer")]
    public void Close_InsideACallback_ClosesOnce(string callback)
    {
        using var server = new MemoryServer(
            a =>
            {
                a.ClosesWhenIdle = false;
                a.Hook = (a, name) =>
                {
                    if (name == callback) a.Connection.Close((CloseCode)4321, name);
                };
            },
            static o => o.IdleTimeout = TimeSpan.FromSeconds(30));
        var client = server.Open();
        Everything.Provoke(server, client);
        var close = client.ReadFrames()[^1];
        Assert.Equal((4321, callback), (close.CloseCode, close.CloseReason));
        client.Send(ClientFrames.Close(4321));
        client.Leave();
        PeerCloseTests.AssertClosed(server.Actor, (CloseStatus)4321, callback, CloseInitiator.Self, cleanly: true);
    }

    [Theory]
    [InlineData("OnUpgradeRequest")]
    [InlineData("OnClosed")]
    [InlineData("Dispose")]
    public void Close_WhereNothingIsOpen_DoesNothing(string callback)
    {
        using var server = new MemoryServer(a => a.Hook = (a, name) =>
        {
            if (name == callback) a.Connection.Close((CloseCode)4321, name);
        });
        var client = server.Open();
        client.Send(ClientFrames.Text("fine"));
        client.Send(ClientFrames.Close(1001));
        Assert.Equal(1001, client.ReadCloseAndEnd().CloseCode);
        client.Leave();
        Assert.Equal(["OnUpgradeRequest", "OnOpen", "OnTextMessage fine", "OnClosed 1001", "Dispose"], server.Actor.Calls);
    }

    [Fact]
    public void PauseReading_OnceClosing_DoesNothing()
    {
        using var server = new MemoryServer();
        var client = server.Open();
        server.OnLoop(static a =>
        {
            a.Connection.PauseReading();
            a.Connection.Close();
            a.Connection.PauseReading();
        });
        Assert.False(server.Actor.Connection.IsReadingPaused);
        client.Send(ClientFrames.Close());
        client.Leave();
        Assert.True(server.Actor.ClosedCleanly);
    }

    [Fact]
    public void Abort_Whenever_ResetsAndReportsTheUnsent()
    {
        using var server = new MemoryServer();
        var client = server.Open();
        server.OnLoop(static a =>
        {
            Assert.True(a.Connection.SendBinary(new byte[100]).IsAccepted());
            a.Connection.Abort();
            Assert.False(a.Connection.IsOpen);
            Assert.Equal(SendStatus.Closed, a.Connection.SendText("late"));
        });
        Assert.True(client.Peer.WasReset);
        Assert.Empty(client.ReadFrames());
        Assert.Equal(102, server.Actor.UnsentBytes);
        PeerCloseTests.AssertClosed(server.Actor, CloseStatus.AbnormalClosure, "", CloseInitiator.Self, cleanly: false);
    }

    [Fact]
    public void Abort_InAMessage_DeliversNoOtherOfTheSameSegment()
    {
        using var server = new MemoryServer(static a => a.Hook = static (a, name) =>
        {
            if (name == "OnTextMessage") a.Connection.Abort();
        });
        server.Open().Send(ClientFrames.Text("1"), ClientFrames.Text("2"));
        Assert.Equal(["OnTextMessage 1", "OnClosed 1006", "Dispose"], server.Actor.Calls.Skip(2));
    }

    [Fact]
    public void Abort_AfterClose_KeepsTheCode()
    {
        using var server = new MemoryServer();
        server.Open();
        server.OnLoop(static a => a.Connection.Close(CloseCode.GoingAway, "r"));
        server.Actor.Connection.Abort();
        server.Run();
        PeerCloseTests.AssertClosed(server.Actor, CloseStatus.GoingAway, "r", CloseInitiator.Self, cleanly: false);
    }

    private static void SendAll(ProbeActor actor, List<SendStatus> statuses)
    {
        statuses.Add(actor.Connection.SendText("late"));
        statuses.Add(actor.Connection.SendText("late"u8));
        statuses.Add(actor.Connection.SendBinary([1]));
        statuses.Add(actor.Connection.Ping());
    }
}
