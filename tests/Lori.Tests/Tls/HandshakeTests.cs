// SPDX-License-Identifier: MIT
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Mare.Testing;

namespace Lori.Tests.Tls;

public sealed class HandshakeTests
{
    public static TheoryData<TlsImplementation> Implementations => TlsImplementations.All;

    [Theory, MemberData(nameof(Implementations))]
    public void Handshake_Succeeds_AnnouncesBothAndCarriesBytes(TlsImplementation implementation)
    {
        using var tls = new TlsNetwork(implementation);
        var client = tls.Connect();
        Assert.Equal(["OnStarted"], tls.Server.Calls);
        tls.On(client, static c => c.Connection.Send("hello"u8));
        tls.On(tls.Server, static s => s.Connection.Send("you too"u8));
        Assert.Equal("hello"u8, tls.Server.Received);
        Assert.Equal("you too"u8, client.Received);
        Assert.Equal((5, 7), (tls.Server.Connection.BytesReceived, tls.Server.Connection.BytesSent));
        Assert.Equal(new TlsStatistics { HandshakesCompleted = 1 }, tls.Statistics);
    }

    [Theory, MemberData(nameof(Implementations))]
    public void Info_OfBothSides_SaysWhatWasAgreedOn(TlsImplementation implementation)
    {
        using var tls = new TlsNetwork(implementation, static o => o.ApplicationProtocols = ["http/1.1"]);
        var client = tls.Connect(static o => o.ApplicationProtocols = ["h2", "http/1.1"]);
        TlsConnectionInfo? server = null, own = null;
        tls.On(tls.Server, s => server = s.Connection.Tls);
        tls.On(client, c => own = c.Connection.Tls);
        Assert.Equal((SslProtocols.Tls13, "http/1.1", "server.test"), (server!.Protocol, server.ApplicationProtocol, server.ServerName));
        Assert.Equal((SslProtocols.Tls13, "http/1.1"), (own!.Protocol, own.ApplicationProtocol));
        Assert.Equal(server.CipherSuite, own.CipherSuite);
        Assert.Null(server.PeerCertificate);
        Assert.Equal("CN=server.test", own.PeerCertificate!.Subject);
        Assert.Equal(implementation, server.Implementation);
        Assert.NotEqual(true, server.IsResumed);
    }

    [Theory, MemberData(nameof(Implementations))]
    public void Info_WithoutAlpnAndWithoutName_HasNone(TlsImplementation implementation)
    {
        using var tls = new TlsNetwork(implementation);
        tls.Connect(static o => o.TargetHost = "127.0.0.1");
        TlsConnectionInfo? info = null;
        tls.On(tls.Server, s => info = s.Connection.Tls);
        Assert.Null(info!.ApplicationProtocol);
        Assert.Null(info.ServerName);
    }

    [Theory, MemberData(nameof(Implementations))]
    public void Protocols_OneOnly_IsWhatIsSpoken(TlsImplementation implementation)
    {
        using var tls = new TlsNetwork(implementation, static o => o.Protocols = SslProtocols.Tls12);
        var client = tls.Connect();
        SslProtocols? protocol = null;
        tls.On(client, c => protocol = c.Connection.Tls!.Protocol);
        Assert.Equal(SslProtocols.Tls12, protocol);
        tls.On(client, static c => c.Connection.Send("by 1.2"u8));
        Assert.Equal("by 1.2"u8, tls.Server.Received);
    }

    [Theory, MemberData(nameof(Implementations))]
    public void Protocols_NoneInCommon_FailsBoth(TlsImplementation implementation)
    {
        using var tls = new TlsNetwork(implementation, static o => o.Protocols = SslProtocols.Tls13);
        var error = tls.ConnectInVain(static o => o.Protocols = SslProtocols.Tls12);
        Assert.Equal(ConnectFailure.TlsFailed, error.Reason);
        Assert.Equal(TlsFailure.NothingInCommon, tls.Server.StartFailure!.Value.Failure);
        Assert.Equal(new TlsStatistics { HandshakesFailed = 1 }, tls.Statistics);
    }

    [Theory, MemberData(nameof(Implementations))]
    public void Alpn_NoneInCommon_FailsBoth(TlsImplementation implementation)
    {
        using var tls = new TlsNetwork(implementation, static o => o.ApplicationProtocols = ["http/1.1"]);
        var error = tls.ConnectInVain(static o => o.ApplicationProtocols = ["h2"]);
        Assert.Equal(ConnectFailure.TlsFailed, error.Reason);
        Assert.Equal(["OnStartFailure"], tls.Server.Calls);
    }

    [Theory, MemberData(nameof(Implementations))]
    public void Alpn_ClientOffersNone_IsLetIn(TlsImplementation implementation)
    {
        using var tls = new TlsNetwork(implementation, static o => o.ApplicationProtocols = ["http/1.1"]);
        tls.Connect();
        Assert.Equal(["OnStarted"], tls.Server.Calls);
    }

