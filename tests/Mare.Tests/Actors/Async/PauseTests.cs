// SPDX-License-Identifier: MIT
namespace Mare.Tests.Actors.Async;

/// <summary>Reading paused and resumed by an actor whose callbacks are pending.</summary>
public sealed class PauseTests
{
    [Fact]
    public void PausedInAPendingCallback_TheParkedMessage_WaitsForResume()
    {
        var gate = new TaskCompletionSource();
        using var server = new AsyncServer(AsyncProbe.In("OnTextMessage go", _ => gate.Task));
        var client = server.Open();
        client.Send(ClientFrames.Text("go"), ClientFrames.Text("parked"), ClientFrames.Text("behind"));
        server.OnLoop(static a => a.Connection.PauseReading());
        server.Complete(gate);
        Assert.Equal("OnTextMessage go ended", server.Actor.Calls[^1]);
        server.OnLoop(static a => a.Run("Post", () =>
        {
            a.Connection.ResumeReading();
            a.Note("Post returns");
        }));
        Assert.Equal(["Post", "Post returns", "OnTextMessage parked", "OnTextMessage behind"], server.Actor.Calls.TakeLast(4));
    }

    [Fact]
    public void PausedInAPendingCallback_NothingParked_ReadsNothing()
    {
        var gate = new TaskCompletionSource();
        using var server = new AsyncServer(AsyncProbe.In("OnTextMessage go", _ => gate.Task));
        var client = server.Open();
        client.Send(ClientFrames.Text("go"));
        server.OnLoop(static a => a.Connection.PauseReading());
        client.Send(ClientFrames.Ping("not read"));
        server.Complete(gate);
        Assert.Empty(client.ReadFrames());
        server.OnLoop(static a => a.Connection.ResumeReading());
        Assert.Equal("not read", client.ReadFrame().Text);
    }

    [Fact]
    public void ResumedWhileTheCallbackIsPending_TheParkedMessage_WaitsForItsEnd()
    {
        var gate = new TaskCompletionSource();
        using var server = new AsyncServer(AsyncProbe.In("OnTextMessage go", _ => gate.Task));
        var client = server.Open();
        client.Send(ClientFrames.Text("go"), ClientFrames.Text("parked"));
        server.OnLoop(static a => a.Connection.PauseReading());
        server.OnLoop(static a => a.Connection.ResumeReading());
        client.Send(ClientFrames.Text("behind"));
        Assert.Equal("OnTextMessage go", server.Actor.Calls[^1]);
        server.Complete(gate);
        Assert.Equal(["OnTextMessage parked", "OnTextMessage behind"], server.Actor.Calls.TakeLast(2));
    }

    [Fact]
    public void ResumedPausedAndResumed_TheParkedMessage_ComesOnce()
    {
        var gate = new TaskCompletionSource();
        using var server = new AsyncServer(AsyncProbe.In("OnTextMessage go", _ => gate.Task));
        var client = server.Open();
        client.Send(ClientFrames.Text("go"), ClientFrames.Text("parked"));
        server.OnLoop(static a => a.Connection.PauseReading());
        server.Complete(gate);
        server.OnLoop(static a =>
        {
            a.Connection.ResumeReading();
            a.Connection.PauseReading();
        });
        Assert.Equal("OnTextMessage go ended", server.Actor.Calls[^1]);
        server.OnLoop(static a =>
        {
            a.Connection.ResumeReading();
            a.Connection.PauseReading();
            a.Connection.ResumeReading();
        });
        Assert.Equal(["OnTextMessage go ended", "OnTextMessage parked"], server.Actor.Calls.TakeLast(2));
    }

    [Fact]
    public void ClosedWhilePausedWithAParkedMessage_ThePeersAnswer_IsSeen()
    {
        var gate = new TaskCompletionSource();
        using var server = new AsyncServer(AsyncProbe.In("OnTextMessage go", _ => gate.Task));
        var client = server.Open();
        client.Send(ClientFrames.Text("go"), ClientFrames.Text("parked"), ClientFrames.Text("behind"));
        server.OnLoop(static a => a.Connection.PauseReading());
        server.Complete(gate);
        server.OnLoop(static a => a.Connection.Close());
        Assert.Equal(1000, client.ReadFrame().CloseCode);
        client.Send(ClientFrames.Close());
        client.Leave();
        Assert.Equal(["OnTextMessage go ended", "OnClosed 1000", "Dispose"], server.Actor.Calls.TakeLast(3));
    }

    [Fact]
    public void AbortedWithAParkedMessage_WhenTheCallbackEndsInTheSameTurn_TheMessageNeverComes()
    {
        var gate = new TaskCompletionSource();
        using var server = new AsyncServer(AsyncProbe.In("OnTextMessage go", async a =>
        {
            await gate.Task;
            a.Connection.Abort();
        }));
        var client = server.Open();
        client.Send(ClientFrames.Text("go"), ClientFrames.Text("parked"));
        server.Complete(gate);
        Assert.Equal(["OnTextMessage go", "OnTextMessage go ended", "OnClosed 1006", "Dispose"], server.Actor.Calls.Skip(2));
        Assert.True(client.Peer.WasReset);
    }
}
