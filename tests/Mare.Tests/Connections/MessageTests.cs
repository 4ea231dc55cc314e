// SPDX-License-Identifier: MIT
using Mare.Protocol;
using Mare.Testing;

namespace Mare.Tests.Connections;

/// <summary>Messages in and out. RFC 6455, sections 5.4 to 5.6 and 6.</summary>
public sealed class MessageTests
{
    [Fact]
    public void Text_FromPeer_IsGivenAsString()
    {
        using var server = new MemoryServer();
        var client = server.Open();
        client.Send(ClientFrames.Text("grüß 👋"));
        Assert.Equal("OnTextMessage grüß 👋", server.Actor.Calls[^1]);
    }

    [Fact]
    public void Binary_FromPeer_IsGivenWhole()
    {
        using var server = new MemoryServer();
        server.Open().Send(ClientFrames.Binary([1, 2, 3]));
        Assert.Equal([1, 2, 3], Assert.Single(server.Actor.Messages));
    }

    [Fact]
    public void Messages_Empty_AreGiven()
    {
        using var server = new MemoryServer();
        server.Open().Send(ClientFrames.Text(""), ClientFrames.Binary([]));
        Assert.Equal(["OnUpgradeRequest", "OnOpen", "OnTextMessage", "OnBinaryMessage"], server.Actor.Calls);
    }

    [Fact]
    public void Message_InFragmentsWithAPingBetween_IsGivenOnce()
    {
        using var server = new MemoryServer();
        var client = server.Open();
        client.Send(
            ClientFrames.Binary([1], fin: false), ClientFrames.Ping("hi"), ClientFrames.Continuation([2], fin: false),
            ClientFrames.Continuation([3]));
        Assert.Equal([1, 2, 3], Assert.Single(server.Actor.Messages));
        var pong = client.ReadFrame();
        Assert.Equal((Opcode.Pong, "hi"), (pong.Opcode, pong.Text));
    }

