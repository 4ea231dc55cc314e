// SPDX-License-Identifier: MIT
namespace Mare.Tests.Actors;

/// <summary>The rule of turns: callbacks of one actor never nest, and nothing of one connection reaches the next.</summary>
public sealed class TurnTests
{
    private static readonly AsyncLocal<string?> Local = new();

    [Fact]
    public void Callbacks_CallingEverything_AreNeverNested()
    {
        var called = new HashSet<string>();
        using var server = new MemoryServer(
            a =>
            {
                a.ClosesWhenIdle = false;
                a.Hook = (a, name) =>
                {
                    called.Add(name);
                    CallEverything(a, name);
                };
            },
            static o => o.IdleTimeout = TimeSpan.FromSeconds(30));
        var client = server.Open();
        Everything.Provoke(server, client);
        server.OnLoop(static a => a.Connection.Close());
        client.Leave();
        Assert.Equal(
            ["Dispose", "OnBinaryMessage", "OnClosed", "OnIdleTimeout", "OnOpen", "OnPong", "OnTextMessage", "OnThrottled",
                "OnUnthrottled", "OnUpgradeRequest", "Post", "Timer"],
            called.Order(StringComparer.Ordinal));
        Assert.Equal(1, server.Actor.DeepestDepth);
    }

    [Fact]
    public void Callbacks_ThatCloseAndAbort_AreNeverNested()
    {
        using var server = new MemoryServer(static a => a.Hook = static (a, name) =>
        {
            CallEverything(a, name);
            a.Connection.Close();
            if (name == "OnPong") a.Connection.Abort();
        });
        var client = server.Open();
        client.Send(ClientFrames.Pong(), ClientFrames.Text("x"));
        client.Leave();
        Assert.Equal(["OnUpgradeRequest", "OnOpen", "posted", "posted", "OnClosed 1000", "Dispose"], server.Actor.Calls);
    }

    [Fact]
    public void Messages_OfOneConnection_KeepTheirOrderAmongPosts()
    {
        using var server = new MemoryServer(static a => a.Hook = static (a, name) =>
        {
            if (name == "OnTextMessage") a.Post(static a => a.Note("posted"));
        });
        server.Open().Send(ClientFrames.Text("1"), ClientFrames.Text("2"));
        Assert.Equal(["OnTextMessage 1", "OnTextMessage 2", "posted", "posted"], server.Actor.Calls.Skip(2));
    }

    [Theory]
    [InlineData("OnUpgradeRequest")]
    [InlineData("OnOpen")]
    [InlineData("OnTextMessage")]
    [InlineData("OnBinaryMessage")]
    [InlineData("OnPong")]
    [InlineData("OnThrottled")]
    [InlineData("OnUnthrottled")]
    [InlineData("OnIdleTimeout")]
    [InlineData("OnClosed")]
    [InlineData("Dispose")]
    [InlineData("Post")]
    [InlineData("Timer")]
    public void AsyncLocal_SetInACallback_ReachesNoOther(string callback)
    {
        var seen = new List<string?>();
        using var server = new MemoryServer(
            a =>
            {
                a.ClosesWhenIdle = false;
                a.Hook = (_, name) =>
                {
                    seen.Add(Local.Value);
                    if (name == callback) Local.Value = "leaked";
                };
            },
            static o => o.IdleTimeout = TimeSpan.FromSeconds(30));
        var client = server.Open();
        Everything.Provoke(server, client);
        client.Leave();
        server.Open().Send(ClientFrames.Text("next"));
        Assert.All(seen, Assert.Null);
        Assert.InRange(seen.Count, 10, 100);
        Assert.Null(Local.Value);
    }

    [Fact]
    public void Post_AfterTheEnd_AnswersFalse()
    {
        using var server = new MemoryServer();
        var client = server.Open();
        var last = false;
        server.Actor.Hook = (a, name) =>
        {
            // It has not ended before OnClosed has returned; but it will never run.
            if (name == "OnClosed") last = a.Post(static a => a.Note("never"));
        };
        client.Leave();
        Assert.True(last);
        Assert.False(server.Actor.Post(static a => a.Note("never")));
        server.Run();
        Assert.Equal("Dispose", server.Actor.Calls[^1]);
    }

    [Fact]
    public void Timer_OfAnActorThatEnded_DoesNotFire()
    {
        using var server = new MemoryServer();
        var client = server.Open();
        server.OnLoop(static a => a.StartTimer(TimeSpan.FromSeconds(5), static a => a.Note("never")));
        client.Leave();
        server.Advance(10);
        Assert.Equal("Dispose", server.Actor.Calls[^1]);
    }

    private static void CallEverything(ProbeActor actor, string name)
    {
        var connection = actor.Connection;
        connection.SendText("text");
        connection.SendText("utf8"u8);
        connection.SendBinary(new byte[3000]);
        connection.Ping("ping"u8);
        connection.PauseReading();
        connection.ResumeReading();
        _ = (connection.IsOpen, connection.IsThrottled, connection.UnsentBytes, connection.BytesSent, connection.BytesReceived);
        if (name is not "Post" and not "Timer") actor.Post(static a => a.Note("posted"));
    }
}
