// SPDX-License-Identifier: MIT
using Mare.Protocol;

namespace Mare.Tests.Actors.Async;

/// <summary>
/// While a callback is pending, up to 16 KiB are read: control frames are answered, the end is noticed, the first data message
/// is parked; only then does the backend stop.
/// </summary>
public sealed class ReadAheadTests
{
    private const int Bound = 16 * 1024;

    [Fact]
    public void Ping_WhileACallbackIsPending_IsAnswered()
    {
        using var server = Pending(out var client, out var gate);
        client.Send(ClientFrames.Ping("now"));
        var pong = client.ReadFrame();
        Assert.Equal((Opcode.Pong, "now"), (pong.Opcode, pong.Text));
        server.Complete(gate);
    }

    [Fact]
    public void Pong_WhileACallbackIsPending_IsGiven()
    {
        using var server = Pending(out var client, out var gate);
        client.Send(ClientFrames.Pong("now"));
        Assert.Equal("OnPong now", server.Actor.Calls[^1]);
        server.Complete(gate);
    }

    [Fact]
    public void PeersCloseFrame_WhileACallbackIsPending_IsAnswered()
    {
        using var server = Pending(out var client, out _);
        client.Send(ClientFrames.Close(1000, "bye"));
        Assert.Equal(1000, client.ReadCloseAndEnd().CloseCode);
    }

