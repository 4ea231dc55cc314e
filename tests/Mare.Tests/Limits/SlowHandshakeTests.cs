// SPDX-License-Identifier: MIT
using Lori.Tests.Tls;
using Mare.Tests.Tls;

namespace Mare.Tests.Limits;

/// <summary>Thousands of clients that send a byte of their request, or of their TLS handshake, now and then, and one that means it.</summary>
public sealed class SlowHandshakeTests
{
    private const int Many = 5000;
    private const int EventsPerTurn = 512;

    // A record of 512 bytes, in it a hello of 508. RFC 8446, sections 4 and 5.1.
    private static ReadOnlySpan<byte> Hello => [22, 3, 1, 2, 0, 1, 0, 1, 0xFC, 3, 3];

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

    [Theory, MemberData(nameof(WssTests.Implementations), MemberType = typeof(WssTests))]
    public void Clients_ThatSendAByteASecondOfTheirHello_HoldUpNobody(TlsImplementation implementation)
    {
        const int Seconds = 8;
        const int More = 100; // a second
        using var server = new MemoryServer(
            static a => a.Hook = Connections.MessageTests.Echo,
            o => o.Tls = new TlsServerOptions { Certificate = TestCertificates.Server, Implementation = implementation },
            loop: new EventLoopOptions { MaxEventsPerTurn = EventsPerTurn });
        using var normal = new TlsMemoryClient(server).Open();
        normal.AssertEchoes("alone");
        var slow = Enumerable.Range(0, Many).Select(i => (Client: server.Connect($"192.0.2.{i % 10}"), Since: 0)).ToList();
        // As many as may be are in, and the others behind them.
        var most = new TlsServerOptions().MaxHandshakes;
        Assert.Equal(most, server.Server.Statistics.TlsHandshakesUnderWay);
        server.Advance(1);

        for (var second = 0; second < Seconds; second++)
        {
            for (var i = 0; i < More; i++) slow.Add((server.Connect($"192.0.2.{i % 10}"), second));
            foreach (var (client, since) in slow)
            {
                if (!client.IsEnded) client.Peer.Send(Hello.Slice(second - since, 1));
            }

            // It stands behind all of them.
            var before = Turns(server);
            using (var newcomer = new TlsMemoryClient(server).Open()) newcomer.AssertEchoes("at once");
            Assert.InRange(Turns(server) - before, 1, (most / EventsPerTurn) + 8);
            normal.AssertEchoes($"second {second}");
            Assert.InRange(server.Server.Statistics.TlsHandshakesUnderWay, 0, most);
            server.Advance(1);
        }

        var dropped = slow.Count(static s => s.Client.IsEnded);
        Assert.InRange(dropped, slow.Count - most, slow.Count);
        Assert.Equal(dropped, server.Server.Statistics.TlsHandshakesDropped);
        Assert.Single(server.Log.Lines, static l => l.Text.Contains("TlsServerOptions.MaxHandshakes", StringComparison.Ordinal));
        foreach (var (client, _) in slow) client.Peer.Close();
        normal.AssertEchoes("still here");
        var statistics = server.Server.Statistics;
        Assert.Equal((0, Seconds + 1L, slow.Count), (statistics.TlsHandshakesUnderWay, statistics.TlsHandshakesCompleted, statistics.TlsHandshakesFailed));
        Assert.Equal((1, 0, 1, 0), server.Server.Admission.Taken);
    }

    private static long Turns(MemoryServer server) => server.Loops.Group.Loops[0].Statistics.Turns;

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
