// SPDX-License-Identifier: MIT
namespace Mare.Tests.Actors;

/// <summary>The idle time-out: off by default; the default of the callback closes.</summary>
public sealed class IdleTests
{
    [Fact]
    public void IdleTimeout_ByDefault_NeverComes()
    {
        using var server = new MemoryServer();
        server.Open();
        server.Advance(24 * 3600);
        Assert.Equal("OnOpen", server.Actor.Calls[^1]);
    }

    [Fact]
    public void IdleTimeout_ByDefault_ClosesWith1001()
    {
        using var server = WithTimeout(10);
        var client = server.Open();
        server.Advance(9.9);
        Assert.Equal("OnOpen", server.Actor.Calls[^1]);
        server.Advance(0.1);
        Assert.Equal("OnIdleTimeout", server.Actor.Calls[^1]);
        Assert.Equal(1001, client.ReadFrame().CloseCode);
    }

    [Fact]
    public void IdleTimeout_Overridden_IsHeardAgain()
    {
        using var server = WithTimeout(10, static a => a.ClosesWhenIdle = false);
        server.Open();
        server.Advance(35);
        Assert.Equal(3, server.Actor.CountOf("OnIdleTimeout"));
        Assert.True(server.Actor.Connection.IsOpen);
    }

    [Fact]
    public void IdleTimeout_AfterTrafficOfEitherSide_BeginsAnew()
    {
        using var server = WithTimeout(10);
        var client = server.Open();
        server.Advance(6);
        client.Send(ClientFrames.Text("from the peer"));
        server.Advance(6);
        server.OnLoop(static a => a.Connection.SendText("to the peer"));
        server.Advance(9.9);
        Assert.Equal(0, server.Actor.CountOf("OnIdleTimeout"));
        server.Advance(0.1);
        Assert.Equal(1, server.Actor.CountOf("OnIdleTimeout"));
    }

    [Fact]
    public void IdleTimeout_BeforeOpenAndWhileClosing_IsNotHeard()
    {
        using var server = WithTimeout(1);
        var waiting = server.Connect();
        server.Advance(5);
        Assert.False(waiting.IsEnded);
        server.Open();
        server.OnLoop(static a => a.Connection.Close());
        server.Advance(3);
        Assert.Equal(0, server.Actor.CountOf("OnIdleTimeout"));
    }

    private static MemoryServer WithTimeout(int seconds, Action<ProbeActor>? prepare = null) =>
        new(prepare, o => o.IdleTimeout = TimeSpan.FromSeconds(seconds));
}
