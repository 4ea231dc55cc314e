// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using Mare.Protocol;

namespace Mare.Tests.Actors;

/// <summary>Any thread may send, close and post.</summary>
public sealed class ForeignThreadTests
{
    private const int Threads = 8;
    private const int HeaderSize = 2;
    private const int Size = 40;

    [Fact]
    public void Sends_FromElsewhere_ArriveInOrder()
    {
        using var server = new MemoryServer();
        var client = server.Open();
        var connection = server.Actor.Connection;
        Assert.Equal(SendStatus.Accepted, connection.SendText("1"));
        Assert.Equal(SendStatus.Accepted, connection.SendBinary([2]));
        Assert.Equal(SendStatus.Accepted, connection.Ping("3"u8));
        Assert.Equal(SendStatus.Accepted, connection.SendText("4"));
        Assert.Empty(client.ReadFrames());
        server.Run();
        Assert.Equal([Opcode.Text, Opcode.Binary, Opcode.Ping, Opcode.Text], client.ReadFrames().Select(static f => f.Opcode));
    }

    [Fact]
    public void Send_FromElsewhere_GoesBeforeALaterOneOnTheLoop()
    {
        using var server = new MemoryServer(static a => a.Hook = static (a, name) =>
        {
            if (name == "OnTextMessage") a.Connection.SendText("second");
        });
        var client = server.Open();
        client.Peer.Send(ClientFrames.Text("go"));
        server.Actor.Connection.SendText("first");
        server.Run();
        Assert.Equal(["first", "second"], client.ReadFrames().Select(static f => f.Text));
    }

    [Fact]
    public void Send_FromElsewhere_GoesBeforeACloseOnTheLoop()
    {
        using var server = new MemoryServer(static a => a.Hook = static (a, name) =>
        {
            if (name == "OnTextMessage") a.Connection.Close();
        });
        var client = server.Open();
        client.Peer.Send(ClientFrames.Text("go"));
        server.Actor.Connection.SendText("first");
        server.Run();
        Assert.Equal([Opcode.Text, Opcode.Close], client.ReadFrames().Select(static f => f.Opcode));
    }

    [Fact]
    public void Close_FromElsewhere_IsBehindThatThreadsSendsAndBeforeNone()
    {
        using var server = new MemoryServer();
        var client = server.Open();
        var connection = server.Actor.Connection;
        connection.SendText("before");
        connection.Close(CloseCode.GoingAway, "elsewhere");
        Assert.Equal(SendStatus.Closed, connection.SendText("after"));
        connection.Close(CloseCode.InternalError, "again");
        server.Run();
        var frames = client.ReadFrames();
        Assert.Equal([Opcode.Text, Opcode.Close], frames.Select(static f => f.Opcode));
        Assert.Equal((1001, "elsewhere"), (frames[1].CloseCode, frames[1].CloseReason));
        client.Send(ClientFrames.Close());
        client.Leave();
        Assert.Equal((0, CloseInitiator.Self), (server.Actor.UnsentBytes, server.Actor.ClosedBy));
    }

    [Fact]
    public void Close_FromElsewhereBeforeOpen_DoesNothing()
    {
        using var server = new MemoryServer(static a => a.Decide = _ =>
        {
            var thread = new Thread(() => a.Connection.Close());
            thread.Start();
            thread.Join();
            return true;
        });
        var client = server.Open();
        server.Actor.Connection.SendText("open");
        server.Run();
        Assert.Equal("open", client.ReadFrame().Text);
    }

    [Fact]
    public void Abort_FromElsewhere_Resets()
    {
        using var server = new MemoryServer();
        var client = server.Open();
        server.Actor.Connection.SendText("lost");
        server.Actor.Connection.Abort();
        server.Run();
        Assert.True(client.Peer.WasReset);
        Assert.Equal("OnClosed 1006", server.Actor.Calls[^2]);
    }

    [Fact]
    public void Sends_FromElsewhereAfterTheEnd_AreAnsweredClosed()
    {
        using var server = new MemoryServer();
        server.Open().Leave();
        var connection = server.Actor.Connection;
        Assert.Equal(
            [SendStatus.Closed, SendStatus.Closed, SendStatus.Closed],
            [connection.SendText("x"), connection.SendBinary([1]), connection.Ping()]);
        connection.Close();
        connection.Abort();
        server.Run();
        Assert.Equal("Dispose", server.Actor.Calls[^1]);
    }

