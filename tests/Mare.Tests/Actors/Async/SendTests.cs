// SPDX-License-Identifier: MIT
namespace Mare.Tests.Actors.Async;

/// <summary>Sends that can be awaited: they end when the connection takes data again.</summary>
public sealed class SendTests
{
    private static readonly byte[] Part = new byte[16_000];
    private static readonly byte[] Marked = [7, .. new byte[15_999]];

    [Fact]
    public void Send_ToAPeerThatReads_EndsAtOnce()
    {
        using var server = new AsyncServer();
        var client = server.Open();
        server.OnLoop(static a =>
        {
            Assert.Equal(SendStatus.Accepted, Ended(a.Connection.SendTextAsync("grüß")));
            Assert.Equal(SendStatus.Accepted, Ended(a.Connection.SendTextAsync("utf8"u8.ToArray())));
            Assert.Equal(SendStatus.Accepted, Ended(a.Connection.SendBinaryAsync(new byte[] { 1, 2 })));
        });
        Assert.Equal(["grüß", "utf8", "\u0001\u0002"], client.ReadFrames().Select(static f => f.Text));
    }

    [Fact]
    public void Send_AfterTheEnd_IsClosed()
    {
        using var server = new AsyncServer(AsyncProbe.In("OnClosed", static a =>
        {
            Assert.Equal(SendStatus.Closed, Ended(a.Connection.SendTextAsync("late")));
            Assert.Equal(SendStatus.Closed, Ended(a.Connection.SendBinaryAsync(Part)));
            return Task.CompletedTask;
        }));
        server.Open().Leave();
        Assert.Equal("Dispose", server.Actor.Calls[^1]);
    }

    [Fact]
    public void Send_ToAPeerThatDoesNotRead_EndsWhenItReads()
    {
        var statuses = new List<SendStatus>();
        using var server = new AsyncServer(AsyncProbe.In("OnTextMessage", async a =>
        {
            for (var i = 0; i < 20; i++)
            {
                statuses.Add(await a.Connection.SendBinaryAsync(Part));
                Assert.True(a.Loop.IsCurrent);
            }
        }));
        var client = server.Open();
        client.Peer.StopReading();
        client.Send(ClientFrames.Text("go"));
        // Without an await it would have been told QueueFull in the end; so it has sent no more than fits.
        Assert.Equal("OnThrottled", server.Actor.Calls[^1]);
        Assert.InRange(statuses.Count, 1, 19);
        client.ResumeReading();
        Assert.Equal("OnTextMessage go ended", server.Actor.Calls[^1]);
        Assert.Equal(Enumerable.Repeat(SendStatus.Accepted, 20), statuses);
        Assert.Equal(20, client.ReadFrames().Count);
    }

    [Fact]
    public void Send_WhenTheQueueIsFull_WaitsAndIsSent()
    {
        using var server = new AsyncServer(AsyncProbe.In("OnTextMessage", static async a =>
        {
            while (a.Connection.SendBinary(Part) != SendStatus.QueueFull)
            {
                // Until not even the queue has room.
            }

            Assert.Equal(SendStatus.Accepted, await a.Connection.SendBinaryAsync(Marked));
        }));
        var client = server.Open();
        client.Peer.StopReading();
        client.Send(ClientFrames.Text("go"));
        Assert.Equal("OnThrottled", server.Actor.Calls[^1]);
        client.ResumeReading();
        Assert.Equal("OnTextMessage go ended", server.Actor.Calls[^1]);
        Assert.Equal(Marked, client.ReadFrames()[^1].Payload);
    }