    [Theory]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(1_048_576)]
    public void Message_OfEachLengthForm_ComesBackEqual(int length)
    {
        using var server = new MemoryServer(a => a.Hook = Echo, network: new InMemoryNetworkOptions { Window = 4 * 1024 * 1024 });
        var client = server.Open();
        var data = new byte[length];
        new Random(length).NextBytes(data);
        client.Send(ClientFrames.Binary(data));
        Assert.Equal(data, client.ReadFrame().Payload);
    }

    [Fact]
    public void Messages_OnAHostileNetwork_ComeBackInOrder()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            using var server = new MemoryServer(a => a.Hook = Echo, network: InMemoryNetworkOptions.Hostile(seed));
            var client = server.Open();
            var random = new Random(seed);
            var sent = Enumerable.Range(0, 20).Select(_ => new byte[random.Next(600)]).ToArray();
            foreach (var data in sent)
            {
                random.NextBytes(data);
                client.Peer.Send(ClientFrames.Binary(data));
            }

            server.Run();
            Assert.Equal(sent, client.ReadFrames().Select(static f => f.Payload));
        }
    }

    [Fact]
    public void Sends_OfEachKind_ArriveAsFrames()
    {
        using var server = new MemoryServer();
        var client = server.Open();
        server.OnLoop(a =>
        {
            Assert.Equal(SendStatus.Accepted, a.Connection.SendText("text"));
            Assert.Equal(SendStatus.Accepted, a.Connection.SendText("chars".AsSpan()));
            Assert.Equal(SendStatus.Accepted, a.Connection.SendText("utf8"u8));
            Assert.Equal(SendStatus.Accepted, a.Connection.SendBinary([7]));
            Assert.Equal(SendStatus.Accepted, a.Connection.Ping("p"u8));
        });
        Assert.Equal(
            [(Opcode.Text, "text"), (Opcode.Text, "chars"), (Opcode.Text, "utf8"), (Opcode.Binary, "\a"), (Opcode.Ping, "p")],
            client.ReadFrames().Select(static f => (f.Opcode, f.Text)));
    }

    [Fact]
    public void SendText_LongAndWithLoneSurrogates_ArrivesReplaced()
    {
        using var server = new MemoryServer();
        var client = server.Open();
        var text = new string('ü', 5000) + "\ud800";
        server.OnLoop(a => Assert.Equal(SendStatus.Accepted, a.Connection.SendText(text)));
        Assert.Equal(new string('ü', 5000) + "\ufffd", client.ReadFrame().Text);
    }

    [Fact]
    public void Ping_Answered_IsHeardAsPong()
    {
        using var server = new MemoryServer();
        var client = server.Open();
        client.Send(ClientFrames.Pong("here"));
        Assert.Equal("OnPong here", server.Actor.Calls[^1]);
    }

    [Fact]
    public void Ping_LongerThan125Bytes_Throws()
    {
        using var server = new MemoryServer();
        server.Open();
        server.OnLoop(static a => Assert.Throws<ArgumentException>(() => a.Connection.Ping(new byte[126])));
    }

    [Fact]
    public void Pings_FromAPeerThatDoesNotRead_OweOnlyTheLastPong()
    {
        // So many are a flood, which the default ends: RateLimitTests shows that.
        using var server = new MemoryServer(configure: static o => o.RateLimits.ControlFramesPerSecond = null);
        var client = server.Open();
        client.Peer.StopReading();
        var ping = ClientFrames.Ping(new string('x', 120));
        var flood = Enumerable.Repeat(ping, 1000).SelectMany(static p => p).ToArray();
        for (var i = 0; i < 20; i++) client.Send(flood);
        client.Send(ClientFrames.Ping("last"));
        // The window, and the high-water mark's worth of wire; 20,000 pongs would be 2.4 MB.
        var blocks = server.Loops.Usage[0].RentedBlocks;
        Assert.InRange(blocks, 1, 10);
        client.ResumeReading();
        var pongs = client.ReadFrames();
        Assert.Equal("last", pongs[^1].Text);
        Assert.InRange(pongs.Count, 2, 2000);
    }

    [Fact]
    public void Reading_PausedAndResumed_GivesAllMessagesInOrder()
    {
        using var server = new MemoryServer(a => a.Hook = static (a, callback) =>
        {
            if (callback == "OnTextMessage") a.Connection.PauseReading();
        });
        var client = server.Open();
        client.Send(ClientFrames.Text("1"), ClientFrames.Text("2"), ClientFrames.Text("3"));
        Assert.Equal(1, server.Actor.CountOf("OnTextMessage"));
        server.OnLoop(static a => a.Connection.ResumeReading());
        Assert.Equal(2, server.Actor.CountOf("OnTextMessage"));
        server.OnLoop(static a => a.Connection.ResumeReading());
        Assert.Equal(["OnTextMessage 1", "OnTextMessage 2", "OnTextMessage 3"], server.Actor.Calls.Skip(2));
    }

    [Fact]
    public void Echo_InSteadyState_AllocatesNothing()
    {
        using var server = new MemoryServer(factory: static _ => new QuietEcho());
        var client = server.Open();
        var message = ClientFrames.Binary(new byte[100]);
        // The peer's queue grows to its size in the warm-up, so that only the server is measured.
        RoundTrips(2000);
        client.Peer.ReceiveAll();
        var before = GC.GetAllocatedBytesForCurrentThread();
        RoundTrips(1000);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(0, allocated);
        Assert.Equal(1000, client.ReadFrames().Count);
        return;

        void RoundTrips(int count)
        {
            for (var i = 0; i < count; i++)
            {
                client.Peer.Send(message);
                server.Loops.RunTurn();
            }
        }
    }

    internal static void Echo(ProbeActor actor, string callback)
    {
        if (callback == "OnBinaryMessage") actor.Connection.SendBinary(actor.Messages[^1]);
    }

    private sealed class QuietEcho : WebSocketServerActor
    {
        protected override void OnBinaryMessage(ReadOnlySpan<byte> data) => Connection.SendBinary(data);
    }
}
