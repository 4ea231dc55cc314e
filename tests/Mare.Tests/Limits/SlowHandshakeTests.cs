// SPDX-License-Identifier: MIT
namespace Mare.Tests.Limits;

/// <summary>Thousands of clients that send a byte of their request now and then, and one that means it.</summary>
public sealed class SlowHandshakeTests
{
    private const int Many = 5000;
    private const int EventsPerTurn = 512;

    [Fact]
    public void Clients_ThatSendAByteASecond_HoldUpNobody()
    {
        using var server = new MemoryServer(
            static a => a.Hook = Connections.MessageTests.Echo, loop: new EventLoopOptions { MaxEventsPerTurn = EventsPerTurn });
        var normal = server.Open();
        normal.Send(ClientFrames.Binary("alone"u8));
        Assert.Equal("alone", normal.ReadFrame().Text);
        var request = Requests.Upgrade();
        // From few addresses: each has its share of them.
        var slow = Enumerable.Range(0, Many).Select(i => server.Connect($"192.0.2.{i % 10}")).ToArray();

        for (var second = 0; second < 9; second++)
        {
            foreach (var client in slow) client.Peer.Send(request.AsSpan(second, 1));
            normal.Peer.Send(ClientFrames.Binary([(byte)second]));
            // It stood behind all of them, and is heard in the turn that takes it; what it gets goes out at that turn's end.
            Assert.InRange(TurnsUntil(server, () => normal.Peer.TotalReceived), 1, (Many / EventsPerTurn) + 2);
            Assert.Equal([(byte)second], normal.ReadFrame().Payload);
            // So does a newcomer's whole handshake.
            server.Open().Leave();
            server.Advance(1);
        }

        // No more than what has come of their requests is held, in the smallest buffers.
        Assert.Equal((Many + 1, Many), (server.Loops.Usage[0].Connections, server.Loops.Usage[0].RentedBuffers));
        Assert.Equal(Many, server.Server.Admission.Taken.Handshakes);
        server.Advance(1);
        Assert.Equal(Many, server.Server.Statistics.HandshakesTimedOut);
        Assert.All(slow, static c => Assert.Equal(408, c.ReadAnswer().Status));
        foreach (var client in slow) client.Peer.Close();
        normal.Send(ClientFrames.Binary("still here"u8));
        Assert.Equal("still here", normal.ReadFrame().Text);
        Assert.Equal((1, 0, 1, 0), server.Server.Admission.Taken);
    }

    private static int TurnsUntil(MemoryServer server, Func<long> received)
    {
        var (before, turns) = (received(), 0);
        for (; received() == before; turns++)
        {
            Assert.True(turns < 1000, "No answer after 1,000 turns.");
            server.Loops.RunTurn();
        }

        server.Run();
        return turns;
    }
}