    [Fact]
    public void ProtocolError_WhileACallbackIsPending_FailsTheConnection()
    {
        using var server = Pending(out var client, out _);
        client.Send(ClientFrames.Frame((Opcode)3, []));
        Assert.Equal(1002, client.ReadCloseAndEnd().CloseCode);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void PeersEnd_WhileACallbackIsPending_CancelsItsToken(bool reset)
    {
        using var server = Pending(out var client, out _);
        Assert.False(server.Actor.Token.IsCancellationRequested);
        if (reset) client.Reset();
        else client.Leave();
        Assert.Equal(["OnTextMessage go ended", "OnClosed 1006", "Dispose"], server.Actor.Calls.Skip(3));
    }

    [Fact]
    public void FirstMessage_WhileACallbackIsPending_IsParkedAndTheBackendStops()
    {
        using var server = Pending(out var client, out var gate);
        client.Send(ClientFrames.Text("parked"));
        Assert.Equal(0, client.Peer.Undelivered);
        client.Send(ClientFrames.Ping("not read"));
        Assert.True(client.Peer.Undelivered > 0);
        Assert.Empty(client.ReadFrames());
        server.Complete(gate);
        Assert.Equal("OnTextMessage parked", server.Actor.Calls[^1]);
        Assert.Equal("not read", client.ReadFrame().Text);
        Assert.Equal(0, client.Peer.Undelivered);
    }

    [Fact]
    public void ControlFramesAheadOfTheFirstMessage_InOneDelivery_AreAnswered()
    {
        using var server = Pending(out var client, out var gate);
        // Larger than the bound, and yet it has arrived: there is no reason not to look at it.
        client.Send(ClientFrames.Ping("ahead"), ClientFrames.Binary(new byte[2 * Bound]));
        Assert.Equal("ahead", client.ReadFrame().Text);
        server.Complete(gate);
        Assert.Equal("OnBinaryMessage 00000000", server.Actor.Calls[^1]);
    }

    [Fact]
    public void ControlFrames_WhileACallbackIsPending_AreReadUpToTheBound()
    {
        using var server = Pending(out var client, out var gate);
        var ping = ClientFrames.Ping(new string('p', 125));
        var sent = 0;
        // The backend stops once more than the bound was read.
        for (; client.Peer.Undelivered == 0 && sent < 10 * Bound; sent += ping.Length) client.Send(ping);
        var answered = client.ReadFrames().Count;
        Assert.InRange(answered * ping.Length, Bound + 1, Bound + ping.Length);
        Assert.Equal(sent - ping.Length, answered * ping.Length);
        server.Complete(gate);
        Assert.Equal(0, client.Peer.Undelivered);
        Assert.Equal(sent / ping.Length, answered + client.ReadFrames().Count);
    }

    [Fact]
    public void PartOfAMessage_WhileACallbackIsPending_IsReadUpToTheBound()
    {
        using var server = Pending(out var client, out var gate);
        var message = ClientFrames.Binary(new byte[100_000]);
        for (var sent = 0; sent < 100_000; sent += 1000) client.Send(message[sent..(sent + 1000)]);
        Assert.InRange(client.Peer.Undelivered, 100_000 - Bound - 1000, 100_000 - Bound);
        server.Complete(gate);
        client.Send(message[100_000..]);
        Assert.Equal("OnBinaryMessage 00000000", server.Actor.Calls[^1]);
    }

    [Fact]
    public void ParkedMessage_GivenToACallbackThatIsPendingToo_LetsControlFramesBeAnsweredAgain()
    {
        var gates = new Queue<TaskCompletionSource>([new(), new(), new()]);
        using var server = new AsyncServer(AsyncProbe.In("OnTextMessage", (_, token) => gates.Peek().Task.WaitAsync(token)));
        var client = server.Open();
        client.Send(ClientFrames.Text("1"), ClientFrames.Text("2"));
        for (var i = 2; i <= 3; i++)
        {
            // Nothing is parked now but the connection is read: pings are answered, and the bound is whole again.
            var gate = gates.Dequeue();
            server.Complete(gate);
            Assert.Equal($"OnTextMessage {i}", server.Actor.Calls[^1]);
            for (var read = 0; read < Bound - 2000; read += 1000)
            {
                client.Send(ClientFrames.Ping("now"), ClientFrames.Pong(new string('p', 125)));
                Assert.Equal("now", client.ReadFrame().Text);
            }

            if (i < 3) client.Send(ClientFrames.Text("3"));
        }

        client.Leave();
        Assert.Equal(["OnTextMessage 3 ended", "OnClosed 1006", "Dispose"], server.Actor.Calls.TakeLast(3));
    }

    [Fact]
    public void Bound_AfterACallbackHasEnded_CountsFromNothing()
    {
        TaskCompletionSource gate = null!;
        using var server = new AsyncServer(AsyncProbe.In("OnTextMessage", _ => (gate = new()).Task));
        var client = server.Open();
        for (var i = 0; i < 4; i++)
        {
            client.Send(ClientFrames.Text("go"));
            for (var read = 0; read < Bound * 3 / 4; read += 125) client.Send(ClientFrames.Pong(new string('p', 119)));
            Assert.Equal(0, client.Peer.Undelivered);
            server.Complete(gate);
        }
    }

    [Fact]
    public void MessageBuffer_WhileItsCallbackIsPending_IsTheCallbacks()
    {
        var gate = new TaskCompletionSource();
        byte[] seen = [];
        using var server = new AsyncServer(AsyncProbe.In("OnBinaryMessage 010203", async a =>
        {
            var data = a.Data;
            await gate.Task;
            seen = data.ToArray();
        }));
        var client = server.Open();
        var other = server.Open();
        client.Send(ClientFrames.Binary([1, 2, 3]));
        Assert.Equal(1, server.Buffers);
        // Others use the pool and the receive buffer meanwhile.
        for (var i = 0; i < 10; i++) other.Send(ClientFrames.Binary([9, 9, 9]), ClientFrames.Ping());
        client.Send(ClientFrames.Binary([8, 8, 8]));
        server.Complete(gate);
        Assert.Equal([1, 2, 3], seen);
        Assert.Equal(0, server.Buffers);
    }

    /// <summary>A server with one connection, whose callback of the message "go" awaits the gate, or the connection's end.</summary>
    private static AsyncServer Pending(out MemoryClient client, out TaskCompletionSource gate)
    {
        var opened = gate = new TaskCompletionSource();
        var server = new AsyncServer(AsyncProbe.In("OnTextMessage go", (_, token) => opened.Task.WaitAsync(token)));
        client = server.Open();
        client.Send(ClientFrames.Text("go"));
        Assert.Equal("OnTextMessage go", server.Actor.Calls[^1]);
        return server;
    }
}
