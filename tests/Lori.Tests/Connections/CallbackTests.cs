// SPDX-License-Identifier: MIT
using Mare.Testing;

namespace Lori.Tests.Connections;

/// <summary>What an actor may do inside each of its callbacks: throw, close, abort.</summary>
public sealed class CallbackTests
{
    private const int ActorFailed = 4;

    public static TheoryData<string> Callbacks =>
        ["OnStarted", "OnReceived", "OnPeerClosed", "OnThrottled", "OnUnthrottled", "OnSent", "OnIdleTimeout", "OnClosed", "Post", "Timer"];

    [Theory]
    [MemberData(nameof(Callbacks))]
    public void Callback_Throws_DropsThatConnectionOnlyAndIsLoggedOnce(string callback)
    {
        using var server = RunInside(callback, static _ => throw new InvalidOperationException("the user's"), out var other);
        Assert.Equal(1, server.Log.CountOf(ActorFailed));
        // An exception in OnClosed comes too late to be the cause.
        Assert.Equal(callback == "OnClosed" ? CloseCause.ClosedByPeer : CloseCause.Aborted, server.Actors[1].Cause);
        AssertAlive(server, other);
    }

    [Theory]
    [MemberData(nameof(Callbacks))]
    public void Callback_Closes_EndsThatConnectionOnce(string callback)
    {
        using var server = RunInside(callback, static a => a.Connection.Close(), out var other);
        server.Loops.Advance(TimeSpan.FromSeconds(10));
        Assert.NotNull(server.Actors[1].Cause);
        Assert.Equal(0, server.Log.CountOf(ActorFailed));
        AssertAlive(server, other);
    }

    [Theory]
    [MemberData(nameof(Callbacks))]
    public void Callback_Aborts_EndsThatConnectionOnce(string callback)
    {
        using var server = RunInside(callback, static a => a.Connection.Abort(), out var other);
        Assert.Equal(callback == "OnClosed" ? CloseCause.ClosedByPeer : CloseCause.Aborted, server.Actors[1].Cause);
        Assert.Equal(0, server.Log.CountOf(ActorFailed));
        AssertAlive(server, other);
    }

    [Fact]
    public void Connection_InTheConstructor_SaysWhyItIsNotThere()
    {
        var e = Assert.Throws<InvalidOperationException>(static () => new RecordingActor().Connection);
        Assert.Contains("OnStarted", e.Message, StringComparison.Ordinal);
    }

    /// <summary>Brings the second of two connections through all of its callbacks, and does something in one of them.</summary>
    private static MemoryServer RunInside(string callback, Action<RecordingActor> action, out InMemoryPeer other)
    {
        Action<RecordingActor>? In(string name) => name == callback ? action : null;
        var made = 0;
        var server = new MemoryServer(
            a =>
            {
                if (made++ == 0)
                {
                    a.WhenIdle = static _ => { };
                    return;
                }

                a.WhenStarted = In("OnStarted");
                a.WhenReceived = (a, _) => In("OnReceived")?.Invoke(a);
                a.WhenPeerClosed = In("OnPeerClosed");
                a.WhenThrottled = In("OnThrottled");
                a.WhenUnthrottled = In("OnUnthrottled");
                a.WhenSent = (a, _) => In("OnSent")?.Invoke(a);
                a.WhenIdle = In("OnIdleTimeout") ?? (static _ => { });
                a.WhenClosed = In("OnClosed");
            },
            new TcpConnectionOptions { HighWaterMark = 4096, LowWaterMark = 1024, IdleTimeout = TimeSpan.FromSeconds(60) },
            new InMemoryNetworkOptions { Window = 1000 });
        other = server.Connect();
        var peer = server.Connect();
        var actor = server.Actor;
        peer.Send([1]);
        server.Loops.RunUntilIdle();
        peer.StopReading();
        actor.Post(static a => a.Connection.Send(new byte[10_000], new SendToken(1)));
        server.Loops.RunUntilIdle();
        peer.ResumeReading();
        server.Loops.RunUntilIdle();
        if (In("Post") is { } post) actor.Post(post);
        if (In("Timer") is { } timer) actor.Post(a => a.StartTimer(TimeSpan.FromSeconds(1), timer));
        server.Loops.Advance(TimeSpan.FromSeconds(61));
        if (!peer.WasReset) peer.ShutdownSend();
        server.Loops.RunUntilIdle();
        return server;
    }

    private static void AssertAlive(MemoryServer server, InMemoryPeer peer)
    {
        peer.Send([1, 2, 3]);
        server.Loops.RunUntilIdle();
        Assert.Equal([1, 2, 3], server.Actors[0].Received);
        Assert.Null(server.Actors[0].Cause);
    }
}