    [Fact]
    public void Send_CancelledWhileItWaits_GivesUp()
    {
        using var source = new CancellationTokenSource();
        using var server = new AsyncServer(AsyncProbe.In("OnTextMessage", async a =>
        {
            Fill(a);
            var e = await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await a.Connection.SendTextAsync("accepted all the same", source.Token));
            Assert.Equal(source.Token, e.CancellationToken);
            Assert.True(a.Loop.IsCurrent);
        }));
        var client = server.Open();
        client.Peer.StopReading();
        client.Send(ClientFrames.Text("go"));
        source.Cancel();
        server.Run();
        Assert.Equal("OnTextMessage go ended", server.Actor.Calls[^1]);
        client.ResumeReading();
        Assert.Equal("accepted all the same", client.ReadFrames()[^1].Text);
    }

    [Fact]
    public void Send_CancelledWhenTheQueueIsFull_IsNotSent()
    {
        using var source = new CancellationTokenSource();
        using var server = new AsyncServer(AsyncProbe.In("OnTextMessage", async a =>
        {
            while (a.Connection.SendBinary(Part) != SendStatus.QueueFull)
            {
                // Until not even the queue has room.
            }

            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await a.Connection.SendBinaryAsync(Marked, source.Token));
        }));
        var client = server.Open();
        client.Peer.StopReading();
        client.Send(ClientFrames.Text("go"));
        source.Cancel();
        client.ResumeReading();
        Assert.DoesNotContain(client.ReadFrames(), static f => f.Payload[0] == Marked[0]);
    }

    [Fact]
    public void Send_WithACancelledToken_SendsNothing()
    {
        using var server = new AsyncServer();
        var client = server.Open();
        server.OnLoop(static a =>
        {
            var token = new CancellationToken(canceled: true);
            Assert.True(a.Connection.SendTextAsync("never", token).AsTask().IsCanceled);
            Assert.True(a.Connection.SendTextAsync("never"u8.ToArray(), token).AsTask().IsCanceled);
            Assert.True(a.Connection.SendBinaryAsync(Part, token).AsTask().IsCanceled);
        });
        Assert.Empty(client.ReadFrames());
    }

    [Fact]
    public void Send_WithTheCallbacksToken_IsGivenUpWhenThePeerIsGone()
    {
        using var server = new AsyncServer(AsyncProbe.In("OnTextMessage", static async (a, token) =>
        {
            while (true) await a.Connection.SendBinaryAsync(Part, token);
        }));
        var client = server.Open();
        client.Peer.StopReading();
        client.Send(ClientFrames.Text("go"));
        client.Reset();
        Assert.Equal(["OnTextMessage go ended", "OnClosed 1006", "Dispose"], server.Actor.Calls.TakeLast(3));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Send_ThatWaitsWhenTheActorClosesOrAborts_EndsAtOnce(bool aborts)
    {
        SendStatus? accepted = null;
        SendStatus? full = null;
        using var server = new AsyncServer(AsyncProbe.In("OnTextMessage", async a =>
        {
            accepted = await a.Connection.SendBinaryAsync(Part);
            while (a.Connection.SendBinary(Part) == SendStatus.Accepted)
            {
                // Until it is throttled.
            }

            accepted = null;
            var waits = a.Connection.SendBinaryAsync(Part);
            while (a.Connection.SendBinary(Part) != SendStatus.QueueFull)
            {
                // Until not even the queue has room.
            }

            var refused = a.Connection.SendBinaryAsync(Part);
            accepted = await waits;
            full = await refused;
        }));
        var client = server.Open();
        client.Peer.StopReading();
        client.Send(ClientFrames.Text("go"));
        Assert.Null(accepted);
        server.OnLoop(a =>
        {
            if (aborts) a.Connection.Abort();
            else a.Connection.Close();
        });
        // The peer still does not read, and the close time-out is far.
        Assert.Equal((SendStatus.Accepted, SendStatus.Closed), (accepted, full));
    }

    [Fact]
    public void Send_ThatWaitsWhenThePeerEnds_EndsAtOnce()
    {
        using var server = new AsyncServer(AsyncProbe.In("OnTextMessage", static async a =>
        {
            while (await a.Connection.SendBinaryAsync(Part) == SendStatus.Accepted)
            {
                // Until it is closed.
            }
        }));
        var client = server.Open();
        client.Peer.StopReading();
        client.Send(ClientFrames.Text("go"));
        client.Peer.ShutdownSend();
        server.Run();
        Assert.Contains("OnTextMessage go ended", server.Actor.Calls);
    }

    [Fact]
    public void Sends_GivenUpAgainAndAgain_LeaveNothingBehind()
    {
        const int Warm = 200;
        using var server = new AsyncServer();
        var client = server.Open();
        client.Peer.StopReading();
        server.OnLoop(Fill);
        var waiting = new List<Task<SendStatus>>();
        server.OnLoop(a =>
        {
            for (var i = 0; i < Warm; i++)
            {
                using var source = new CancellationTokenSource();
                waiting.Add(a.Connection.SendBinaryAsync(new byte[1], source.Token).AsTask());
                source.Cancel();
            }
        });
        Assert.All(waiting, static t => Assert.True(t.IsCanceled));
        server.OnLoop(static a => Assert.Equal(0, a.Connection.WaitingSends));
    }

    [Fact]
    public void Sends_OfOtherThreads_AllEndAndAllArrive()
    {
        const int Each = 40;
        var ended = 0;
        using var server = new AsyncServer(configure: static o => o.Connection.MaxQueuedBytes = 70_000);
        var client = server.Open();
        var connection = server.Actor.Connection;
        var tasks = Enumerable.Range(0, 4).Select(_ => Task.Run(
            async () =>
            {
                for (var i = 0; i < Each; i++)
                {
                    Assert.Equal(SendStatus.Accepted, await connection.SendBinaryAsync(Part));
                    Interlocked.Increment(ref ended);
                }
            },
            TestContext.Current.CancellationToken)).ToArray();
        var frames = 0;
        var turn = 0;
        server.RunUntil(() =>
        {
            // Reads and does not, by turns.
            if (++turn % 2 == 0) client.Peer.StopReading();
            else client.Peer.ResumeReading();
            frames += client.ReadFrames().Count;
            return tasks.All(static t => t.IsCompleted);
        });
        Assert.All(tasks, static t => Assert.True(t.IsCompletedSuccessfully, t.Exception?.ToString()));
        client.ResumeReading();
        Assert.Equal(4 * Each, frames + client.ReadFrames().Count);
        Assert.Equal(4 * Each, ended);
    }

    private static SendStatus Ended(ValueTask<SendStatus> send)
    {
        Assert.True(send.IsCompletedSuccessfully);
        return send.Result;
    }

    private static void Fill(AsyncProbe actor)
    {
        while (actor.Connection.SendBinary(Part) == SendStatus.Accepted)
        {
            // Until it is throttled.
        }
    }
}
