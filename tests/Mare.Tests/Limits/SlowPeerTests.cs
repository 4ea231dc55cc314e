// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using Mare.Protocol;

namespace Mare.Tests.Limits;

/// <summary>A peer that reads too slowly, under each policy: bounded memory, and nothing lost in silence.</summary>
public sealed class SlowPeerTests
{
    private const int Size = 10_000;
    private const int Limit = 200_000;

    // What may wait in all: the queue's limit, the wire's high water mark and the message that passes it, and the cork's
    // granularity.
    private const int MostHeld = Limit + (64 * 1024) + Size + (2 * Block.Size);

    [Fact]
    public void Refuse_OfWhatFindsNoRoom_IsCounted()
    {
        using var server = Policy(SlowPeerPolicy.Refuse);
        var client = Stuck(server);
        var statuses = Send(server, 0, 100);
        var refused = statuses.Count(static s => s == SendStatus.QueueFull);
        Assert.InRange(refused, 60, 80);
        Assert.Equal(refused, server.Server.Statistics.SendsRefused);
        client.ResumeReading();
        Assert.Equal(Enumerable.Range(0, 100 - refused), Numbers(client.ReadFrames()));
        Assert.Equal((0L, 0L), Lost(server));
    }

    [Fact]
    public void Close_OfWhoIsTooSlow_Is1013BehindAllThatWasAccepted()
    {
        using var server = Policy(SlowPeerPolicy.Close);
        var client = Stuck(server);
        var statuses = Send(server, 0, 100);
        Assert.Equal([SendStatus.Accepted, SendStatus.AcceptedThrottled, SendStatus.Closed], statuses.Distinct());
        Assert.Equal(statuses.Order(), statuses);
        var accepted = statuses.Count(static s => s.IsAccepted());
        client.ResumeReading();
        var frames = client.ReadFrames();
        Assert.Equal(Enumerable.Range(0, accepted), Numbers(frames.SkipLast(1)));
        Assert.Equal((1013, "the client reads too slowly"), (frames[^1].CloseCode, frames[^1].CloseReason));
        client.Send(ClientFrames.Close(1013));
        client.Leave();
        Assert.Equal(("OnClosed 1013", 0L), (server.Actor.Calls[^2], server.Actor.UnsentBytes));
        Assert.Equal((1L, 0L), (server.Server.Statistics.SlowPeersClosed, server.Server.Statistics.SendsRefused));
    }

    [Fact]
    public void Close_OfWhoNeverReads_EndsAndCountsTheUnsent()
    {
        using var server = Policy(SlowPeerPolicy.Close);
        var client = Stuck(server);
        var accepted = Send(server, 0, 100).Count(static s => s.IsAccepted());
        // The close's 5 seconds, then TCP's 2.
        server.Advance(7);
        Assert.True(client.Peer.WasReset);
        Assert.Equal("OnClosed 1013", server.Actor.Calls[^2]);
        var window = server.Network.Options.Window;
        Assert.InRange(server.Actor.UnsentBytes, (accepted * (long)Size) - window, (accepted * (long)(Size + 4)) - window + 200);
    }

    [Fact]
    public void DropOldest_SendsTheNewestAndCountsTheRest()
    {
        using var server = Policy(SlowPeerPolicy.DropOldest);
        var client = Stuck(server);
        var statuses = Send(server, 0, 100);
        Assert.DoesNotContain(SendStatus.QueueFull, statuses);
        client.ResumeReading();
        var numbers = Numbers(client.ReadFrames());
        // What was on the wire, then the end of what was sent, without a gap in it.
        var dropped = 100 - numbers.Count;
        var gap = numbers.Zip(numbers.Skip(1)).Single(static p => p.Second != p.First + 1);
        Assert.Equal(dropped, gap.Second - gap.First - 1);
        Assert.Equal(99, numbers[^1]);
        Assert.InRange(numbers.Count(n => n >= gap.Second), (Limit / Size) - 1, Limit / Size);
        Assert.Equal((dropped, 0L), Lost(server));
        Assert.Equal((dropped, 0L), (server.Server.Statistics.MessagesDropped, server.Server.Statistics.SendsRefused));
    }

    [Fact]
    public void DropOldest_OfAMessageLargerThanTheQueue_LeavesItAlone()
    {
        using var server = Policy(SlowPeerPolicy.DropOldest);
        var client = Stuck(server);
        Send(server, 0, 30);
        server.OnLoop(static a => Assert.Equal(SendStatus.AcceptedThrottled, a.Connection.SendBinary(new byte[3 * Limit])));
        client.ResumeReading();
        Assert.Equal(3 * Limit, client.ReadFrames()[^1].Payload.Length);
    }

    [Fact]
    public void Close_AfterDrops_SendsAllThatWaits()
    {
        using var server = Policy(SlowPeerPolicy.DropOldest);
        var client = Stuck(server);
        Send(server, 0, 100);
        server.OnLoop(static a => a.Connection.Close());
        client.ResumeReading();
        var frames = client.ReadFrames();
        Assert.Equal((Opcode.Close, 99), (frames[^1].Opcode, Number(frames[^2])));
        client.Send(ClientFrames.Close());
        client.Leave();
        Assert.Equal((0L, true), (server.Actor.UnsentBytes, server.Actor.ClosedCleanly));
    }

