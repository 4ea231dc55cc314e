// SPDX-License-Identifier: MIT
namespace Mare.Tests.Actors.Async;

/// <summary>The end of a connection whose actor is busy: cancelled at once, told when its callback has ended.</summary>
public sealed class EndTests
{
    [Fact]
    public void OnClosed_WhileACallbackIsPending_ComesAfterIt()
    {
        var gate = new TaskCompletionSource();
        using var server = new AsyncServer(AsyncProbe.In("OnTextMessage", _ => gate.Task));
        var client = server.Open();
        client.Send(ClientFrames.Text("a"), ClientFrames.Text("parked"));
        client.Reset();
        Assert.True(server.Actor.Token.IsCancellationRequested);
        Assert.Equal(0, server.Server.ConnectionCount);
        Assert.Equal("OnTextMessage a", server.Actor.Calls[^1]);
        server.OnLoop(static a => a.Run("Post"));
        server.Complete(gate);
        // The message that was parked is gone with its connection.
        Assert.Equal(["Post", "OnTextMessage a ended", "OnClosed 1006", "Dispose"], server.Actor.Calls.Skip(3));
    }

    [Fact]
    public void OnClosed_WhileOnOpenIsPending_ComesAfterIt()
    {
        var gate = new TaskCompletionSource();
        using var server = new AsyncServer(AsyncProbe.In("OnOpen", _ => gate.Task));
        server.Open().Leave();
        server.Complete(gate);
        Assert.Equal(["OnOpen", "OnOpen ended", "OnClosed 1006", "Dispose"], server.Actor.Calls.Skip(1));
    }

    [Fact]
    public void OnClosed_ThatIsPending_IsFollowedByDispose()
    {
        var gate = new TaskCompletionSource();
        using var server = new AsyncServer(AsyncProbe.In("OnClosed", _ => gate.Task));
        server.Open().Leave();
        Assert.Equal("OnClosed 1006", server.Actor.Calls[^1]);
        server.OnLoop(static a => a.Run("Post"));
        server.Complete(gate);
        Assert.Equal(["OnClosed 1006", "Post", "OnClosed 1006 ended", "Dispose"], server.Actor.Calls.Skip(2));
        Assert.False(server.Actor.Post(static _ => { }));
    }

    [Fact]
    public void Cancelled_WhatIsRegisteredOnTheToken_RunsOnTheLoop()
    {
        var wasOnLoop = false;
        using var server = new AsyncServer(AsyncProbe.In("OnTextMessage", (a, token) =>
        {
            token.Register(() => wasOnLoop = a.Loop.IsCurrent);
            return Until.CancelledAsync(token);
        }));
        var client = server.Open();
        client.Send(ClientFrames.Text("a"));
        client.Leave();
        Assert.True(wasOnLoop);
    }

    [Fact]
    public void Close_WhileACallbackIsPending_CompletesTheHandshakeAndDiscardsMessages()
    {
        var gate = new TaskCompletionSource();
        using var server = new AsyncServer(AsyncProbe.In("OnTextMessage", _ => gate.Task));
        var client = server.Open();
        client.Send(ClientFrames.Text("a"), ClientFrames.Text("parked"), ClientFrames.Text("behind"));
        server.OnLoop(static a => a.Connection.Close(CloseCode.PolicyViolation, "enough"));
        var close = client.ReadFrame();
        Assert.Equal((1008, "enough"), (close.CloseCode, close.CloseReason));
        // Much more than the bound of read-ahead, and yet the answer behind it is seen.
        for (var i = 0; i < 40; i++) client.Send(ClientFrames.Binary(new byte[1000]));
        client.Send(ClientFrames.Close(1008));
        Assert.True(client.Peer.IsEndOfStream);
        client.Leave();
        Assert.Equal("OnTextMessage a", server.Actor.Calls[^1]);
        server.Complete(gate);
        Assert.Equal(["OnTextMessage a ended", "OnClosed 1008", "Dispose"], server.Actor.Calls.TakeLast(3));
    }

    [Fact]
    public void Close_InACallbackThatGoesOn_CompletesTheHandshake()
    {
        var gate = new TaskCompletionSource();
        using var server = new AsyncServer(AsyncProbe.In("OnTextMessage", a =>
        {
            a.Connection.Close();
            return gate.Task;
        }));
        var client = server.Open();
        client.Send(ClientFrames.Text("a"), ClientFrames.Text("discarded"));
        for (var i = 0; i < 40; i++) client.Send(ClientFrames.Binary(new byte[1000]));
        client.Send(ClientFrames.Close());
        Assert.True(client.Peer.IsEndOfStream);
        client.Leave();
        server.Complete(gate);
        Assert.Equal(["OnTextMessage a ended", "OnClosed 1000", "Dispose"], server.Actor.Calls.TakeLast(3));
    }

