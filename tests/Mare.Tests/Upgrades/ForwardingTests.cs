// SPDX-License-Identifier: MIT
using System.Net;
using System.Text;
using CsCheck;

namespace Mare.Tests.Upgrades;

/// <summary>Whose request it is that a proxy forwards. RFC 7239, and the headers that came before it.</summary>
public sealed class ForwardingTests
{
    private const string Peer = "127.0.0.1"; // of a client of MemoryServer

    [Theory]
    [InlineData(null, Peer)]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("192.0.2.1:4711", "192.0.2.1")]
    [InlineData("2001:db8::1", "2001:db8::1")]
    [InlineData("[2001:db8::1]", "2001:db8::1")]
    [InlineData("[2001:db8::1]:4711", "2001:db8::1")]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1")]
    [InlineData("198.51.100.9, 192.0.2.1", "192.0.2.1")] // what the client made up
    [InlineData("192.0.2.1, 10.0.0.8", "192.0.2.1")] // two proxies
    [InlineData("198.51.100.9, 192.0.2.1, 10.0.0.8, 10.0.0.9", "192.0.2.1")]
    [InlineData("198.51.100.9,192.0.2.1 ,\t10.0.0.8", "192.0.2.1")]
    [InlineData("10.0.0.7, 10.0.0.8", "10.0.0.7")] // a client among the proxies
    [InlineData("192.0.2.1, unknown", Peer)]
    [InlineData("192.0.2.1, unknown, 10.0.0.8", "10.0.0.8")]
    [InlineData("192.0.2.1, ", "192.0.2.1")] // an empty element is none
    [InlineData(", 192.0.2.1, ,10.0.0.8", "192.0.2.1")]
    [InlineData(" , ", Peer)]
    [InlineData("", Peer)]
    [InlineData("192.0.2.1, 10.0.0.8x", Peer)]
    [InlineData("1", Peer)]
    [InlineData("0x7f.1", Peer)]
    [InlineData("192.0.2.01", Peer)]
    [InlineData("[192.0.2.1]", Peer)]
    [InlineData("192.0.2.1:", Peer)]
    [InlineData("192.0.2.1:123456", Peer)]
    [InlineData("[2001:db8::1", Peer)]
    [InlineData("[2001:db8::1]x", Peer)]
    [InlineData("[]", Peer)]
    [InlineData("fe80::1%eth0", Peer)]
    public void Client_OfXForwardedFor_IsTheFirstFromTheRightThatIsNoProxy(string? header, string address)
    {
        using var server = Trusting();
        var client = server.Request(Requests.Upgrade("/", header is null ? [] : [$"X-Forwarded-For: {header}"]));
        Assert.Equal(101, client.ReadAnswer().Status);
        var request = server.Actor.Request!;
        Assert.Equal(address, request.ClientAddress!.ToString());
        // The connection is still the proxy's.
        Assert.Equal(client.Peer.LocalEndPoint, request.RemoteEndPoint);
    }

    [Fact]
    public void Client_OfSeveralLines_IsThatOfThemJoined()
    {
        using var server = Trusting();
        server.Request(Requests.Upgrade("/", "X-Forwarded-For: 198.51.100.9", "X-Forwarded-For: 192.0.2.1", "X-Forwarded-For: 10.0.0.8"));
        Assert.Equal("192.0.2.1", server.Actor.Request!.ClientAddress!.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData(",")]
    [InlineData("unknown")]
    [InlineData("\"")]
    [InlineData("192.0.2.9, 10.0.0.8x")]
    public void Client_OfXForwardedForAfterItsOwnLine_IsStillTheOneThatTheProxySays(string own)
    {
        using var server = Trusting(static o => o.ConnectionLimits.MaxConnectionsPerAddress = 1);
        var request = Requests.Upgrade("/", $"X-Forwarded-For: {own}", "X-Forwarded-For: 203.0.113.9");
        Assert.Equal(101, server.Request(request).ReadAnswer().Status);
        Assert.Equal(429, server.Request(request).ReadAnswer().Status);
    }

    [Theory]
    [InlineData("", 429)]
    [InlineData(",", 429)]
    [InlineData(";", 429)]
    [InlineData("for=unknown", 429)]
    [InlineData("for", 400)]
    [InlineData("for=", 400)]
    [InlineData("for=\"", 400)]
    [InlineData("for=192.0.2.9;x=\"", 400)]
    [InlineData("for=\"\\", 400)]
    public void Client_OfForwardedAfterItsOwnLine_EscapesNoLimit(string own, int second)
    {
        using var server = Trusting(static o =>
            (o.Forwarded.Headers, o.ConnectionLimits.MaxConnectionsPerAddress) = (ForwardedHeaders.Forwarded, 1));
        Assert.Equal(101, server.Request(Requests.Upgrade("/", "Forwarded: for=203.0.113.9")).ReadAnswer().Status);
        // What the proxy adds stands behind what its client sent.
        var client = server.Request(Requests.Upgrade("/", $"Forwarded: {own}", "Forwarded: for=203.0.113.9"));
        Assert.Equal(second, client.ReadAnswer().Status);
    }

    [Fact]
    public void Headers_OfAnybodyElse_AreIgnored()
    {
        using var server = new MemoryServer(configure: static o => o.Forwarded.TrustedProxies = [IPNetwork.Parse("10.0.0.0/24")]);
        var client = server.Request(Requests.Upgrade(
            "/", "X-Forwarded-For: 192.0.2.1", "X-Forwarded-Proto: https", "X-Forwarded-Host: other.example", "Forwarded: for=192.0.2.1", "Origin: http://example.com"));
        Assert.Equal(101, client.ReadAnswer().Status);
        var request = server.Actor.Request!;
        Assert.Equal((Peer, false, "example.com"), (request.ClientAddress!.ToString(), request.IsEncrypted, request.Host));
    }

    [Theory]
    [InlineData("https", true)]
    [InlineData("HTTPS", true)]
    [InlineData("wss", true)]
    [InlineData("http", false)]
    [InlineData("ws", false)]
    [InlineData("gopher", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    [InlineData("http, https", true)] // the last is the nearest's
    public void Scheme_OfATrustedProxy_IsTheClients(string? proto, bool? isEncrypted)
    {
        using var server = Trusting();
        server.Request(Requests.Upgrade("/", ["X-Forwarded-For: 192.0.2.1", .. proto is null ? [] : new[] { $"X-Forwarded-Proto: {proto}" }]));
        Assert.Equal(isEncrypted, server.Actor.Request!.IsEncrypted);
    }

    [Theory]
    [InlineData("192.0.2.1, 10.0.0.8", "https, http", true)] // what the outer proxy saw
    [InlineData("192.0.2.1, 10.0.0.8", "https", true)] // one that only the outer proxy set
    [InlineData("198.51.100.9, 192.0.2.1", "http, https", true)]
    [InlineData("198.51.100.9, 192.0.2.1", "https, http", false)]
    public void Scheme_OfSeveralProxies_IsWhatTheOutermostTrustedOneSaw(string clients, string proto, bool isEncrypted)
    {
        using var server = Trusting();
        server.Request(Requests.Upgrade("/", $"X-Forwarded-For: {clients}", $"X-Forwarded-Proto: {proto}"));
        Assert.Equal(isEncrypted, server.Actor.Request!.IsEncrypted);
    }

    [Theory]
    [InlineData("https://example.com", "https", 101)]
    [InlineData("https://example.com:443", "https", 101)]
    [InlineData("http://example.com", "https", 403)]
    [InlineData("http://example.com", "http", 101)]
    [InlineData("https://example.com", "http", 403)]
    [InlineData("https://example.com", null, 101)] // it does not say: either
    [InlineData("http://example.com", null, 101)]
    [InlineData("https://evil.example", "https", 403)]
    [InlineData("https://example.com:8443", "https", 403)]
    public void Page_BehindATrustedProxy_PassesByTheSchemeThatItSays(string origin, string? proto, int status)
    {
        using var server = Trusting();
        var client = server.Request(Requests.Upgrade("/", [$"Origin: {origin}", .. proto is null ? [] : new[] { $"X-Forwarded-Proto: {proto}" }]));
        Assert.Equal(status, client.ReadAnswer().Status);
    }

    [Theory]
    [InlineData("public.example", "https://public.example", "public.example", 101)]
    [InlineData("public.example:8443", "https://public.example:8443", "public.example:8443", 101)]
    [InlineData("public.example", "https://example.com", "public.example", 403)]
    [InlineData("inner.example, public.example", "https://public.example", "public.example", 101)]
    [InlineData("not a host", "https://example.com", "example.com", 101)]
    public void Host_OfATrustedProxy_IsTheOneThatWasAskedFor(string forwarded, string origin, string host, int status)
    {
        using var server = Trusting();
        var client = server.Request(Requests.Upgrade("/", $"X-Forwarded-Host: {forwarded}", "X-Forwarded-Proto: https", $"Origin: {origin}"));
        Assert.Equal(status, client.ReadAnswer().Status);
        if (status == 101) Assert.Equal(host, server.Actor.Request!.Host);
    }

    [Fact]
    public void AllowedHosts_BehindATrustedProxy_AreThoseThatItWasAskedFor()
    {
        using var server = Trusting(static o => o.AllowedHosts = ["public.example"]);
        Assert.Equal(101, server.Request(Requests.Upgrade("/", "X-Forwarded-Host: public.example")).ReadAnswer().Status);
        Assert.Equal(421, server.Request(Requests.Upgrade("/", "X-Forwarded-Host: rebound.example")).ReadAnswer().Status);
        Assert.Equal(421, server.Request(Requests.Upgrade()).ReadAnswer().Status);
    }

    [Theory]
    [InlineData("for=192.0.2.1", "192.0.2.1", null, "example.com")]
    [InlineData("For=\"[2001:db8::1]:4711\"", "2001:db8::1", null, "example.com")]
    [InlineData("for=192.0.2.1;proto=https;host=public.example", "192.0.2.1", true, "public.example")]
    [InlineData("proto=http ; by=10.0.0.1; for=\"192.0.2.1:80\"; HOST=\"public.example:81\"", "192.0.2.1", false, "public.example:81")]
    [InlineData("for=198.51.100.9;proto=http, for=192.0.2.1;proto=https, for=10.0.0.8;proto=http", "192.0.2.1", true, "example.com")]
    [InlineData("for=\"_hid\\den\", for=10.0.0.8", "10.0.0.8", null, "example.com")]
    [InlineData("for=192.0.2.1;secret=\"a,b;c=\\\"d\\\"\"", "192.0.2.1", null, "example.com")]
    [InlineData("proto=https", Peer, true, "example.com")]
    [InlineData("for=unknown;proto=https", Peer, true, "example.com")]
    // Empty elements are none (RFC 9110, section 5.6.1), empty pairs neither (RFC 7239, section 4).
    [InlineData("", Peer, null, "example.com")]
    [InlineData("for=192.0.2.1,", "192.0.2.1", null, "example.com")]
    [InlineData(", ,\tfor=192.0.2.1 ,", "192.0.2.1", null, "example.com")]
    [InlineData("for=192.0.2.1, ,for=10.0.0.8", "192.0.2.1", null, "example.com")]
    [InlineData(";for=192.0.2.1; ;proto=https;", "192.0.2.1", true, "example.com")]
    [InlineData("for=192.0.2.1, ;", Peer, null, "example.com")] // the nearest says nothing
    public void Client_OfForwarded_IsTheFirstFromTheRightThatIsNoProxy(string header, string address, bool? isEncrypted, string host)
    {
        using var server = Trusting(static o => o.Forwarded.Headers = ForwardedHeaders.Forwarded);
        // A proxy that writes the one may pass on the others.
        server.Request(Requests.Upgrade(
            "/", $"Forwarded: {header}", "X-Forwarded-For: 203.0.113.1", "X-Forwarded-Proto: https", "X-Forwarded-Host: other.example"));
        var request = server.Actor.Request!;
        Assert.Equal((address, isEncrypted, host), (request.ClientAddress!.ToString(), request.IsEncrypted, request.Host));
    }

    [Theory]
    [InlineData("for=192.0.2.1;for=192.0.2.2")]
    [InlineData("for=192.0.2.1;proto=http;proto=https")]
    [InlineData("for=192.0.2.1;host=a;host=b")]
    [InlineData("for=")]
    [InlineData("for")]
    [InlineData("=192.0.2.1")]
    [InlineData("for =192.0.2.1")]
    [InlineData("for= 192.0.2.1")]
    [InlineData("for=[2001:db8::1]")]
    [InlineData("for=\"192.0.2.1")]
    [InlineData("for=\"192.0.2.1\\")]
    [InlineData("for=\"192.0.2.1\"x")]
    [InlineData("for=192.0.2.1 proto=https")]
    [InlineData("for=192.0.2.1, secret")]
    public void Forwarded_MalformedOfATrustedProxy_IsABadRequest(string header)
    {
        using var server = Trusting(static o => o.Forwarded.Headers = ForwardedHeaders.Forwarded);
        var answer = OpeningTests.AssertRefused(server.Request(Requests.Upgrade("/", $"Forwarded: {header}")), 400);
        Assert.Equal("InvalidHttp: The Forwarded header of the proxy is malformed.\n", answer.Body);
        Assert.Empty(server.Actors);
        // A plain request's too.
        Assert.Equal(400, server.Request(Requests.Get("/", $"Forwarded: {header}")).ReadPlainAndEnd().Status);
        // Elsewhere nobody looks at it.
        using var other = new MemoryServer(configure: static o => o.Forwarded.Headers = ForwardedHeaders.Forwarded);
        Assert.Equal(101, other.Request(Requests.Upgrade("/", $"Forwarded: {header}")).ReadAnswer().Status);
    }

    [Fact]
    public void Forwarded_WhereTheUsualHeadersAreRead_IsIgnored()
    {
        using var server = Trusting();
        server.Request(Requests.Upgrade("/", "Forwarded: for=203.0.113.1;proto=https;host=other.example"));
        Assert.Equal((Peer, null, "example.com"), (server.Actor.Request!.ClientAddress!.ToString(), server.Actor.Request.IsEncrypted, server.Actor.Request.Host));
    }

    [Fact]
    public void Client_OfAPlainRequest_IsKnownForEachRequest()
    {
        var seen = new List<string>();
        using var server = Trusting(o => o.HttpHandler = (request, _) =>
        {
            seen.Add($"{request.ClientAddress} {request.IsEncrypted} {request.Host}");
            return PlainResponse.Text("ok");
        });
        // One connection of the proxy, two clients.
        var client = server.Request(Requests.Get("/", "X-Forwarded-For: 192.0.2.1", "X-Forwarded-Proto: https", "X-Forwarded-Host: public.example"));
        client.Send(Requests.Get("/", "X-Forwarded-For: 192.0.2.2"));
        Assert.Equal(["192.0.2.1 True public.example", "192.0.2.2  example.com"], seen);
    }

    [Fact]
    public void Headers_OfAnyBytes_NameNobodyButATrustedProxysNeighbour() => Check.Sample(
        Gen.Select(
            Gen.Bool,
            Gen.OneOf(Gen.Char["0123456789abcdef.:[]%, \t\"=;\\"], Gen.Char['!', '~']).Array[0, 60]),
        static (isStandard, chars) =>
        {
            using var server = Trusting(o => o.Forwarded.Headers = isStandard ? ForwardedHeaders.Forwarded : ForwardedHeaders.XForwarded);
            var text = new string(chars).Trim();
            // Whatever stands further left: the last hop says who it was.
            var request = isStandard ? $"Forwarded: for=\"{Escape(text)}\", for=192.0.2.1" : $"X-Forwarded-For: {text}, 192.0.2.1";
            server.Request(Requests.Upgrade("/", request));
            Assert.Equal("192.0.2.1", server.Actor.Request!.ClientAddress!.ToString());
            // A line of the client's own ahead of the proxy's: the client is who the proxy says, or it is not served.
            var name = isStandard ? "Forwarded: " : "X-Forwarded-For: ";
            var seen = server.Actors.Count;
            var status = server.Request(Requests.Upgrade("/", name + text, name + (isStandard ? "for=\"[2001:db8::1]:80\";proto=http" : "2001:db8::1"))).ReadAnswer().Status;
            if (status == 101) Assert.Equal("2001:db8::1", server.Actor.Request!.ClientAddress!.ToString());
            else Assert.Equal((true, 400, seen), (isStandard, status, server.Actors.Count));
            using var other = Trusting(o => o.Forwarded.Headers = isStandard ? ForwardedHeaders.Forwarded : ForwardedHeaders.XForwarded);
            // And alone it does no harm.
            var alone = other.Request(Requests.Upgrade("/", name + text, "X-Forwarded-Proto: " + text, "X-Forwarded-Host: " + text)).ReadAnswer().Status;
            Assert.True(alone == 101 || (isStandard && alone == 400), $"{alone}");
            Assert.All(other.Actors, static a => Assert.NotNull(a.Request!.ClientAddress));
        },
        iter: 300);

    [Fact]
    public async Task Client_OverAUnixSocket_IsToldOfWhereThatIsTrusted()
    {
        foreach (var trusted in new[] { false, true })
        {
            var request = new TaskCompletionSource<UpgradeRequest>();
            var options = new WebSocketServerOptions { Loops = 1, Forwarded = { UnixSockets = trusted } };
            await using var server = WebSocketServer.Create(options, r =>
            {
                request.SetResult(r);
                return null;
            });
            var (toServer, toClient) = (new System.IO.Pipelines.Pipe(), new System.IO.Pipelines.Pipe());
            // No address, as over a Unix domain socket.
            var served = server.ServeAsync(new OriginTests.Ends(toServer.Reader, toClient.Writer));
            await toServer.Writer.WriteAsync(Requests.Upgrade("/", "X-Forwarded-For: 192.0.2.1"), TestContext.Current.CancellationToken);
            Assert.Equal(trusted ? "192.0.2.1" : null, (await request.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken)).ClientAddress?.ToString());
            await toServer.Writer.CompleteAsync();
            await toClient.Reader.CompleteAsync();
            await served.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        }
    }

    private static MemoryServer Trusting(Action<WebSocketServerOptions>? configure = null) => new(configure: o =>
    {
        o.Forwarded.TrustedProxies = [IPNetwork.Parse("127.0.0.1/32"), IPNetwork.Parse("10.0.0.0/24")];
        configure?.Invoke(o);
    });

    private static string Escape(string text) =>
        new StringBuilder(text).Replace("\\", "\\\\").Replace("\"", "\\\"").ToString();
}