    [Theory]
    [InlineData(SlowPeerPolicy.Refuse)]
    [InlineData(SlowPeerPolicy.Close)]
    [InlineData(SlowPeerPolicy.DropOldest)]
    public void Policy_WhateverItIs_HoldsNoMoreThanItsLimits(SlowPeerPolicy policy)
    {
        using var server = Policy(policy);
        Stuck(server);
        for (var round = 0; round < 100; round++)
        {
            Send(server, round * 100, 100);
            server.Advance(0.01);
            Assert.InRange(server.Actor.Connection.UnsentBytes, Limit, MostHeld);
            Assert.InRange(Held(server), Limit, MostHeld + (Limit * 2));
        }
    }

    [Theory]
    [InlineData(SlowPeerPolicy.Refuse)]
    [InlineData(SlowPeerPolicy.Close)]
    [InlineData(SlowPeerPolicy.DropOldest)]
    public void Key_SentAgainAndAgain_WaitsOnce(SlowPeerPolicy policy)
    {
        using var server = Policy(policy);
        var client = Stuck(server);
        var filled = Fill(server);
        server.OnLoop(static a =>
        {
            for (var i = 0; i < 10_000; i++)
                Assert.Equal(SendStatus.AcceptedThrottled, a.Connection.SendText($"price {i}", new MessageKey(0)));
        });
        Assert.InRange(server.Actor.Connection.UnsentBytes, 0, MostHeld);
        client.ResumeReading();
        var frames = client.ReadFrames();
        Assert.Equal(filled, Numbers(frames.SkipLast(1)).Count);
        Assert.Equal("price 9999", frames[^1].Text);
        Assert.Equal((0L, 9999L), Lost(server));
        Assert.Equal(9999, server.Server.Statistics.MessagesReplaced);
    }

    [Fact]
    public void Key_Replaced_KeepsItsPlace()
    {
        using var server = Policy(SlowPeerPolicy.Refuse);
        var client = Stuck(server);
        var filled = Fill(server);
        server.OnLoop(static a =>
        {
            a.Connection.SendText("a1"u8, new MessageKey(1));
            a.Connection.SendText("between");
            a.Connection.SendBinary("b1"u8, new MessageKey(2));
            a.Connection.SendBinary("a2"u8, new MessageKey(1));
        });
        client.ResumeReading();
        var last = client.ReadFrames().Skip(filled).Select(static f => (f.Opcode, System.Text.Encoding.UTF8.GetString(f.Payload)));
        Assert.Equal([(Opcode.Binary, "a2"), (Opcode.Text, "between"), (Opcode.Binary, "b1")], last);
    }

    [Fact]
    public void Key_ToAPeerThatReads_ReplacesNothing()
    {
        using var server = new MemoryServer();
        var client = server.Open();
        server.OnLoop(static a =>
        {
            for (var i = 0; i < 3; i++) a.Connection.SendText($"{i}", new MessageKey(1));
        });
        Assert.Equal(["0", "1", "2"], client.ReadFrames().Select(static f => f.Text));
    }