    [Fact]
    public void ServerStops_WithAHandlerThatHeedsItsToken_EndsGracefully()
    {
        using var server = new AsyncServer(AsyncProbe.In("OnTextMessage", static (_, token) => Until.CancelledAsync(token)));
        var client = server.Open();
        client.Send(ClientFrames.Text("a"));
        var stop = server.Server.StopAsync();
        server.Run();
        Assert.Equal(1001, client.ReadFrame().CloseCode);
        client.Send(ClientFrames.Close(1001));
        client.Leave();
        server.RunUntil(() => stop.IsCompleted);
        Assert.Equal(["OnTextMessage a ended", "OnClosed 1001", "Dispose"], server.Actor.Calls.TakeLast(3));
        Assert.Equal(0, server.Log.CountOf(103));
    }

    [Fact]
    public void ServerStops_WithAHandlerThatNeverEnds_StopsAllTheSame()
    {
        var gate = new TaskCompletionSource();
        using var server = new AsyncServer(AsyncProbe.In("OnTextMessage", _ => gate.Task));
        var client = server.Open();
        client.Send(ClientFrames.Text("a"));
        var began = server.Loops.Clock.GetTimestamp();
        var stop = server.Server.StopAsync();
        StopWithin(server, stop, seconds: 10);
        // The deadline, and a second more for callbacks.
        Assert.InRange(server.Loops.Clock.GetElapsedTime(began).TotalSeconds, 6, 10);
        Assert.Equal(1, server.Log.CountOf(105));
        Assert.Equal("OnTextMessage a", server.Actor.Calls[^1]);
        // It does end one day: then the promises are kept.
        server.Complete(gate);
        Assert.Equal(["OnTextMessage a ended", "OnClosed 1001", "Dispose"], server.Actor.Calls.TakeLast(3));
    }

    [Fact]
    public void ServerStops_WithOnClosedPending_CancelsItsTokenOnTheLoop()
    {
        var wasOnLoop = false;
        using var server = new AsyncServer(AsyncProbe.In("OnClosed", (a, token) =>
        {
            token.Register(() => wasOnLoop = a.Loop.IsCurrent);
            return Until.CancelledAsync(token);
        }));
        server.Open().Leave();
        Assert.False(server.Actor.Token.IsCancellationRequested);
        StopWithin(server, server.Server.StopAsync(), seconds: 10);
        Assert.Equal(["OnClosed 1006 ended", "Dispose"], server.Actor.Calls.TakeLast(2));
        Assert.True(wasOnLoop);
    }

    [Fact]
    public void LoopsEnd_WithAHandlerPending_ItsActorIsStillToldAndDisposed()
    {
        var gate = new TaskCompletionSource();
        var server = new AsyncServer(AsyncProbe.In("OnTextMessage", async a =>
        {
            await gate.Task;
            a.Note(a.Loop.IsCurrent ? "on the loop" : "elsewhere");
        }));
        server.Open().Send(ClientFrames.Text("a"));
        server.Loops.Dispose();
        Assert.True(server.Actor.Token.IsCancellationRequested);
        Assert.Equal("OnTextMessage a", server.Actor.Calls[^1]);
        gate.SetResult();
        Assert.True(SpinWait.SpinUntil(() => server.Actor.CountOf("Dispose") == 1, TimeSpan.FromSeconds(30)), string.Join(", ", server.Actor.Calls));
        Assert.Equal(["on the loop", "OnTextMessage a ended", "OnClosed 1006", "Dispose"], server.Actor.Calls.TakeLast(4));
    }

    /// <summary>Moves the clock second by second until the server has stopped.</summary>
    private static void StopWithin(AsyncServer server, Task stop, int seconds)
    {
        for (var second = 0; second < seconds && !stop.IsCompleted; second++)
        {
            server.Advance(1);
            // What waits for the clock goes on on other threads.
            for (var look = 0; look < 50 && Task.WaitAny([stop], millisecondsTimeout: 1) < 0; look++) server.Run();
        }

        Assert.True(stop.IsCompletedSuccessfully);
    }
}
