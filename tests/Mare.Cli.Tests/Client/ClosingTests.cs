// SPDX-License-Identifier: MIT
using Mare.Protocol;

namespace Mare.Cli.Tests.Client;

/// <summary>The closing handshake of the client, and its other ends. RFC 6455, section 7.</summary>
public sealed class ClosingTests
{
    [Fact]
    public void Close_ByTheClient_IsAnsweredAndTheServerEndsTcp()
    {
        using var net = new ClientNetwork();
        var server = new ServerActor();
        var client = net.Connect(net.Serve(_ => server));
        net.Do(client, static c => c.Close((CloseCode)4001, "enough"));
        Assert.Equal(((CloseStatus)4001, "enough"), server.ClosedAs);
        Assert.Equal(((CloseStatus)4001, "enough", CloseInitiator.Self, true, null), Parts(client));
    }

    [Fact]
    public void Close_ByTheServer_IsAnswered()
    {
        using var net = new ClientNetwork();
        var server = new ServerActor();
        var client = net.Connect(net.Serve(_ => server));
        _ = client.SendAsync(Opcode.Text, "!close 4002 so long"u8.ToArray());
        net.Loops.RunUntilIdle();
        Assert.Equal(((CloseStatus)4002, "so long", CloseInitiator.Peer, true, null), Parts(client));
        Assert.Equal(((CloseStatus)4002, "so long"), server.ClosedAs);
    }

    [Fact]
    public void Close_WithoutACode_IsNoStatus()
    {
        using var net = new ClientNetwork();
        var server = new ServerActor();
        var client = net.Connect(net.Serve(_ => server));
        net.Do(client, static c => c.Close(null));
        Assert.Equal((CloseStatus.NoStatusReceived, ""), server.ClosedAs);
        Assert.Equal((CloseStatus.NoStatusReceived, "", CloseInitiator.Self, true, null), Parts(client));
    }

    [Fact]
    public void Close_Twice_SendsOneFrame()
    {
        using var net = new ClientNetwork();
        var client = net.Connect(net.ServeRaw(static head => RawServerActor.Upgrade(head)));
        net.Do(client, static c => c.Close());
        net.Do(client, static c => c.Close(CloseCode.GoingAway));
        var (_, _, _, size) = RawServerActor.ReadFrame(net.Raw[0].Received);
        Assert.Equal(size, net.Raw[0].Received.Length);
    }

    [Fact]
    public void Close_NeverAnswered_EndsAfterTheTimeout()
    {
        using var net = new ClientNetwork();
        var client = net.Connect(net.ServeRaw(static head => RawServerActor.Upgrade(head)));
        net.Raw[0].Ignores = true;
        net.Do(client, static c => c.Close());
        net.Advance(2.9);
        Assert.Null(client.Ending);
        // And two seconds in which TCP lingers.
        net.Advance(2.2);
        Assert.Equal("The server did not answer the close frame", client.Ending!.Error);
        Assert.False(client.Ending.IsClean);
    }

    [Fact]
    public void Close_AnsweredButTcpNeverEnds_EndsCleanlyAfterTheTimeout()
    {
        using var net = new ClientNetwork();
        var client = net.Connect(net.ServeRaw(static head => RawServerActor.Upgrade(head)));
        net.Raw[0].Ignores = true;
        net.Do(client, static c => c.Close());
        net.Do(net.Raw[0], static s => s.Connection.Send([0x88, 2, 0x03, 0xE8]));
        Assert.Null(client.Ending);
        net.Advance(5.1);
        Assert.Equal((CloseStatus.Normal, "", CloseInitiator.Self, true, null), Parts(client));
    }

    [Fact]
    public void Close_MessagesOnTheirWay_AreDiscarded()
    {
        using var net = new ClientNetwork();
        var client = net.Connect(net.ServeRaw(static head => RawServerActor.Upgrade(head)));
        net.Do(client, static c => c.Close());
        net.Do(net.Raw[0], static s => s.Connection.Send([0x81, 1, (byte)'x', 0x88, 2, 0x03, 0xE8]));
        Assert.Equal(["open"], client.Calls);
    }

    [Fact]
    public void TcpEnds_WithoutACloseFrame_IsAnAbnormalEnd()
    {
        using var net = new ClientNetwork();
        var client = net.Connect(net.ServeRaw(static head => RawServerActor.Upgrade(head)));
        net.Do(net.Raw[0], static s => s.Connection.Close());
        Assert.Equal(
            (CloseStatus.AbnormalClosure, "", CloseInitiator.None, false, "The server ended the connection without a close frame"), Parts(client));
    }

    [Fact]
    public void TcpBreaks_IsAnAbnormalEnd()
    {
        using var net = new ClientNetwork();
        var client = net.Connect(net.Serve(static _ => new ServerActor()));
        _ = client.SendAsync(Opcode.Text, "!drop"u8.ToArray());
        net.Loops.RunUntilIdle();
        Assert.Equal((CloseStatus.AbnormalClosure, "", CloseInitiator.None, false, "The connection broke"), Parts(client));
    }

    private static (CloseStatus Status, string Reason, CloseInitiator ClosedBy, bool IsClean, string? Error) Parts(RecordingClient client)
    {
        var end = client.Ending!;
        return (end.Status, end.Reason, end.ClosedBy, end.IsClean, end.Error);
    }
}
