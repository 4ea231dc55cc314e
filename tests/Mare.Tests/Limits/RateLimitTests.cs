// SPDX-License-Identifier: MIT
using Mare.Protocol;

namespace Mare.Tests.Limits;

/// <summary>How fast a client may send.</summary>
public sealed class RateLimitTests
{
    [Fact]
    public void Messages_OverTheirRate_ArePausedAndAllDeliveredInTime()
    {
        using var server = Limited(static r => r.MessagesPerSecond = 5);
        var client = server.Open();
        client.Send([.. Enumerable.Range(0, 100).Select(static i => ClientFrames.Text($"{i}"))]);
        // Ten seconds' worth, and the one that is over.
        Assert.Equal(51, Texts(server));
        server.Advance(0.19);
        Assert.Equal(51, Texts(server));
        server.Advance(0.01);
        Assert.Equal(52, Texts(server));
        for (var i = 53; i <= 100; i++)
        {
            server.Advance(0.2);
            Assert.Equal(i, Texts(server));
        }

        Assert.Equal(Enumerable.Range(0, 100).Select(static i => $"OnTextMessage {i}"), server.Actor.Calls.Skip(2));
        Assert.Equal(50, server.Server.Statistics.RatesExceeded);
        Assert.False(server.Actor.Connection.IsReadingPaused);
    }

    [Fact]
    public void Messages_AfterASilence_MayComeAtOnceAgain()
    {
        using var server = Limited(static r => (r.MessagesPerSecond, r.Burst) = (5, TimeSpan.FromSeconds(2)));
        var client = server.Open();
        for (var round = 0; round < 5; round++)
        {
            client.Send([.. Enumerable.Repeat(ClientFrames.Text("x"), 10)]);
            Assert.Equal((round + 1) * 10, Texts(server));
            server.Advance(2);
        }

        Assert.Equal(0, server.Server.Statistics.RatesExceeded);
        // Silence saves up no more than that.
        server.Advance(1000);
        client.Send([.. Enumerable.Repeat(ClientFrames.Text("x"), 12)]);
        Assert.Equal(61, Texts(server));
    }

    [Fact]
    public void Messages_WithinTheirRate_AreNeverPaused()
    {
        using var server = Limited(static r => (r.MessagesPerSecond, r.BytesPerSecond) = (10, 1000));
        var client = server.Open();
        for (var i = 0; i < 1000; i++)
        {
            client.Send(ClientFrames.Text(new string('x', 80)));
            server.Advance(0.1);
        }

        Assert.Equal((1000, 0L), (Texts(server), server.Server.Statistics.RatesExceeded));
    }

    [Fact]
    public void Messages_OverTheirRateWhereThatCloses_Are1008AndNotDelivered()
    {
        using var server = Limited(static r => (r.MessagesPerSecond, r.Policy) = (5, RateLimitPolicy.Close));
        var client = server.Open();
        client.Send([.. Enumerable.Range(0, 60).Select(static i => ClientFrames.Text($"{i}"))]);
        var close = client.ReadCloseAndEnd();
        Assert.Equal((1008, "too much at once"), (close.CloseCode, close.CloseReason));
        client.Leave();
        Assert.Equal((50, "OnClosed 1008"), (Texts(server), server.Actor.Calls[^2]));
        Assert.Equal((CloseInitiator.Self, 1L), (server.Actor.ClosedBy, server.Server.Statistics.RatesExceeded));
    }

    [Fact]
    public void Bytes_OverTheirRate_ArePausedUntilTheyArePaidFor()
    {
        using var server = Limited(static r => r.BytesPerSecond = 1000);
        var client = server.Open();
        var message = ClientFrames.Binary(new byte[994]);
        Assert.Equal(1002, message.Length);
        client.Send([.. Enumerable.Repeat(message, 10)]);
        // 10,020 bytes came at once, and were delivered: 20 of them are owed.
        Assert.Equal(10, server.Actor.Messages.Count);
        client.Send(message);
        Assert.Equal(10, server.Actor.Messages.Count);
        server.Advance(0.019);
        Assert.Equal(10, server.Actor.Messages.Count);
        server.Advance(0.001);
        Assert.Equal(11, server.Actor.Messages.Count);
        client.Send(message);
        server.Advance(1);
        Assert.Equal(11, server.Actor.Messages.Count);
        server.Advance(0.002);
        Assert.Equal(12, server.Actor.Messages.Count);
        Assert.Equal(3, server.Server.Statistics.RatesExceeded);
    }

    [Fact]
    public void Bytes_OfTheHandshakeAndOfWhatWasParked_AreNotCountedTwice()
    {
        using var server = Limited(static r => r.BytesPerSecond = 100);
        var client = server.Open();
        server.OnLoop(static a => a.Connection.PauseReading());
        for (var i = 0; i < 10; i++) client.Send(ClientFrames.Binary(new byte[94]));
        server.OnLoop(static a => a.Connection.ResumeReading());
        // A thousand bytes are ten seconds' worth.
        Assert.Equal((10, 0L), (server.Actor.Messages.Count, server.Server.Statistics.RatesExceeded));
    }

    [Fact]
    public void Bytes_OverTheirRateWhereThatCloses_Are1008()
    {
        using var server = Limited(static r => (r.BytesPerSecond, r.Policy) = (1000, RateLimitPolicy.Close));
        var client = server.Open();
        // Of a message that never ends, too.
        client.Send(ClientFrames.Announce(Opcode.Binary, 20_000), new byte[9000]);
        Assert.Empty(client.ReadFrames());
        client.Send(new byte[2000]);
        Assert.Equal(1008, client.ReadCloseAndEnd().CloseCode);
    }

