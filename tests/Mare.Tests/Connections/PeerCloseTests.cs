// SPDX-License-Identifier: MIT
using Mare.Protocol;

namespace Mare.Tests.Connections;

/// <summary>The peer ends the connection, by a close frame or without. RFC 6455, sections 5.5.1 and 7.</summary>
public sealed class PeerCloseTests
{
    [Theory]
    [InlineData(1000, "bye")]
    [InlineData(1001, "")]
    [InlineData(3000, "mine")]
    [InlineData(4999, "mine too")]
    [InlineData(1014, "registered later")]
    public void Peer_ClosingFirst_IsEchoedAndReported(int code, string reason)
    {
        using var server = new MemoryServer();
        var client = server.Open();
        client.Send(ClientFrames.Close(code, reason));
        Assert.Equal(code, client.ReadCloseAndEnd().CloseCode);
        client.Leave();
        AssertClosed(server.Actor, (CloseStatus)code, reason, CloseInitiator.Peer, cleanly: true);
    }

    [Fact]
    public void Peer_ClosingWithoutCode_IsEchoedWithoutCode()
    {
        using var server = new MemoryServer();
        var client = server.Open();
        client.Send(ClientFrames.Close(code: null));
        Assert.Empty(client.ReadCloseAndEnd().Payload);
        client.Leave();
        AssertClosed(server.Actor, CloseStatus.NoStatusReceived, "", CloseInitiator.Peer, cleanly: true);
    }

    [Fact]
    public void Peer_ClosingBehindMessages_GetsItsAnswersFirst()
    {
        using var server = new MemoryServer(static a => a.Hook = MessageTests.Echo);
        var client = server.Open();
        client.Send(ClientFrames.Binary([1]), ClientFrames.Binary([2]), ClientFrames.Close(), ClientFrames.Binary([3]));
        Assert.Equal([Opcode.Binary, Opcode.Binary, Opcode.Close], client.ReadFrames().Select(static f => f.Opcode));
        Assert.Equal(2, server.Actor.Messages.Count);
    }

    [Fact]
    public void Peer_ClosingAndNotEndingTcp_IsDroppedAfterTheLinger()
    {
        using var server = new MemoryServer();
        var client = server.Open();
        client.Send(ClientFrames.Close());
        Assert.Equal(0, server.Actor.CountOf("OnClosed"));
        server.Advance(2);
        AssertClosed(server.Actor, CloseStatus.Normal, "", CloseInitiator.Peer, cleanly: true);
    }

    [Fact]
    public void Peer_EndingTcpWithoutCloseFrame_IsAbnormal()
    {
        using var server = new MemoryServer();
        server.Open().Leave();
        AssertClosed(server.Actor, CloseStatus.AbnormalClosure, "", CloseInitiator.None, cleanly: false);
    }

    [Fact]
    public void Peer_ResettingInTheMiddleOfAMessage_IsAbnormalAndGivesTheBufferBack()
    {
        using var server = new MemoryServer();
        var client = server.Open();
        client.Send(ClientFrames.Binary(new byte[50_000])[..20_000]);
        Assert.Equal(1, server.Loops.Usage[0].RentedBuffers);
        client.Reset();
        Assert.Equal(0, server.Loops.Usage[0].RentedBuffers);
        AssertClosed(server.Actor, CloseStatus.AbnormalClosure, "", CloseInitiator.None, cleanly: false);
        Assert.Empty(server.Actor.Messages);
    }

    [Fact]
    public void Peer_EndingTcpWhilePaused_IsHeardAfterResume()
    {
        using var server = new MemoryServer();
        var client = server.Open();
        server.OnLoop(static a => a.Connection.PauseReading());
        client.Send(ClientFrames.Text("kept"));
        client.Leave();
        Assert.Equal(0, server.Actor.CountOf("OnClosed"));
        server.OnLoop(static a => a.Connection.ResumeReading());
        Assert.Equal(["OnTextMessage kept", "OnClosed 1006", "Dispose"], server.Actor.Calls.Skip(2));
    }

    [Fact]
    public void BothSides_ClosingInOneTurn_CloseOnce()
    {
        using var server = new MemoryServer();
        var client = server.Open();
        client.Peer.Send(ClientFrames.Close(1001, "theirs"));
        Assert.True(server.Actor.Post(static a => a.Connection.Close(CloseCode.PolicyViolation, "ours")));
        server.Run();
        // A turn receives before it runs what was posted: the peer was first.
        Assert.Equal(1001, client.ReadFrame().CloseCode);
        client.Leave();
        AssertClosed(server.Actor, CloseStatus.GoingAway, "theirs", CloseInitiator.Peer, cleanly: true);
    }

    [Fact]
    public void BothSides_ClosingAtOnce_ReportTheOwnCode()
    {
        using var server = new MemoryServer();
        var client = server.Open();
        server.OnLoop(static a => a.Connection.Close(CloseCode.PolicyViolation, "ours"));
        client.Send(ClientFrames.Close(1001, "theirs"));
        Assert.Equal(1008, client.ReadCloseAndEnd().CloseCode);
        client.Leave();
        AssertClosed(server.Actor, CloseStatus.PolicyViolation, "ours", CloseInitiator.Self, cleanly: true);
    }

    internal static void AssertClosed(ProbeActor actor, CloseStatus status, string reason, CloseInitiator by, bool cleanly)
    {
        Assert.Equal(
            (status, reason, by, cleanly, 1),
            (actor.Status, actor.Reason, actor.ClosedBy, actor.ClosedCleanly, actor.CountOf("OnClosed")));
        Assert.Equal("Dispose", actor.Calls[^1]);
    }
}
