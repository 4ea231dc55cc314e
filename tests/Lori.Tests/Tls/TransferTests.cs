// SPDX-License-Identifier: MIT
using Mare.Testing;

namespace Lori.Tests.Tls;

public sealed class TransferTests
{
    private static readonly TcpConnectionOptions Small = new() { HighWaterMark = 4096, LowWaterMark = 1024, MaxQueuedBytes = 16 * 1024 };

    public static TheoryData<TlsImplementation> Implementations => TlsImplementations.All;

    [Theory, MemberData(nameof(Implementations))]
    public void Send_SeveralInOneTurn_AreOneRecord(TlsImplementation implementation)
    {
        using var tls = new TlsNetwork(implementation);
        var client = tls.Connect();
        var records = new RecordCounter(tls, client);
        tls.On(tls.Server, static s =>
        {
            for (byte i = 0; i < 50; i++) s.Connection.Send([i, i]);
        });
        Assert.Equal(100, client.Received.Length);
        // RecordingActor hears of each record on its own: there was one.
        Assert.Equal(1, records.Count);
    }

    [Theory, MemberData(nameof(Implementations))]
    public void Send_Large_ArrivesWholeAndInOrder(TlsImplementation implementation)
    {
        using var tls = new TlsNetwork(implementation, connection: new TcpConnectionOptions { MaxQueuedBytes = 8 << 20 });
        var client = tls.Connect();
        var sent = new byte[3_000_001];
        new Random(1).NextBytes(sent);
        tls.On(tls.Server, s =>
        {
            foreach (var part in sent.Chunk(70_000)) Assert.True(s.Connection.Send(part).IsAccepted());
        });
        Assert.Equal(sent, client.Received);
        Assert.Equal(sent.Length, tls.Server.Connection.BytesSent);
    }

    [Theory, MemberData(nameof(Implementations))]
    public void Send_PeerStopsReading_ThrottlesAndGoesOnAsWithoutTls(TlsImplementation implementation)
    {
        using var tls = new TlsNetwork(implementation, connection: Small, network: new InMemoryNetworkOptions { Window = 1000 });
        var client = tls.Connect();
        tls.On(client, static c => c.Connection.PauseReading());
        var statuses = new List<SendStatus>();
        var accepted = new List<byte>();
        tls.On(tls.Server, s =>
        {
            for (byte i = 0; i < 150; i++)
            {
                var message = Enumerable.Repeat(i, 500).ToArray();
                statuses.Add(s.Connection.Send(message));
                if (statuses[^1].IsAccepted()) accepted.AddRange(message);
            }

            Assert.DoesNotContain("OnThrottled", s.Calls);
        });
        Assert.Equal(["OnStarted", "OnThrottled"], tls.Server.Calls);
        var changes = statuses.Where((s, i) => i == 0 || statuses[i - 1] != s);
        Assert.Equal([SendStatus.Accepted, SendStatus.AcceptedThrottled, SendStatus.QueueFull], changes);
        tls.On(client, static c => c.Connection.ResumeReading());
        Assert.Equal(accepted, client.Received);
        Assert.Equal(["OnStarted", "OnThrottled", "OnUnthrottled"], tls.Server.Calls);
        Assert.Equal(0, tls.Server.Connection.UnsentBytes);
        Assert.Equal((0, 0), (tls.Loops.Usage[0].RentedBlocks, tls.Loops.Usage[0].RentedBuffers));
    }

    [Theory, MemberData(nameof(Implementations))]
    public void Sent_WithToken_IsToldOnceTheKernelHasIt(TlsImplementation implementation)
    {
        using var tls = new TlsNetwork(implementation, network: new InMemoryNetworkOptions { Window = 1000 });
        var client = tls.Connect();
        tls.On(client, static c => c.Connection.PauseReading());
        tls.On(tls.Server, static s => s.Connection.Send(new byte[20_000], new SendToken(7)));
        Assert.DoesNotContain("OnSent(7)", tls.Server.Calls);
        tls.On(client, static c => c.Connection.ResumeReading());
        Assert.Contains("OnSent(7)", tls.Server.Calls);
    }

    [Theory, MemberData(nameof(Implementations))]
    public void Reading_Paused_LosesNothing(TlsImplementation implementation)
    {
        for (var seed = 0; seed < 5; seed++)
        {
            using var tls = new TlsNetwork(implementation, network: InMemoryNetworkOptions.Hostile(seed), prepare: static s => s.WhenReceived = static (s, _) =>
            {
                s.Connection.PauseReading();
                s.Post(static s => s.Connection.ResumeReading());
            });
            var client = tls.Connect();
            var sent = new byte[30_000];
            new Random(seed).NextBytes(sent);
            tls.On(client, c =>
            {
                foreach (var part in sent.Chunk(777)) c.Connection.Send(part);
            });
            Assert.Equal(sent, tls.Server.Received);
        }
    }

    [Theory, MemberData(nameof(Implementations))]
    public void Pieces_OfAGivenSize_AreDeliveredWhole(TlsImplementation implementation)
    {
        var pieces = new List<int>();
        using var tls = new TlsNetwork(
            implementation,
            network: InMemoryNetworkOptions.Hostile(3),
            prepare: s =>
            {
                s.WhenStarted = static s => s.Connection.BufferUntil(100);
                s.WhenReceived = (_, data) => pieces.Add(data.Length);
            });
        var client = tls.Connect();
        tls.On(client, static c => c.Connection.Send(new byte[1000]));
        Assert.Equal(Enumerable.Repeat(100, 10), pieces);
    }

    [Theory, MemberData(nameof(Implementations))]
    public void Idle_AfterTraffic_HoldsNothingOfTheLoop(TlsImplementation implementation)
    {
        using var tls = new TlsNetwork(implementation, prepare: static s => s.WhenReceived = static (s, data) => s.Connection.Send(data));
        var client = tls.Connect();
        tls.On(client, static c => c.Connection.Send(new byte[40_000]));
        Assert.Equal((0, 0), (tls.Loops.Usage[0].RentedBlocks, tls.Loops.Usage[0].RentedBuffers));
    }

    [Theory, MemberData(nameof(Implementations))]
    public void Record_ThatCameInPart_IsHeldUntilItIsWhole(TlsImplementation implementation)
    {
        using var tls = new TlsNetwork(implementation, network: new InMemoryNetworkOptions { MaxDeliverySize = 1 });
        var client = tls.Connect();
        tls.On(client, static c => c.Connection.Send("byte by byte"u8));
        Assert.Equal("byte by byte"u8, tls.Server.Received);
        Assert.Equal(0, tls.Loops.Usage[0].RentedBuffers);
    }

    /// <summary>Counts what a client is given: a record each.</summary>
    private sealed class RecordCounter
    {
        public RecordCounter(TlsNetwork tls, RecordingActor actor)
        {
            _ = tls;
            actor.WhenReceived = (_, _) => Count++;
        }

        public int Count { get; private set; }
    }
}