    [Fact]
    public void Key_OnACompressedConnection_IsCompressedWhenItsTurnComes()
    {
        using var server = new MemoryServer(configure: static o =>
        {
            o.Connection.MaxQueuedBytes = Limit;
            o.Compression.Mode = CompressionMode.Dedicated;
        });
        var client = server.Request(Requests.Upgrade("/", "Sec-WebSocket-Extensions: permessage-deflate"));
        Assert.Equal(101, client.ReadAnswer().Status);
        client.Deflates = true;
        client.Peer.StopReading();
        server.OnLoop(static a =>
        {
            var noise = new byte[Size];
            new Random(1).NextBytes(noise);
            while (a.Connection.SendBinary(noise, SendOptions.Uncompressed) == SendStatus.Accepted)
            {
                // Until it is throttled.
            }

            for (var i = 0; i < 50; i++) a.Connection.SendText($"{i} " + new string('x', 2000), new MessageKey(1));
            a.Connection.SendText(new string('y', 2000));
        });
        client.ResumeReading();
        var frames = client.ReadFrames();
        var codec = new Compression.ClientCodec();
        Assert.StartsWith("49 xxx", codec.Inflate(frames[^2]), StringComparison.Ordinal);
        Assert.StartsWith("yyy", codec.Inflate(frames[^1]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SlowPeerPolicy.Refuse)]
    [InlineData(SlowPeerPolicy.Close)]
    [InlineData(SlowPeerPolicy.DropOldest)]
    public void Sends_OfAnotherThreadThatTheLoopHasNotTaken_ObeyThePolicy(SlowPeerPolicy policy)
    {
        using var server = Policy(policy);
        var client = server.Open();
        var connection = server.Actor.Connection;
        // This is not the loop, and it rests meanwhile.
        var statuses = new List<SendStatus>();
        for (var i = 0; i < 100; i++) statuses.Add(connection.SendBinary(Message(i)));
        server.Run();
        var numbers = Numbers(client.ReadFrames().Where(static f => f.Opcode == Opcode.Binary));
        var fits = Limit / Size;
        var statistics = server.Server.Statistics;
        switch (policy)
        {
            case SlowPeerPolicy.Refuse:
                Assert.Equal(Enumerable.Range(0, fits), numbers);
                Assert.Equal((100L - fits, 100 - fits), (statistics.SendsRefused, statuses.Count(static s => s == SendStatus.QueueFull)));
                break;
            case SlowPeerPolicy.Close:
                Assert.Equal(Enumerable.Range(0, fits), numbers);
                Assert.Equal((1L, 100 - fits), (statistics.SlowPeersClosed, statuses.Count(static s => s == SendStatus.Closed)));
                break;
            default:
                Assert.Equal(Enumerable.Range(100 - fits, fits), numbers);
                Assert.Equal((100L - fits, 0), (statistics.MessagesDropped, statuses.Count(static s => !s.IsAccepted())));
                Assert.Equal((100L - fits, 0L), Lost(server));
                break;
        }
    }

    [Fact]
    public void Drops_OfAnotherThreadsSends_SpareAPingBetweenThem()
    {
        using var server = Policy(SlowPeerPolicy.DropOldest);
        var client = server.Open();
        var connection = server.Actor.Connection;
        connection.Ping();
        for (var i = 0; i < 100; i++) connection.SendBinary(Message(i));
        connection.Close();
        server.Run();
        var frames = client.ReadFrames();
        Assert.Equal((Opcode.Ping, Opcode.Close), (frames[0].Opcode, frames[^1].Opcode));
        Assert.Equal(Enumerable.Range(100 - (Limit / Size), Limit / Size), Numbers(frames.Skip(1).SkipLast(1)));
    }

    [Fact]
    public void Key_SentByAnotherThread_IsConflatedBeforeTheLoopTakesIt()
    {
        using var server = new MemoryServer();
        var client = server.Open();
        for (var i = 0; i < 50; i++) Assert.Equal(SendStatus.Accepted, server.Actor.Connection.SendText($"{i}", new MessageKey(5)));
        server.Run();
        Assert.Equal("49", client.ReadFrame().Text);
        Assert.Equal((0L, 49L), Lost(server));
    }

    [Fact]
    public void Counts_OfAConnection_AreThereInOnClosed()
    {
        (long, long) seen = default;
        using var server = new MemoryServer(
            a => a.Hook = (a, name) =>
            {
                if (name == "OnClosed") seen = (a.Connection.DroppedMessages, a.Connection.ReplacedMessages);
            },
            static o => (o.Connection.MaxQueuedBytes, o.SlowPeerPolicy) = (Limit, SlowPeerPolicy.DropOldest));
        var client = Stuck(server);
        Send(server, 0, 100);
        server.OnLoop(static a =>
        {
            a.Connection.SendText("1", new MessageKey(1));
            a.Connection.SendText("2", new MessageKey(1));
        });
        client.Reset();
        Assert.Equal(1, seen.Item2);
        Assert.InRange(seen.Item1, 50, 80);
    }

    private static MemoryServer Policy(SlowPeerPolicy policy) =>
        new(configure: o => (o.Connection.MaxQueuedBytes, o.SlowPeerPolicy) = (Limit, policy));

    private static MemoryClient Stuck(MemoryServer server)
    {
        var client = server.Open();
        client.Peer.StopReading();
        return client;
    }

    private static List<SendStatus> Send(MemoryServer server, int first, int count)
    {
        var statuses = new List<SendStatus>();
        server.OnLoop(a =>
        {
            for (var i = 0; i < count; i++) statuses.Add(a.Connection.SendBinary(Message(first + i)));
        });
        return statuses;
    }

    /// <summary>Sends until the connection is throttled; the queue is empty then.</summary>
    private static int Fill(MemoryServer server)
    {
        var sent = 0;
        server.OnLoop(a =>
        {
            while (a.Connection.SendBinary(Message(sent++)) == SendStatus.Accepted)
            {
                // The last one is what passed the mark.
            }
        });
        return sent;
    }

    private static long Held(MemoryServer server)
    {
        var usage = server.Loops.Usage[0];
        // Queued messages are in buffers of the next power of two.
        return (usage.RentedBlocks * (long)Block.Size) + (usage.RentedBuffers * 16_384L);
    }

    private static (long Dropped, long Replaced) Lost(MemoryServer server) =>
        (server.Actor.Connection.DroppedMessages, server.Actor.Connection.ReplacedMessages);

    private static byte[] Message(int number)
    {
        var data = new byte[Size];
        BinaryPrimitives.WriteInt32LittleEndian(data, number);
        return data;
    }

    private static List<int> Numbers(IEnumerable<ServerFrame> frames) => [.. frames.Select(Number)];

    private static int Number(ServerFrame frame) => BinaryPrimitives.ReadInt32LittleEndian(frame.Payload);
}
