// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using Mare.Testing;

namespace Mare.Tests.Connections;

/// <summary>A peer that reads more slowly than this side sends.</summary>
public sealed class BackpressureTests
{
    private const int Size = 10_000;

    [Fact]
    public void Sends_ToAPeerThatStopsReading_AreThrottledThenRefusedThenAllArrive()
    {
        using var server = new MemoryServer();
        var client = server.Open();
        client.Peer.StopReading();
        var statuses = Fill(server);
        // First accepted, then throttled, then full: never back.
        Assert.Equal(
            [SendStatus.Accepted, SendStatus.AcceptedThrottled, SendStatus.QueueFull], statuses.Distinct());
        Assert.Equal(statuses.Order(), statuses);
        Assert.Equal(["OnUpgradeRequest", "OnOpen", "OnThrottled"], server.Actor.Calls);
        Assert.True(server.Actor.Connection.IsThrottled);
        // The queue's megabyte, the wire's water mark, the window.
        var accepted = statuses.Count(static s => s.IsAccepted());
        Assert.InRange(accepted * Size, 1024 * 1024, 1024 * 1024 + 200_000);

        client.ResumeReading();
        Assert.Equal(Enumerable.Range(0, accepted), client.ReadFrames().Select(static f => BinaryPrimitives.ReadInt32LittleEndian(f.Payload)));
        Assert.Equal(["OnThrottled", "OnUnthrottled"], server.Actor.Calls.Skip(2));
        Assert.False(server.Actor.Connection.IsThrottled);
        Assert.Equal(0, server.Actor.Connection.UnsentBytes);
    }

    [Fact]
    public void Sends_OnAHostileNetwork_AllArriveInOrder()
    {
        for (var seed = 0; seed < 5; seed++)
        {
            using var server = new MemoryServer(network: InMemoryNetworkOptions.Hostile(seed));
            var client = server.Open();
            var accepted = Fill(server).Count(static s => s.IsAccepted());
            Assert.Equal(Enumerable.Range(0, accepted), client.ReadFrames().Select(static f => BinaryPrimitives.ReadInt32LittleEndian(f.Payload)));
        }
    }

    [Fact]
    public void Sends_RefusedOnce_AreAcceptedAgainAfterOnUnthrottled()
    {
        var last = SendStatus.Closed;
        using var server = new MemoryServer(a => a.Hook = (a, name) =>
        {
            if (name == "OnUnthrottled") last = a.Connection.SendText("again");
        });
        var client = server.Open();
        client.Peer.StopReading();
        Fill(server);
        client.ResumeReading();
        Assert.Equal(SendStatus.Accepted, last);
        Assert.Equal("again", client.ReadFrames()[^1].Text);
    }

    [Fact]
    public void Message_LargerThanTheQueueLimit_IsAcceptedUnderTheHighWaterMark()
    {
        using var server = new MemoryServer(configure: static o => o.Connection.MaxQueuedBytes = 100_000);
        var client = server.Open();
        client.Peer.StopReading();
        server.OnLoop(static a =>
        {
            while (a.Connection.SendBinary(new byte[Size]) == SendStatus.Accepted)
            {
                // Until it is throttled: the queue is empty then.
            }

            Assert.Equal(SendStatus.AcceptedThrottled, a.Connection.SendBinary(new byte[500_000]));
            Assert.Equal(SendStatus.QueueFull, a.Connection.SendBinary(new byte[1]));
        });
        client.ResumeReading();
        Assert.Equal(500_000, client.ReadFrames()[^1].Payload.Length);
    }

    [Fact]
    public void Ping_WhileThrottled_IsRefused()
    {
        using var server = new MemoryServer();
        server.Open().Peer.StopReading();
        Fill(server);
        server.OnLoop(static a => Assert.Equal(SendStatus.QueueFull, a.Connection.Ping()));
    }

