// SPDX-License-Identifier: MIT
using Lori.Tests.Tls;
using Mare.Testing;

namespace Mare.Tests.Tls;

/// <summary>A server with <c>wss://</c> end points, in memory.</summary>
public sealed class WssTests
{
    public static TheoryData<TlsImplementation> Implementations =>
        OperatingSystem.IsLinux() ? [TlsImplementation.SslStream, TlsImplementation.OpenSsl] : [TlsImplementation.SslStream];

    [Theory, MemberData(nameof(Implementations))]
    public void Connection_UnderTls_IsOneLikeAnyOther(TlsImplementation implementation)
    {
        using var server = new MemoryServer(Echo, options => options.Tls = Server(implementation));
        Assert.StartsWith("wss://127.0.0.1:", server.Server.EndPoints[0].ToString(), StringComparison.Ordinal);
        using var client = new TlsMemoryClient(server).Open();
        client.AssertEchoes("under TLS");
        client.AssertEchoes(new string('x', 100_000));
        client.Send(ClientFrames.Close(1000, "done"));
        Assert.Equal(1000, client.ReadFrame().CloseCode);
        client.AssertEnd();
        client.Shutdown();
        Assert.Equal((CloseStatus.Normal, "done"), (server.Actor.Status, server.Actor.Reason));
        Assert.Equal((0, 1L, 0L), Handshakes(server));
    }

    [Theory, MemberData(nameof(Implementations))]
    public void Request_UnderTls_SaysSo(TlsImplementation implementation)
    {
        using var server = new MemoryServer(configure: options =>
        {
            options.Tls = Server(implementation);
            options.Tls.ClientCertificates = TlsClientCertificates.Optional;
            options.Tls.TrustedRoots = TestCertificates.Roots;
        });
        using var anonymous = new TlsMemoryClient(server).Open();
        // A browser offers h2 as well, which the server must not take.
        Assert.Equal("http/1.1", anonymous.ApplicationProtocol);
        var request = server.Actor.Request!;
        Assert.True(request.IsEncrypted);
        Assert.Equal(("http/1.1", "server.test"), (request.Tls!.ApplicationProtocol, request.Tls.ServerName));
        Assert.Null(request.ClientCertificate);
        using var certificate = MakeClient();
        using var known = new TlsMemoryClient(server, certificate: certificate).Open();
        Assert.Equal("CN=a client", server.Actor.Request!.ClientCertificate!.Subject);
    }

    [Theory]
    [InlineData("https://example.com", 101)]
    [InlineData("http://example.com", 403)]
    [InlineData("https://example.com:8443", 403)]
    public void Page_OfAnOrigin_IsTheServersOwnIfItIsHttps(string origin, int status)
    {
        using var server = new MemoryServer(configure: static options => options.Tls = Server(TlsImplementation.SslStream));
        using var client = new TlsMemoryClient(server);
        client.Send(Requests.Upgrade("/", $"Origin: {origin}"));
        Assert.Equal(status, client.ReadAnswer().Status);
    }

    [Theory]
    [InlineData("example.com:443", 101)]
    [InlineData("example.com:80", 421)]
    public void Host_WithoutAPort_HasThatOfHttps(string allowed, int status)
    {
        using var server = new MemoryServer(configure: options =>
        {
            options.Tls = Server(TlsImplementation.SslStream);
            options.AllowedHosts = [allowed];
        });
        using var client = new TlsMemoryClient(server);
        client.Send(Requests.Upgrade());
        Assert.Equal(status, client.ReadAnswer().Status);
    }

    [Theory, MemberData(nameof(Implementations))]
    public void EndPoints_WithTlsAndWithout_ServeSideBySide(TlsImplementation implementation)
    {
        using var server = new MemoryServer(Echo, options => options.EndPoints =
        [
            new WebSocketEndPointOptions { Host = "127.0.0.1" },
            new WebSocketEndPointOptions { Host = "127.0.0.1", Tls = Server(implementation) },
            new WebSocketEndPointOptions { UnixSocketPath = "/in/memory.sock" },
        ]);
        Assert.Equal(["ws", "wss", "ws+unix"], server.Server.EndPoints.Select(static e => e.ToString().Split(':')[0]));
        Assert.Equal([false, true, false], server.Server.EndPoints.Select(static e => e.IsSecure));
        var plain = server.Open();
        plain.Send(ClientFrames.Binary("in the clear"u8));
        Assert.Equal("in the clear", plain.ReadFrame().Text);
        Assert.False(server.Actor.Request!.IsEncrypted);
        using var secure = new TlsMemoryClient(server, endPoint: 1).Open();
        secure.AssertEchoes("under TLS");
        Assert.True(server.Actor.Request!.IsEncrypted);
    }

    [Fact]
    public void EndPoints_OneThatCannotBeHad_LeavesNone()
    {
        using var server = new MemoryServer();
        var taken = server.Server.EndPoints[0].Port;
        var start = WebSocketServer.StartAsync(
            new WebSocketServerOptions
            {
                EventLoops = server.Loops.Group,
                EndPoints = [new WebSocketEndPointOptions { Host = "127.0.0.1", Port = 4444 }, new WebSocketEndPointOptions { Host = "127.0.0.1", Port = taken }],
            },
            static _ => null,
            TestContext.Current.CancellationToken);
        Assert.Throws<ListenException>(() => server.Loops.RunUntilDone(start));
        Assert.Throws<System.Net.Sockets.SocketException>(() => server.Network.Connect(4444));
    }