    [Theory, MemberData(nameof(Implementations))]
    public void Names_EachWithItsCertificate_GetThat(TlsImplementation implementation)
    {
        using var tls = new TlsNetwork(implementation, static o =>
        {
            o.CertificatesByName["Other.test"] = TlsCertificate.From(TestCertificates.MakeServer("other.test"), TestCertificates.Intermediates);
            o.CertificatesByName["*.wild.test"] = TlsCertificate.From(TestCertificates.MakeServer("*.wild.test"), TestCertificates.Intermediates);
        });
        foreach (var (name, subject) in new[] { ("server.test", "server.test"), ("other.test", "other.test"), ("OTHER.test", "other.test"), ("a.wild.test", "*.wild.test") })
        {
            var client = tls.Connect(o => o.TargetHost = name);
            X509Certificate2? certificate = null;
            tls.On(client, c => certificate = c.Connection.Tls!.PeerCertificate);
            Assert.Equal($"CN={subject}", certificate!.Subject);
        }

        // A star is one label.
        Assert.Contains("not for a.b.wild.test", tls.ConnectInVain(static o => o.TargetHost = "a.b.wild.test").Message);
    }

    [Theory, MemberData(nameof(Implementations))]
    public void Name_International_IsAskedForInAscii(TlsImplementation implementation)
    {
        const string Name = "b\u00FCcher.test";
        using var tls = new TlsNetwork(implementation, static o =>
        {
            o.CertificatesByName[Name] = TlsCertificate.From(TestCertificates.MakeServer("xn--bcher-kva.test"), TestCertificates.Intermediates);
        });
        var client = tls.Connect(static o => o.TargetHost = Name);
        string? asked = null;
        X509Certificate2? certificate = null;
        tls.On(tls.Server, s => asked = s.Connection.Tls!.ServerName);
        tls.On(client, c => certificate = c.Connection.Tls!.PeerCertificate);
        Assert.Equal(("xn--bcher-kva.test", "CN=xn--bcher-kva.test"), (asked, certificate!.Subject));
    }

    [Theory, MemberData(nameof(Implementations))]
    public void Name_WithoutCertificateAndWithoutDefault_IsRefused(TlsImplementation implementation)
    {
        using var tls = new TlsNetwork(implementation, static o =>
        {
            o.CertificatesByName["server.test"] = o.Certificate!;
            o.Certificate = null;
        });
        tls.Connect();
        Assert.Equal(ConnectFailure.TlsFailed, tls.ConnectInVain(static o => o.TargetHost = "unknown.test").Reason);
        Assert.Equal(TlsFailure.NothingInCommon, tls.Server.StartFailure!.Value.Failure);
    }

    [Theory, MemberData(nameof(Implementations))]
    public void Client_ThatDoesNotTrustTheServer_SaysWhy(TlsImplementation implementation)
    {
        using var tls = new TlsNetwork(implementation);
        Assert.Contains("not trusted", tls.ConnectInVain(static o => o.TrustedRoots = null).Message);
        Assert.Contains("not for elsewhere.test", tls.ConnectInVain(static o => o.TargetHost = "elsewhere.test").Message);
        Assert.All(tls.Accepted, static a => Assert.DoesNotContain("OnReceived", a.Calls));
        tls.Connect(static o =>
        {
            o.TrustedRoots = null;
            o.TargetHost = "elsewhere.test";
            o.AcceptAnyCertificate = true;
        });
    }

    [Theory, MemberData(nameof(Implementations))]
    public void Handshake_OverAHostileNetwork_SucceedsAndCarriesBytes(TlsImplementation implementation)
    {
        for (var seed = 0; seed < 10; seed++)
        {
            using var tls = new TlsNetwork(implementation, network: InMemoryNetworkOptions.Hostile(seed), prepare: static s => s.WhenReceived = static (s, data) => s.Connection.Send(data));
            var client = tls.Connect();
            var sent = new byte[100_000];
            new Random(seed).NextBytes(sent);
            tls.On(client, c => c.Connection.Send(sent));
            Assert.Equal(sent, client.Received);
        }
    }

    [Theory, MemberData(nameof(Implementations))]
    public void Data_InOnePieceWithTheLastOfTheHandshake_ArrivesWhole(TlsImplementation implementation)
    {
        using var tls = new TlsNetwork(implementation);
        var wire = new PeerStream(tls.ConnectRaw(), tls.Loops) { HoldsBack = true };
        var stream = new SslStream(wire, false, static (_, _, _, _) => true);
        stream.AuthenticateAsClient("server.test");
        // More than a handshake may have, and less than a receive buffer.
        var sent = new byte[200_000];
        new Random(1).NextBytes(sent);
        stream.Write(sent);
        Assert.Equal(1, tls.Statistics.HandshakesUnderWay);
        wire.Release();
        tls.Loops.RunUntilIdle();
        Assert.Equal(sent, tls.Server.Received);
    }