    [Fact]
    public void Sends_FromElsewhereToAPeerThatStopsReading_AreRefusedAtTheLimit()
    {
        using var server = new MemoryServer();
        var client = server.Open();
        client.Peer.StopReading();
        var statuses = new List<SendStatus>();
        for (var i = 0; i < 300; i++)
        {
            statuses.Add(server.Actor.Connection.SendBinary(new byte[10_000]));
            if (i % 10 == 0) server.Run();
        }

        Assert.Contains(SendStatus.AcceptedThrottled, statuses);
        Assert.Equal(SendStatus.QueueFull, statuses[^1]);
        client.ResumeReading();
        Assert.Equal(statuses.Count(static s => s.IsAccepted()), client.ReadFrames().Count);
        Assert.Equal(["OnThrottled", "OnUnthrottled"], server.Actor.Calls.Skip(2));
    }

    [Theory]
    [InlineData("close on the loop")]
    [InlineData("close elsewhere")]
    [InlineData("abort")]
    [InlineData("stop")]
    [InlineData("peer leaves")]
    public void Sends_FromEightThreadsWhileItEnds_AreReceivedOrCounted(string end)
    {
        // A small queue: each turn takes some hundred messages, and the threads meet its limit.
        using var server = new MemoryServer(configure: static o =>
            (o.Connection.HighWaterMark, o.Connection.LowWaterMark, o.Connection.MaxQueuedBytes) = (4096, 1024, 4096));
        var client = server.Open();
        var connection = server.Actor.Connection;
        var accepted = new int[Threads];
        var failures = 0;
        var threads = Enumerable.Range(0, Threads).Select(t => new Thread(() =>
        {
            try
            {
                var data = new byte[Size];
                data[0] = (byte)t;
                for (var status = SendStatus.Accepted; status != SendStatus.Closed;)
                {
                    BinaryPrimitives.WriteInt32LittleEndian(data.AsSpan(1), accepted[t]);
                    status = connection.SendBinary(data);
                    if (status.IsAccepted()) accepted[t]++;
                    else Thread.Yield();
                }
            }
            catch (Exception)
            {
                Interlocked.Increment(ref failures);
            }
        })).ToArray();
        foreach (var thread in threads) thread.Start();

        // Turns go on until some hundred messages have gone through; then it ends in the midst.
        while (client.Peer.TotalReceived < 500 * Size) server.Loops.RunTurn();
        End(server, client, end);
        while (!threads.All(static t => t.Join(0))) server.Loops.RunTurn();
        server.Run();
        var frames = client.ReadFrames().Where(static f => f.Opcode == Opcode.Binary).ToArray();
        if (!client.IsEnded) client.Send(ClientFrames.Close());
        client.Leave();

        Assert.Equal(0, failures);
        for (var t = 0; t < Threads; t++)
        {
            var received = frames.Where(f => f.Payload[0] == t).Select(static f => BinaryPrimitives.ReadInt32LittleEndian(f.Payload.AsSpan(1)));
            Assert.Equal(Enumerable.Range(0, received.Count()), received);
        }

        var missing = accepted.Sum() - frames.Length;
        // What stands on the wire is counted with its header; an aborted connection has such, the others have none.
        Assert.InRange(server.Actor.UnsentBytes, (long)missing * Size, (long)missing * (Size + HeaderSize));
        if (end is not "abort" and not "peer leaves") Assert.Equal(0, missing);
    }

    private static void End(MemoryServer server, MemoryClient client, string how)
    {
        switch (how)
        {
            case "close on the loop":
                Assert.True(server.Actor.Post(static a => a.Connection.Close()));
                break;
            case "close elsewhere":
                server.Actor.Connection.Close();
                break;
            case "abort":
                server.Actor.Connection.Abort();
                break;
            case "stop":
                _ = server.Server.StopAsync();
                break;
            default:
                client.Peer.ShutdownSend();
                break;
        }
    }
}
