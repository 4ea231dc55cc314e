// SPDX-License-Identifier: MIT
using System.IO.Pipelines;

namespace Mare.Tests.Upgrades;

/// <summary>Whose pages may connect, and by which names the server may be asked for. RFC 6455, sections 4.2.2 and 10.2.</summary>
public sealed class OriginTests
{
    [Theory]
    [InlineData("http://example.com", 101)]
    [InlineData("http://EXAMPLE.com:80", 101)]
    [InlineData("HTTP://example.com", 101)]
    [InlineData("https://example.com", 403)]
    [InlineData("http://example.com:8080", 403)]
    [InlineData("http://example.com.evil.example", 403)]
    [InlineData("http://evil.example/example.com", 403)]
    [InlineData("http://example.com@evil.example", 403)]
    [InlineData("http://example.com/", 403)]
    [InlineData("ftp://example.com", 403)]
    [InlineData("example.com", 403)]
    [InlineData("null", 403)]
    [InlineData("", 403)]
    public void Page_OfAnOrigin_PassesWhenItIsTheServersOwn(string origin, int status)
    {
        using var server = new MemoryServer();
        var client = server.Request(Requests.Upgrade("/", $"Origin: {origin}"));
        if (status == 101) Assert.Equal(101, client.ReadAnswer().Status);
        else OpeningTests.AssertRefused(client, status);
        Assert.Equal(status == 403 ? 1 : 0, server.Server.Statistics.OriginsRefused);
        // Nobody else is asked about a page that may not connect.
        Assert.Equal(status == 403 ? 0 : 1, server.Actors.Count);
    }

    [Theory]
    [InlineData("example.com:8080", "http://example.com:8080", 101)]
    [InlineData("example.com:8080", "http://example.com", 403)]
    [InlineData("example.com:80", "http://example.com", 101)]
    [InlineData("[::1]:8080", "http://[::1]:8080", 101)]
    [InlineData("[::1]", "http://[::1]", 101)]
    [InlineData("[::1]", "http://[::2]", 403)]
    [InlineData("127.0.0.1:81", "http://127.0.0.1:81", 101)]
    public void Page_OfTheHostAndPortOfTheRequest_Passes(string host, string origin, int status)
    {
        using var server = new MemoryServer();
        Assert.Equal(status, server.Request(UpgradeFor(host, $"Origin: {origin}")).ReadAnswer().Status);
    }

    [Fact]
    public void Request_WithoutOrigin_Passes()
    {
        using var server = new MemoryServer();
        server.Open();
        Assert.Equal(default, server.Server.Statistics);
    }

    [Theory]
    [InlineData("https://app.example", 101)]
    [InlineData("https://app.example:443", 101)]
    [InlineData("https://APP.example", 101)]
    [InlineData("https://app.example:8443", 403)]
    [InlineData("http://app.example", 403)]
    [InlineData("http://localhost:3000", 101)]
    [InlineData("http://localhost", 403)]
    [InlineData("moz-extension://0f3c", 101)]
    [InlineData("moz-extension://0f3d", 403)]
    [InlineData("http://example.com", 101)]
    [InlineData("null", 403)]
    public void Origin_Named_Passes(string origin, int status)
    {
        using var server = new MemoryServer(
            configure: static o => o.AllowedOrigins = ["https://app.example", "http://localhost:3000", "moz-extension://0f3c"]);
        Assert.Equal(status, server.Request(Requests.Upgrade("/", $"Origin: {origin}")).ReadAnswer().Status);
    }

    [Fact]
    public void Origin_NullWhereItIsNamed_Passes()
    {
        using var server = new MemoryServer(configure: static o => o.AllowedOrigins = ["null"]);
        Assert.Equal(101, server.Request(Requests.Upgrade("/", "Origin: null")).ReadAnswer().Status);
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("null")]
    public void Origin_WhereAnyIsAllowed_Passes(string origin)
    {
        using var server = new MemoryServer(configure: static o => o.AllowAnyOrigin = true);
        Assert.Equal(101, server.Request(Requests.Upgrade("/", $"Origin: {origin}")).ReadAnswer().Status);
    }

    [Fact]
    public void Origin_OfAPlainRequest_IsNotLookedAt()
    {
        using var server = new MemoryServer(configure: static o => o.HttpHandler = static (_, _) => PlainResponse.Text("page"));
        Assert.Equal("page", server.Request(Requests.Get("/", "Origin: http://evil.example")).ReadPlain().Body);
    }