    [Theory, MemberData(nameof(Implementations))]
    public void Handshake_Stalled_EndsAfterItsTime(TlsImplementation implementation)
    {
        using var tls = new TlsNetwork(implementation, static o => o.HandshakeTimeout = TimeSpan.FromSeconds(3));
        var peer = tls.ConnectRaw();
        // The first bytes of a hello, and then nothing.
        peer.Send([22, 3, 1, 0, 200, 1, 0]);
        tls.Loops.Advance(TimeSpan.FromSeconds(2.9));
        Assert.Equal(1, tls.Statistics.HandshakesUnderWay);
        Assert.Empty(tls.Server.Calls);
        tls.Loops.Advance(TimeSpan.FromSeconds(0.2));
        Assert.True(peer.IsEndOfStream);
        Assert.Equal(new TlsStatistics { HandshakesFailed = 1 }, tls.Statistics);
        // It lingers for the peer's end, which does not come.
        tls.Loops.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(TlsFailure.HandshakeTooLong, tls.Server.StartFailure!.Value.Failure);
    }

    [Theory, MemberData(nameof(Implementations))]
    public void Peer_LeavesWithinTheHandshake_IsForgotten(TlsImplementation implementation)
    {
        using var tls = new TlsNetwork(implementation);
        var ending = tls.ConnectRaw();
        ending.Send([22, 3, 1]);
        tls.Loops.RunUntilIdle();
        ending.ShutdownSend();
        tls.Loops.RunUntilIdle();
        Assert.Equal(TlsFailure.Ended, tls.Server.StartFailure!.Value.Failure);
        var resetting = tls.ConnectRaw();
        resetting.Reset();
        tls.Loops.RunUntilIdle();
        Assert.Equal(TlsFailure.Ended, tls.Server.StartFailure!.Value.Failure);
        Assert.Equal(0, tls.Loop.ConnectionCount);
    }

    [Theory, MemberData(nameof(Implementations))]
    public void Loop_EndsWithinAHandshake_TellsTheEnd(TlsImplementation implementation)
    {
        var tls = new TlsNetwork(implementation);
        tls.ConnectRaw().Send([22, 3, 1]);
        tls.Loops.RunUntilIdle();
        tls.Dispose();
        Assert.Equal(["OnStartFailure"], tls.Server.Calls);
    }

    [Theory, MemberData(nameof(Implementations))]
    public void MaxHandshakes_Reached_TheNextWaitsInTheBacklog(TlsImplementation implementation)
    {
        using var tls = new TlsNetwork(implementation, static o => o.MaxHandshakes = 2);
        var first = tls.ConnectRaw();
        tls.ConnectRaw();
        var (third, done) = tls.Begin();
        tls.Loops.RunUntilIdle();
        Assert.Equal(2, tls.Accepted.Count);
        Assert.False(done.IsCompleted);
        Assert.Equal(1, tls.Log.CountOf(24));
        first.Reset();
        tls.Loops.RunUntilIdle();
        Assert.Equal(3, tls.Accepted.Count);
        Assert.True(done.IsCompletedSuccessfully);
        tls.On(third, static c => c.Connection.Send("at last"u8));
        Assert.Equal("at last"u8, tls.Server.Received);
    }

    [Theory, MemberData(nameof(Implementations))]
    public void Connect_GivenUpWithinTheHandshake_TellsTheClientOnce(TlsImplementation implementation)
    {
        using var tls = new TlsNetwork(implementation, network: new InMemoryNetworkOptions { Window = 1 });
        // One byte of the window at a time: the handshake takes many turns.
        var (client, done) = tls.Begin();
        for (var i = 0; i < 20; i++) tls.Loops.RunTurn();
        Assert.False(done.IsCompleted);
        tls.Loops.Clock.Advance(TimeSpan.FromSeconds(11));
        tls.Loops.RunUntilIdle();
        Assert.Equal(["OnConnectFailure"], client.Calls);
        Assert.Equal(ConnectFailure.TimedOut, client.ConnectError!.Reason);
    }

    [Theory, MemberData(nameof(Implementations))]
    public void Resumption_OfTheSameClient_SendsNoCertificate(TlsImplementation implementation)
    {
        using var tls = new TlsNetwork(implementation);
        var client = new SslStreamClient(tls);
        var full = client.ConnectAndExchange();
        var resumed = client.ConnectAndExchange();
        // The server's certificate with its chain is more than a kilobyte.
        Assert.True(resumed < full - 500, $"the first handshake took {full} bytes from the server, the second {resumed}");
    }
}