    [Fact]
    public void Client_Paused_IsNotTakenForDead()
    {
        using var server = Limited(
            static r => (r.MessagesPerSecond, r.Burst) = (1, TimeSpan.FromSeconds(1)),
            static o => o.KeepAlive.Interval = TimeSpan.FromSeconds(30));
        var client = server.Open();
        client.Send([.. Enumerable.Repeat(ClientFrames.Text("x"), 300)]);
        server.Advance(290);
        Assert.Equal(292, Texts(server));
        Assert.Equal(0, server.Server.Statistics.DeadPeers);
    }

    [Fact]
    public void Close_OfAClientThatIsPaused_SeesItsCloseFrame()
    {
        using var server = Limited(static r => (r.MessagesPerSecond, r.Burst) = (1, TimeSpan.FromSeconds(1)));
        var client = server.Open();
        client.Send([.. Enumerable.Repeat(ClientFrames.Text("x"), 300)]);
        server.OnLoop(static a => a.Connection.Close());
        Assert.Equal(1000, client.ReadFrame().CloseCode);
        client.Send(ClientFrames.Close());
        client.Leave();
        Assert.Equal((2, true), (Texts(server), server.Actor.ClosedCleanly));
    }

    [Fact]
    public void Actor_ThatResumesReading_EndsNoPause()
    {
        using var server = Limited(
            static r => (r.MessagesPerSecond, r.Burst) = (1, TimeSpan.FromSeconds(1)), null,
            static a => a.Hook = static (a, name) =>
            {
                if (name != "OnTextMessage") return;
                a.Connection.PauseReading();
                a.Connection.ResumeReading();
            });
        server.Open().Send([.. Enumerable.Repeat(ClientFrames.Text("x"), 10)]);
        Assert.Equal(2, Texts(server));
        // Nor does the end of a pause end one of the actor's.
        server.OnLoop(static a => a.Connection.PauseReading());
        server.Advance(5);
        Assert.Equal(2, Texts(server));
        server.OnLoop(static a => a.Connection.ResumeReading());
        server.Advance(20);
        Assert.Equal(10, Texts(server));
    }

    [Fact]
    public void AsyncActor_IsPausedToo()
    {
        AsyncProbe actor = null!;
        using var server = Limited(
            static r => (r.MessagesPerSecond, r.Burst) = (1, TimeSpan.FromSeconds(1)), factory: _ => actor = new AsyncProbe());
        server.Open().Send([.. Enumerable.Repeat(ClientFrames.Text("x"), 10)]);
        var first = actor.CountOf("OnTextMessage");
        Assert.Equal(2, first);
        server.Advance(1);
        Assert.Equal(3, actor.CountOf("OnTextMessage"));
        server.Advance(20);
        Assert.Equal(10, actor.CountOf("OnTextMessage"));
    }

    [Theory]
    [InlineData(Opcode.Ping)]
    [InlineData(Opcode.Pong)]
    public void ControlFrames_InAFlood_Are1008ByDefault(Opcode opcode)
    {
        using var server = new MemoryServer();
        var client = server.Open();
        var frame = ClientFrames.Frame(opcode, []);
        client.Send([.. Enumerable.Repeat(frame, 2000)]);
        client.ReadFrames();
        Assert.True(server.Actor.Connection.IsOpen);
        client.Send(frame);
        var close = client.ReadCloseAndEnd();
        Assert.Equal((1008, "too many control frames"), (close.CloseCode, close.CloseReason));
        Assert.Equal(1, server.Server.Statistics.ControlFloods);
    }

    [Fact]
    public void ControlFrames_AtTheirRate_AreAnsweredForEver()
    {
        using var server = Limited(static r => (r.ControlFramesPerSecond, r.Burst) = (10, TimeSpan.FromSeconds(1)));
        var client = server.Open();
        for (var i = 0; i < 1000; i++)
        {
            client.Send(ClientFrames.Ping());
            Assert.Equal(Opcode.Pong, client.ReadFrame().Opcode);
            server.Advance(0.1);
        }
    }

    [Fact]
    public void ControlFrames_WithoutALimit_AreAllAnswered()
    {
        using var server = Limited(static r => r.ControlFramesPerSecond = null);
        var client = server.Open();
        client.Send([.. Enumerable.Repeat(ClientFrames.Ping(), 50_000)]);
        Assert.Equal(50_000, client.ReadFrames().Count);
    }

    [Theory]
    [InlineData(3, 1, 30)]
    [InlineData(1, 1, 10)]
    [InlineData(1_000_000, 1, 10_000_000)]
    [InlineData(long.MaxValue, 1_000_000_000, 1_000_000)]
    public void Bucket_Full_HoldsTheBurstOfItsRate(long perSecond, long count, int times)
    {
        var rate = Rate.Of(perSecond, TimeSpan.FromSeconds(10), ticksPerSecond: 1_000_000_000)!;
        var bucket = default(TokenBucket);
        for (var i = 0; i < times; i++) Assert.True(bucket.Spend(rate, count, now: 12345) <= 0);
        if (perSecond < long.MaxValue) Assert.True(bucket.Spend(rate, count, now: 12345) > 0);
    }

    private static int Texts(MemoryServer server) => server.Actor.CountOf("OnTextMessage");

    private static MemoryServer Limited(
        Action<RateLimits> limit, Action<WebSocketServerOptions>? configure = null, Action<ProbeActor>? prepare = null,
        Func<UpgradeRequest, WebSocketActor?>? factory = null) =>
        new(prepare, o =>
        {
            limit(o.RateLimits);
            configure?.Invoke(o);
        }, factory: factory);
}