    [Theory]
    [InlineData("https://example.com", 101)]
    [InlineData("http://example.com", 101)]
    [InlineData("https://example.com:80", 403)]
    [InlineData("https://evil.example", 403)]
    public async Task Page_OverAPipe_PassesByEitherScheme(string origin, int status)
    {
        await using var server = WebSocketServer.Create(new WebSocketServerOptions { Loops = 1 }, static _ => new ProbeActor());
        var (toServer, toClient) = (new Pipe(), new Pipe());
        var served = server.ServeAsync(new Ends(toServer.Reader, toClient.Writer));
        await toServer.Writer.WriteAsync(Requests.Upgrade("/", $"Origin: {origin}"), TestContext.Current.CancellationToken);
        var answer = await toClient.Reader.ReadAtLeastAsync(12, TestContext.Current.CancellationToken);
        Assert.StartsWith($"HTTP/1.1 {status}", System.Text.Encoding.Latin1.GetString(answer.Buffer.FirstSpan), StringComparison.Ordinal);
        await toServer.Writer.CompleteAsync();
        await toClient.Reader.CompleteAsync();
        await served.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("example.com", 101)]
    [InlineData("EXAMPLE.com:81", 101)]
    [InlineData("example.com:", 101)]
    [InlineData("localhost:8080", 101)]
    [InlineData("localhost", 421)]
    [InlineData("localhost:", 421)]
    [InlineData("localhost:8081", 421)]
    [InlineData("rebound.example", 421)]
    [InlineData("example.com.rebound.example", 421)]
    public void Host_OnceNamesAreGiven_HasToBeOneOfThem(string host, int status)
    {
        using var server = new MemoryServer(configure: static o => o.AllowedHosts = ["example.com", "localhost:8080"]);
        Assert.Equal(status, server.Request(UpgradeFor(host)).ReadAnswer().Status);
        Assert.Equal(status == 421 ? 1 : 0, server.Server.Statistics.HostsRefused);
    }

    [Theory]
    [InlineData("example.com:80", "example.com", 101)]
    [InlineData("example.com:80", "example.com:", 101)] // RFC 3986, section 6.2.3
    [InlineData("example.com:443", "example.com", 421)]
    [InlineData("example.com:443", "example.com:443", 101)]
    [InlineData("[::1]:80", "[::1]", 101)]
    [InlineData("[::1]:80", "[::1]:", 101)]
    public void Host_WithoutAPort_HasThatOfHttp(string allowed, string host, int status)
    {
        using var server = new MemoryServer(configure: o => o.AllowedHosts = [allowed]);
        Assert.Equal(status, server.Request(UpgradeFor(host)).ReadAnswer().Status);
    }

    [Theory]
    [InlineData("example.com:443", "https", 101)]
    [InlineData("example.com:443", "http", 421)]
    [InlineData("example.com:443", null, 101)] // it cannot be known: either
    [InlineData("example.com:80", "https", 421)]
    [InlineData("example.com:80", "http", 101)]
    [InlineData("example.com:80", null, 101)]
    [InlineData("example.com:8443", null, 421)]
    public void Host_WithoutAPortBehindAProxy_HasThatOfTheClientsScheme(string allowed, string? proto, int status)
    {
        using var server = new MemoryServer(configure: o =>
        {
            o.AllowedHosts = [allowed];
            o.Forwarded.TrustedProxies = [System.Net.IPNetwork.Parse("127.0.0.1/32")];
        });
        var client = server.Request(Requests.Upgrade("/", proto is null ? [] : [$"X-Forwarded-Proto: {proto}"]));
        Assert.Equal(status, client.ReadAnswer().Status);
    }

    [Fact]
    public void Host_OfAPlainRequest_IsLookedAtToo()
    {
        using var server = new MemoryServer(configure: static o =>
        {
            o.AllowedHosts = ["example.org"];
            o.HttpHandler = static (_, _) => PlainResponse.Text("secret");
        });
        var answer = server.Request(Requests.Get()).ReadPlainAndEnd();
        Assert.Equal((421, "This server does not answer for that host\n"), (answer.Status, answer.Body));
    }

    [Fact]
    public void Site_OfTheGuide_LetsInWhomItNames()
    {
        using var server = new MemoryServer(configure: Docs.Limits.Program.Configure);
        Assert.Equal(101, server.Request(UpgradeFor("api.example", "Origin: https://app.example")).ReadAnswer().Status);
        Assert.Equal(403, server.Request(UpgradeFor("api.example", "Origin: https://evil.example")).ReadAnswer().Status);
        Assert.Equal(421, server.Request(UpgradeFor("evil.example", "Origin: http://evil.example")).ReadAnswer().Status);
    }

    private static byte[] UpgradeFor(string host, params string[] moreLines) => Requests.Bytes(
        ["GET / HTTP/1.1", $"Host: {host}", "Upgrade: websocket", "Connection: Upgrade",
            $"Sec-WebSocket-Key: {Requests.Key}", "Sec-WebSocket-Version: 13", .. moreLines]);

    internal sealed class Ends(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }
}
