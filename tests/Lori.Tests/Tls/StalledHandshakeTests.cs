// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using System.Net.Security;
using Mare.Testing;

namespace Lori.Tests.Tls;

/// <summary>Clients that hold handshakes and do not go on with them, as many as may be under way, and others that mean it.</summary>
public sealed class StalledHandshakeTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan HelloPatience = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static TheoryData<TlsImplementation> Implementations => TlsImplementations.All;

    [Theory, MemberData(nameof(Implementations))]
    public void MaxHandshakes_MetBySilentClients_DropsTheOldest(TlsImplementation implementation)
    {
        using var tls = new TlsNetwork(implementation, static o => o.MaxHandshakes = 4);
        var silent = new List<InMemoryPeer>();
        for (var i = 0; i < 4; i++)
        {
            silent.Add(tls.ConnectRaw());
            tls.Loops.Advance(Moment);
        }

        // Each of them may still say hello.
        var (client, done) = tls.Begin();
        tls.Loops.RunUntilIdle();
        Assert.False(done.IsCompleted);
        Assert.Equal(4, tls.Accepted.Count);

        tls.Loops.Advance(HelloPatience - (4 * Moment));
        Assert.True(done.IsCompletedSuccessfully);
        Assert.Equal([true, false, false, false], silent.Select(static p => p.WasReset));
        Assert.Equal(TlsFailure.HandshakeTooLong, tls.Accepted[0].StartFailure!.Value.Failure);
        Assert.Equal(
            new TlsStatistics { HandshakesUnderWay = 3, HandshakesCompleted = 1, HandshakesFailed = 1, HandshakesDropped = 1 }, tls.Statistics);
        Assert.Equal(1, tls.Log.CountOf(24));
        tls.On(client, static c => c.Connection.Send("let in"u8));
        Assert.Equal("let in"u8, tls.Server.Received);

        // Below the limit silence is nobody's loss; at the limit the next one goes, at once.
        tls.Loops.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(3, tls.Statistics.HandshakesUnderWay);
        silent.Add(tls.ConnectRaw());
        Assert.Equal([true, true, false, false, false], silent.Select(static p => p.WasReset));
        tls.Connect();

        foreach (var peer in silent) peer.Close();
        tls.Loops.RunUntilIdle();
        Assert.Equal(0, tls.Statistics.HandshakesUnderWay);
        // Connecting took the last place, which dropped one more.
        Assert.Equal(new TlsStatistics { HandshakesCompleted = 2, HandshakesFailed = 5, HandshakesDropped = 3 }, tls.Statistics);
    }

    [Theory, MemberData(nameof(Implementations))]
    public void MaxHandshakes_MetBySilentClientsOfOneMoment_DropsNoMoreThanNeeded(TlsImplementation implementation)
    {
        using var tls = new TlsNetwork(implementation, static o => o.MaxHandshakes = 32, loops: 2);
        var silent = Enumerable.Range(0, 32).Select(_ => tls.ConnectRaw()).ToArray();
        tls.Loops.Advance(Patience);
        // The first that stalls is chosen alone, and makes room.
        Assert.Equal(new TlsStatistics { HandshakesUnderWay = 31, HandshakesFailed = 1, HandshakesDropped = 1 }, tls.Statistics);
        tls.ConnectRaw();
        // A sixteenth.
        Assert.Equal(new TlsStatistics { HandshakesUnderWay = 30, HandshakesFailed = 3, HandshakesDropped = 3 }, tls.Statistics);
        Assert.Equal(3, silent.Count(static p => p.WasReset));
    }

    [Theory, MemberData(nameof(Implementations))]
    public void Hello_Whole_IsGivenMoreTimeThanAPart(TlsImplementation implementation)
    {
        var hello = MakeHello();
        using var tls = new TlsNetwork(implementation, static o => o.MaxHandshakes = 3);
        var heard = Say(tls, hello);
        var unheard = Say(tls, hello.AsSpan(..^1));
        tls.Loops.Advance(HelloPatience / 2);
        var silent = tls.ConnectRaw();
        tls.Loops.Advance(HelloPatience);
        Assert.Equal((false, true, false), (heard.WasReset, unheard.WasReset, silent.WasReset));
        Say(tls, hello);
        Assert.Equal((false, true), (heard.WasReset, silent.WasReset));

        // Now all that are under way have said hello: who comes waits.
        Say(tls, hello);
        var (_, done) = tls.Begin();
        tls.Loops.Advance(Patience - (HelloPatience * 3 / 2) - Moment);
        Assert.Equal((false, 3, false), (done.IsCompleted, tls.Statistics.HandshakesUnderWay, heard.WasReset));
        tls.Loops.Advance(Moment);
        Assert.Equal((true, true), (done.IsCompletedSuccessfully, heard.WasReset));
    }

    [Theory, MemberData(nameof(Implementations))]
    public void Hello_Late_IsInTimeUntilTheWholeTimeIsOver(TlsImplementation implementation)
    {
        var hello = MakeHello();
        using var tls = new TlsNetwork(implementation, static o => o.MaxHandshakes = 2);
        var slow = tls.ConnectRaw();
        tls.Loops.Advance(Patience / 2);
        slow.Send(hello);
        var silent = tls.ConnectRaw();
        tls.Loops.Advance(HelloPatience);
        Assert.Equal((false, true), (slow.WasReset, silent.WasReset));
        tls.Loops.Advance(Patience);
        // It stood as long as nobody needed the place.
        Assert.False(slow.WasReset);
        tls.ConnectRaw();
        Assert.True(slow.WasReset);
    }

    [Theory, MemberData(nameof(Implementations))]
    public void Hello_TooLate_BuysNoTime(TlsImplementation implementation)
    {
        using var tls = new TlsNetwork(implementation, static o => o.MaxHandshakes = 2);
        var slow = tls.ConnectRaw();
        tls.Loops.Advance(Patience);
        slow.Send(MakeHello());
        tls.Loops.RunUntilIdle();
        Assert.False(slow.WasReset);
        tls.ConnectRaw();
        Assert.True(slow.WasReset);
    }

    [Theory, MemberData(nameof(Implementations))]
    public void HandshakeTimeout_OfAnyLength_IsKept(TlsImplementation implementation)
    {
        foreach (var timeout in new[] { HelloPatience / 2, HelloPatience, Patience / 2, Patience, Patience * 2 })
        {
            using var tls = new TlsNetwork(implementation, o => o.HandshakeTimeout = timeout);
            var peer = tls.ConnectRaw();
            tls.Loops.Advance(timeout - Moment);
            Assert.Equal(1, tls.Statistics.HandshakesUnderWay);
            tls.Loops.Advance(Moment);
            Assert.True(peer.IsEndOfStream);
            Assert.Equal(new TlsStatistics { HandshakesFailed = 1 }, tls.Statistics);
        }
    }

    [Theory, MemberData(nameof(Implementations))]
    public void StartTls_ByTheSameAcceptor_IsNotGivenUp(TlsImplementation implementation)
    {
        using var tls = new TlsNetwork(implementation, static o => o.MaxHandshakes = 2);
        var known = new RecordingActor { WhenStarted = s => s.Connection.StartTls(tls.Acceptor) };
        var plain = new TestListener(tls.Loops.Group, _ => known);
        tls.Loops.RunUntilDone(plain.ListenAsync(new ListenOptions { Host = "127.0.0.1" }));
        var peer = tls.Network.Connect(plain.EndPoints[0]);
        tls.Loops.Advance(Patience);
        var silent = tls.ConnectRaw();
        tls.Loops.Advance(HelloPatience);
        Assert.Equal((false, true), (peer.WasReset, silent.WasReset));
        Assert.Equal(["OnStarted"], known.Calls);
    }

    [Theory, MemberData(nameof(Implementations))]
    public void Listener_ThatHasClosed_GivesUpNone(TlsImplementation implementation)
    {
        using var tls = new TlsNetwork(implementation, static o => o.MaxHandshakes = 2);
        var first = tls.ConnectRaw();
        tls.ConnectRaw();
        tls.CloseListener();
        tls.Loops.Advance(Patience);
        Assert.False(first.WasReset);
        Assert.Equal(new TlsStatistics { HandshakesUnderWay = 2 }, tls.Statistics);
    }

    [Theory, MemberData(nameof(Implementations))]
    public void Flood_OverSeveralLoops_LetsEachClientInAndCountsExactly(TlsImplementation implementation)
    {
        const int Most = 32;
        const int Rounds = 20;
        var hello = MakeHello();
        using var tls = new TlsNetwork(implementation, static o => o.MaxHandshakes = Most, loops: 3);
        var random = new Random(7);
        var peers = new List<InMemoryPeer>();
        for (var round = 0; round < Rounds; round++)
        {
            for (var i = 0; i < 20; i++)
            {
                var peer = tls.Network.Connect(tls.EndPoint);
                peers.Add(peer);
                // Two of them make the server work, the others say a part, or leave, or nothing.
                if (i < 2) peer.Send(hello);
                else if (i < 6) peer.Send(hello.AsSpan(0, random.Next(1, hello.Length)));
                else if (i < 8) peer.Reset();
                for (var turns = random.Next(4); turns > 0; turns--) tls.Loops.RunTurn();
                Assert.InRange(tls.Statistics.HandshakesUnderWay, 0, Most);
            }

            var (_, done) = tls.Begin();
            tls.Loops.Advance(TimeSpan.FromMilliseconds(random.Next(300, 400)));
            Assert.True(done.IsCompletedSuccessfully, $"round {round}: the client is not in; {tls.Statistics}");
        }

        Assert.InRange(tls.Statistics.HandshakesDropped, 1, peers.Count);
        Assert.Equal(tls.Statistics.HandshakesDropped, tls.Log.Lines.Count(static l => l.Text.Contains("another needs its place", StringComparison.Ordinal)));
        foreach (var peer in peers) peer.Close();
        tls.Loops.RunUntilIdle();
        var statistics = tls.Statistics;
        Assert.Equal((0, Rounds, peers.Count), (statistics.HandshakesUnderWay, statistics.HandshakesCompleted, statistics.HandshakesFailed));
    }

    [Theory, MemberData(nameof(Implementations))]
    public async Task Flood_OnThreads_LetsEachClientInAndCountsExactly(TlsImplementation implementation)
    {
        const int Rounds = 8;
        const int Silent = 10;
        var network = new InMemoryNetwork();
        using var loops = network.StartLoops(3);
        var listener = new TestListener(loops, static _ => new RecordingActor { WhenReceived = static (s, data) => s.Connection.Send(data) });
        await listener.ListenAsync(new ListenOptions
        {
            Host = "127.0.0.1",
            Tls = new TlsServerOptions { Certificate = TestCertificates.Server, Implementation = implementation, MaxHandshakes = 8 },
        });
        var peers = new List<InMemoryPeer>();
        for (var round = 0; round < Rounds; round++)
        {
            for (var i = 0; i < Silent; i++) peers.Add(network.Connect(listener.EndPoints[0]));
            await using var stream = new SslStream(network.ConnectStream(listener.EndPoints[0]), false, static (_, _, _, _) => true);
            await stream.AuthenticateAsClientAsync("server.test").WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            // The server has all of the handshake when it answers.
            await stream.WriteAsync(new byte[] { 1 }, TestContext.Current.CancellationToken);
            Assert.Equal(1, await stream.ReadAsync(new byte[1], TestContext.Current.CancellationToken));
        }

        foreach (var peer in peers) peer.Close();
        loops.Dispose();
        var statistics = listener.Tls!.Statistics;
        Assert.Equal((0, Rounds, Rounds * Silent), (statistics.HandshakesUnderWay, statistics.HandshakesCompleted, statistics.HandshakesFailed));
        Assert.InRange(statistics.HandshakesDropped, 1, Rounds * Silent);
    }

    private static InMemoryPeer Say(TlsNetwork tls, ReadOnlySpan<byte> bytes)
    {
        var peer = tls.ConnectRaw();
        peer.Send(bytes);
        tls.Loops.RunUntilIdle();
        return peer;
    }

    /// <summary>Makes what a client says first: one record.</summary>
    private static byte[] MakeHello()
    {
        // It reads the end where the server's answer would be.
        using var wire = new MemoryStream();
        using var stream = new SslStream(wire, leaveInnerStreamOpen: true);
        Assert.ThrowsAny<IOException>(() => stream.AuthenticateAsClient("server.test"));
        var sent = wire.ToArray();
        return sent[..(5 + BinaryPrimitives.ReadUInt16BigEndian(sent.AsSpan(3)))];
    }
}
