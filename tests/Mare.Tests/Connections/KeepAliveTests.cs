// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using Mare.Protocol;

namespace Mare.Tests.Connections;

/// <summary>Automatic pings, what counts as an answer, and the end of who gives none. RFC 6455, section 5.5.2.</summary>
public sealed class KeepAliveTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    [Fact]
    public void Ping_ByInterval_IsSentAndItsAnswerMeasured()
    {
        using var server = Start();
        var client = server.Open();
        Assert.Null(server.Actor.Connection.RoundTripTime);
        server.Advance(29.9);
        Assert.Empty(client.ReadFrames());
        server.Advance(0.1);
        var ping = client.ReadFrame();
        Assert.Equal(Opcode.Ping, ping.Opcode);
        server.Advance(0.25);
        client.Send(ClientFrames.Frame(Opcode.Pong, ping.Payload));
        Assert.Equal(TimeSpan.FromMilliseconds(250), server.Actor.Connection.RoundTripTime);
        server.Advance(29.5);
        Assert.Empty(client.ReadFrames());
        server.Advance(0.25);
        Assert.Equal(Opcode.Ping, client.ReadFrame().Opcode);
        // The answers are the library's own affair.
        Assert.Equal(["OnUpgradeRequest", "OnOpen"], server.Actor.Calls);
    }

    [Fact]
    public void Peer_ThatDoesNotAnswer_IsDroppedAtTheDeadline()
    {
        using var server = Start();
        var client = server.Open();
        server.Advance(49.9);
        Assert.True(server.Actor.Connection.IsOpen);
        server.Advance(0.1);
        Assert.True(client.Peer.WasReset);
        Assert.Equal((CloseStatus.AbnormalClosure, CloseInitiator.None, false), (server.Actor.Status, server.Actor.ClosedBy, server.Actor.ClosedCleanly));
        Assert.Equal((1, 0), (server.Server.Statistics.DeadPeers, server.Server.ConnectionCount));
        Assert.Equal(1, server.Log.CountOf(116));
    }

    [Fact]
    public void Peer_ThatSendsAnythingElse_IsAlive()
    {
        using var server = Start();
        var client = server.Open();
        for (var i = 0; i < 10; i++)
        {
            server.Advance(31);
            client.Send(ClientFrames.Text("alive"));
        }

        Assert.True(server.Actor.Connection.IsOpen);
        Assert.Equal(10, client.ReadFrames().Count(static f => f.Opcode == Opcode.Ping));
        Assert.Null(server.Actor.Connection.RoundTripTime);
    }

    [Fact]
    public void Pong_OfTheActorsOwnPing_IsTheActors()
    {
        using var server = Start();
        var client = server.Open();
        server.OnLoop(static a => a.Connection.Ping("mine"u8));
        client.Send(ClientFrames.Frame(Opcode.Pong, client.ReadFrame().Payload));
        Assert.Equal("OnPong mine", server.Actor.Calls[^1]);
        Assert.Null(server.Actor.Connection.RoundTripTime);
    }

    [Fact]
    public void Pong_OfAnEarlierPing_MeasuresNothing()
    {
        using var server = Start();
        var client = server.Open();
        server.Advance(30);
        var first = client.ReadFrame();
        client.Send(ClientFrames.Text("alive"));
        server.Advance(30);
        client.Send(ClientFrames.Frame(Opcode.Pong, first.Payload));
        Assert.Null(server.Actor.Connection.RoundTripTime);
        Assert.Equal(0, server.Actor.CountOf("OnPong"));
        var second = client.ReadFrame();
        client.Send(ClientFrames.Frame(Opcode.Pong, second.Payload));
        Assert.Equal(TimeSpan.Zero, server.Actor.Connection.RoundTripTime);
        Assert.NotEqual(first.Payload, second.Payload);
    }

    [Fact]
    public void Ping_OfTheServer_DoesNotTellItsClock()
    {
        using var server = Start();
        var client = server.Open();
        server.Advance(30);
        var payload = client.ReadFrame().Payload;
        Assert.NotEqual(EventLoopNow(server), BinaryPrimitives.ReadInt64LittleEndian(payload.AsSpan(4)));
    }

    [Fact]
    public void Peer_WhileReadingIsPaused_IsNotHeldDead()
    {
        using var server = Start();
        var client = server.Open();
        server.OnLoop(static a => a.Connection.PauseReading());
        server.Advance(300);
        Assert.True(server.Actor.Connection.IsOpen);
        server.OnLoop(static a => a.Connection.ResumeReading());
        // Whoever was asked while nothing was read is asked once more.
        server.Advance(60);
        Assert.True(client.Peer.WasReset);
    }

    [Fact]
    public void Peer_ThatTakesOutput_IsAliveAndOneThatStopsIsNot()
    {
        using var server = Start();
        var client = server.Open();
        client.Peer.StopReading();
        server.OnLoop(static a => Fill(a.Connection));
        Assert.True(server.Actor.Connection.IsThrottled);
        server.Advance(40);
        client.ResumeReading();
        client.ReadFrames();
        client.Peer.StopReading();
        server.OnLoop(static a => Fill(a.Connection));
        server.Advance(10);
        Assert.True(server.Actor.Connection.IsOpen);
        server.Advance(50);
        Assert.True(client.Peer.WasReset);
        Assert.True(server.Actor.UnsentBytes > 0);
    }

    [Fact]
    public void Peer_ThatTakesOutputBelowTheHighWaterMark_IsAliveBeforeItHasSeenThePing()
    {
        using var server = Start();
        var client = server.Open();
        client.Peer.StopReading();
        // More than its window, less than throttles.
        server.OnLoop(static a =>
        {
            for (var i = 0; i < 5; i++) a.Connection.SendBinary(new byte[16 * 1024]);
        });
        Assert.False(server.Actor.Connection.IsThrottled);
        Assert.True(server.Actor.Connection.UnsentBytes > 0);
        server.Advance(40);
        client.ResumeReading();
        client.ReadFrames();
        client.Peer.StopReading();
        server.Advance(10);
        Assert.True(server.Actor.Connection.IsOpen);
        // Nothing waits any more: now the ping is to be answered.
        server.Advance(50);
        Assert.True(client.Peer.WasReset);
    }

    [Fact]
    public void Ping_WhileClosing_IsNotSent()
    {
        using var server = Start(static o => o.CloseTimeout = TimeSpan.FromSeconds(100));
        var client = server.Open();
        server.OnLoop(static a => a.Connection.Close());
        server.Advance(99);
        Assert.Equal(Opcode.Close, client.ReadFrame().Opcode);
        Assert.Equal(0, server.Server.Statistics.DeadPeers);
    }

    [Fact]
    public void Interval_ByDefault_Is30SecondsAndNoneWithAnIdleTimeout()
    {
        var options = new WebSocketServerOptions();
        Assert.Equal((Interval, TimeSpan.FromSeconds(20)), Effective(options));
        options.IdleTimeout = TimeSpan.FromSeconds(10);
        Assert.Equal(Timeout.InfiniteTimeSpan, Effective(options).Interval);
        options.KeepAlive.Interval = TimeSpan.FromSeconds(5);
        Assert.Equal((TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5)), Effective(options));
    }

    [Fact]
    public void Pings_OfManyConnections_AreSpreadAndRepeatableByTheSeed()
    {
        var first = PingTimes(seed: 7);
        Assert.Equal(first, PingTimes(seed: 7));
        Assert.NotEqual(first, PingTimes(seed: 8));
        Assert.All(first, static t => Assert.InRange(t, 24, 30));
        Assert.True(first.Distinct().Count() > 20);
    }

    private static List<double> PingTimes(int seed)
    {
        using var server = new MemoryServer(configure: o =>
        {
            o.KeepAlive = new KeepAliveOptions();
            o.RandomSeed = seed;
        });
        var clients = Enumerable.Range(0, 50).Select(_ => server.Open()).ToArray();
        var times = new double[clients.Length];
        for (var tenth = 1; tenth <= 300; tenth++)
        {
            server.Advance(0.1);
            for (var i = 0; i < clients.Length; i++)
            {
                if (times[i] == 0 && clients[i].ReadFrames().Count > 0) times[i] = tenth / 10.0;
            }
        }

        return [.. times];
    }

    private static (TimeSpan? Interval, TimeSpan? PongTimeout) Effective(WebSocketServerOptions options)
    {
        var copy = options.CloneAndValidate().KeepAlive;
        return (copy.Interval, copy.PongTimeout);
    }

    private static long EventLoopNow(MemoryServer server) => server.Loops.Group.Loops[0].Now;

    private static void Fill(WebSocketConnection connection)
    {
        var data = new byte[16 * 1024];
        for (var i = 0; i < 200 && !connection.IsThrottled; i++) connection.SendBinary(data);
        for (var i = 0; i < 10; i++) connection.SendBinary(data);
    }

    private static MemoryServer Start(Action<WebSocketServerOptions>? configure = null) => new(configure: o =>
    {
        o.KeepAlive = new KeepAliveOptions { Interval = Interval, Jitter = 0 };
        configure?.Invoke(o);
    });
}