    [Fact]
    public async Task EndPoints_WithAnOptionOutOfItsRange_NameIt()
    {
        async Task ThrowsAsync(string expected, WebSocketServerOptions options)
        {
            var error = await Assert.ThrowsAnyAsync<ArgumentException>(() => WebSocketServer.StartAsync(options, static _ => null));
            Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        }

        await ThrowsAsync("EndPoints[1]", new WebSocketServerOptions { EndPoints = [new(), new() { Port = 70_000 }] });
        await ThrowsAsync("EndPoints[0]", new WebSocketServerOptions { EndPoints = [null!] });
        await ThrowsAsync("TlsServerOptions.Certificate", new WebSocketServerOptions { Tls = new TlsServerOptions() });
        await ThrowsAsync("MaxHandshakes", new WebSocketServerOptions { Tls = new TlsServerOptions { Certificate = TestCertificates.Server, MaxHandshakes = 0 } });
    }

    [Theory, MemberData(nameof(Implementations))]
    public void PlainHttp_OnATlsPort_Gets400InTheClear(TlsImplementation implementation)
    {
        using var server = new MemoryServer(configure: options => options.Tls = Server(implementation));
        var client = server.Connect();
        client.Send(Requests.Upgrade());
        var answer = client.ReadPlainAndEnd();
        Assert.Equal(400, answer.Status);
        client.Leave();
        Assert.Empty(server.Actors);
        Assert.Equal((0, 0L, 1L), Handshakes(server));
    }

    [Theory, MemberData(nameof(Implementations))]
    public void PlainRequest_UnderTls_IsAnswered(TlsImplementation implementation)
    {
        using var server = new MemoryServer(configure: options =>
        {
            options.Tls = Server(implementation);
            options.HttpHandler = static (request, _) => ValueTask.FromResult<PlainResponse?>(PlainResponse.Text($"{request.IsEncrypted}"));
        });
        using var client = new TlsMemoryClient(server);
        client.Send(Requests.Get());
        Assert.Equal(200, client.ReadAnswer().Status);
    }

    [Theory, MemberData(nameof(Implementations))]
    public void Stop_WithConnectionsAndHandshakes_EndsAll(TlsImplementation implementation)
    {
        using var server = new MemoryServer(Echo, options => options.Tls = Server(implementation));
        using var open = new TlsMemoryClient(server).Open();
        var stalled = server.Connect();
        stalled.Send([22, 3, 1]);
        Assert.Equal(1, server.Server.Statistics.TlsHandshakesUnderWay);
        var stop = server.Server.StopAsync();
        server.Run();
        Assert.True(stalled.Peer.WasReset);
        Assert.Equal(1001, open.ReadFrame().CloseCode);
        open.Send(ClientFrames.Close(1001));
        open.AssertEnd();
        open.Shutdown();
        server.Loops.RunUntilDone(stop);
        Assert.Equal((0, 1L, 1L), Handshakes(server));
    }

    [Theory, MemberData(nameof(Implementations))]
    public async Task Drain_UnderTls_ClosesAsWithout(TlsImplementation implementation)
    {
        using var server = new MemoryServer(Echo, options => options.Tls = Server(implementation));
        using var client = new TlsMemoryClient(server).Open();
        var drain = server.Server.DrainAsync();
        server.Run();
        Assert.Equal(1001, client.ReadFrame().CloseCode);
        client.Send(ClientFrames.Close(1001));
        client.AssertEnd();
        client.Shutdown();
        server.Loops.RunUntilDone(drain);
        Assert.Equal(new DrainReport(1, 0, 0), await drain);
    }

    [Theory, MemberData(nameof(Implementations))]
    public void Client_LeavesWithoutCloseNotify_IsAnAbnormalClosure(TlsImplementation implementation)
    {
        using var server = new MemoryServer(Echo, options => options.Tls = Server(implementation));
        var client = new TlsMemoryClient(server).Open();
        client.Dispose();
        server.Run();
        Assert.Equal(CloseStatus.AbnormalClosure, server.Actor.Status);
    }

    [Theory, MemberData(nameof(Implementations))]
    public void Network_LateShortAndSplit_EchoesAllTheSame(TlsImplementation implementation)
    {
        for (var seed = 0; seed < 5; seed++)
        {
            using var server = new MemoryServer(Echo, options => options.Tls = Server(implementation), InMemoryNetworkOptions.Hostile(seed));
            using var client = new TlsMemoryClient(server).Open();
            for (var length = 1; length < 50_000; length *= 3) client.AssertEchoes(new string('y', length));
        }
    }

    [Theory, MemberData(nameof(Implementations))]
    public void Compression_UnderTls_Works(TlsImplementation implementation)
    {
        using var server = new MemoryServer(Echo, options =>
        {
            options.Tls = Server(implementation);
            options.Compression.Mode = CompressionMode.Shared;
        });
        using var client = new TlsMemoryClient(server);
        client.Send(Requests.Upgrade("/", "Sec-WebSocket-Extensions: permessage-deflate"));
        Assert.Contains("permessage-deflate", client.ReadAnswer()["Sec-WebSocket-Extensions"], StringComparison.Ordinal);
    }

    private static TlsServerOptions Server(TlsImplementation implementation) =>
        new() { Certificate = TestCertificates.Server, Implementation = implementation };

    private static System.Security.Cryptography.X509Certificates.X509Certificate2 MakeClient() => TestCertificates.MakeClient("a client");

    private static (int UnderWay, long Completed, long Failed) Handshakes(MemoryServer server)
    {
        var statistics = server.Server.Statistics;
        return (statistics.TlsHandshakesUnderWay, statistics.TlsHandshakesCompleted, statistics.TlsHandshakesFailed);
    }

    private static void Echo(ProbeActor actor) => actor.Hook = static (me, call) =>
    {
        if (call == "OnBinaryMessage") me.Connection.SendBinary(me.Messages[^1]);
    };
}
