// SPDX-License-Identifier: MIT
namespace Mare.Tests.Server;

/// <summary>Connections over several loops.</summary>
public sealed class SeveralLoopsTests
{
    [Fact]
    public void Connections_OnSeveralLoops_AreSpreadAndCounted()
    {
        using var server = new MemoryServer(loops: 4);
        var clients = Enumerable.Range(0, 20).Select(_ => server.Open()).ToArray();
        Assert.All(server.Loops.Usage, static u => Assert.Equal(5, u.Connections));
        Assert.Equal(4, server.Actors.Select(static a => a.Loop).Distinct().Count());
        foreach (var client in clients) client.Send(ClientFrames.Text("hi"));
        Assert.All(server.Actors, static a => Assert.Equal("OnTextMessage hi", a.Calls[^1]));
        foreach (var client in clients[..7]) client.Leave();
        Assert.Equal(13, server.Server.ConnectionCount);
    }

    [Fact]
    public void Send_FromTheLoopOfAnotherConnection_Arrives()
    {
        using var server = new MemoryServer(loops: 2);
        var first = server.Open();
        var second = server.Open();
        Assert.NotSame(server.Actors[0].Loop, server.Actors[1].Loop);
        server.OnLoop(a => Assert.Equal(SendStatus.Accepted, server.Actors[0].Connection.SendText("across")));
        Assert.Equal("across", first.ReadFrame().Text);
        Assert.Empty(second.ReadFrames());
    }

    [Fact]
    public void PauseReading_OnAnotherLoop_Throws()
    {
        using var server = new MemoryServer();
        server.Open();
        Assert.Throws<InvalidOperationException>(server.Actor.Connection.PauseReading);
        Assert.Throws<InvalidOperationException>(server.Actor.Connection.ResumeReading);
    }
}