    [Fact]
    public void OnThrottled_CausedInACallback_ComesAfterItAndBeforeTheNextMessage()
    {
        using var server = new MemoryServer(static a => a.Hook = static (a, name) =>
        {
            if (name != "OnTextMessage") return;
            while (a.Connection.SendBinary(new byte[Size]) == SendStatus.Accepted)
            {
                // Until it is throttled.
            }

            a.Note("end of OnTextMessage");
        });
        var client = server.Open();
        client.Peer.StopReading();
        client.Send(ClientFrames.Text("1"), ClientFrames.Pong("2"));
        Assert.Equal(["OnTextMessage 1", "end of OnTextMessage", "OnThrottled", "OnPong 2"], server.Actor.Calls.Skip(2));
        client.ResumeReading();
    }

    [Fact]
    public void Peer_LostWhileThrottled_CountsWhatWasNotSent()
    {
        using var server = new MemoryServer();
        var client = server.Open();
        client.Peer.StopReading();
        var accepted = Fill(server).Count(static s => s.IsAccepted());
        client.Reset();
        var window = server.Network.Options.Window;
        Assert.Equal("OnClosed 1006", server.Actor.Calls[^2]);
        // All but what the window took, headers of what stood on the wire included.
        Assert.InRange(server.Actor.UnsentBytes, accepted * (long)Size - window, accepted * (long)(Size + 4) - window + 200);
        Assert.Equal(0, server.Actor.CountOf("OnUnthrottled"));
    }

    [Fact]
    public void Close_WhileThrottled_SendsAllThatWasAcceptedFirst()
    {
        using var server = new MemoryServer();
        var client = server.Open();
        client.Peer.StopReading();
        var accepted = Fill(server).Count(static s => s.IsAccepted());
        server.OnLoop(static a => a.Connection.Close());
        client.ResumeReading();
        Assert.Equal(accepted + 1, client.ReadFrames().Count);
        client.Send(ClientFrames.Close());
        client.Leave();
        Assert.Equal((0, true), (server.Actor.UnsentBytes, server.Actor.ClosedCleanly));
    }

    [Fact]
    public void Close_ToAPeerThatNeverReads_EndsAndCountsTheUnsent()
    {
        using var server = new MemoryServer();
        var client = server.Open();
        client.Peer.StopReading();
        Fill(server);
        server.OnLoop(static a => a.Connection.Close());
        // The close's 5 seconds, then TCP's 2.
        server.Advance(7);
        Assert.True(client.Peer.WasReset);
        Assert.InRange(server.Actor.UnsentBytes, 1024 * 1024, 1024 * 1024 + 200_000);
    }

    [Fact]
    public void Close_ToAPeerThatReadsSlowly_SendsAll()
    {
        using var server = new MemoryServer(network: new InMemoryNetworkOptions { Window = 4096 });
        var client = server.Open();
        client.Peer.StopReading();
        var accepted = Fill(server).Count(static s => s.IsAccepted());
        server.OnLoop(static a => a.Connection.Close());
        for (var i = 0; i < 600 && !client.IsEnded; i++)
        {
            // A window's worth now and then: much longer than the time-outs in all, but never still.
            client.Peer.ResumeReading();
            client.Peer.StopReading();
            server.Advance(0.1);
        }

        client.ResumeReading();
        Assert.True(client.Peer.IsEndOfStream);
        Assert.Equal(accepted + 1, client.ReadFrames().Count);
    }

    private static List<SendStatus> Fill(MemoryServer server)
    {
        var statuses = new List<SendStatus>();
        server.OnLoop(a =>
        {
            var data = new byte[Size];
            for (var i = 0; statuses.Count(static s => s == SendStatus.QueueFull) < 3 && i < 1000; i++)
            {
                BinaryPrimitives.WriteInt32LittleEndian(data, i);
                statuses.Add(a.Connection.SendBinary(data));
            }
        });
        return statuses;
    }
}
