// SPDX-License-Identifier: MIT
using System.Net;
using Lori;

namespace Mare.Interop.Proxies;

/// <summary>The guide's nginx and HAProxy, in front of a server: clients by TLS, who they are, whose pages they show, and a drain.</summary>
public sealed class ProxyTests
{
    private const int ProxyProtocol = 0;
    private const int Http = 1;

    private static readonly IPNetwork Proxy = IPNetwork.Parse("127.0.0.1/32");

    // How often a health check may be waited for; each look is a connection through the proxy.
    private const int MostLooks = 10_000;

    [Fact]
    public async Task Nginx_OfTheGuide_BringsClientsAndSaysWhoTheyAre()
    {
        await using var server = await ProxiedServer.StartAsync("one", static o => o.Forwarded.TrustedProxies = [Proxy]);
        await using var proxy = await ProxyProgram.StartNginxAsync(GuideConfig.Read("nginx", 0), server.Port);
        await AssertServesAsync(proxy, server);
        Assert.Equal((200, "ok\n"), await ProxyClient.GetAsync(proxy, "/health"));
        var request = server.Requests.First();
        Assert.Equal(IPAddress.Loopback, ((IPEndPoint)request.RemoteEndPoint!).Address);
        Assert.Equal($"127.0.0.1:{proxy.Port}", request.Host);
    }

    [Fact]
    public async Task Nginx_ThatIsNotTrusted_BringsClientsThatAreItself()
    {
        await using var server = await ProxiedServer.StartAsync("one", static _ => { });
        await using var proxy = await ProxyProgram.StartNginxAsync(GuideConfig.Read("nginx", 0), server.Port);
        using var foreign = await ProxyClient.ConnectAsync(proxy);
        // Its origin is https, and the connection is not.
        Assert.Equal(403, foreign.Status);
        using var client = await ProxyClient.ConnectAsync(proxy, $"http://127.0.0.1:{proxy.Port}");
        Assert.Equal(101, client.Status);
        Assert.Equal(IPAddress.Loopback, server.Requests.Single().ClientAddress);
    }

    [Fact]
    public async Task Haproxy_OfTheGuideByProxyProtocol_BringsClientsAndSaysWhoTheyAre()
    {
        await using var server = await ProxiedServer.StartAsync("one", static o => o.ProxyProtocol.Sources = [Proxy]);
        await using var proxy = await ProxyProgram.StartHaproxyAsync(GuideConfig.Read("haproxy", ProxyProtocol), server, server);
        await AssertServesAsync(proxy, server);
        Assert.Equal((200, "ok\n"), await ProxyClient.GetAsync(proxy, "/health"));
        var request = server.Requests.First();
        // The connection itself is the client's.
        Assert.Equal(ProxyClient.Address, ((IPEndPoint)request.RemoteEndPoint!).Address);
        Assert.Equal(proxy.Port, ((IPEndPoint)request.LocalEndPoint!).Port);
        Assert.Equal(0, server.Server.Statistics.ProxyHeadersRefused);
    }

    [Fact]
    public async Task Haproxy_ThatPassesTlsThrough_SaysWhoTheClientsAreAheadOfIt()
    {
        await using var server = await ProxiedServer.StartAsync("one", static o =>
        {
            o.ProxyProtocol.Sources = [Proxy];
            o.Tls = new TlsServerOptions { Certificate = TlsCertificate.CreateSelfSigned("ws.example") };
        });
        var config = GuideConfig.Read("haproxy", ProxyProtocol)
            .With("send-proxy-v2-ssl check check-send-proxy", "send-proxy-v2 check check-send-proxy check-ssl verify none");
        await using var proxy = await ProxyProgram.StartHaproxyAsync(config, server, server, passesTlsThrough: true);
        await AssertServesAsync(proxy, server);
        Assert.Equal(ProxyClient.Address, ((IPEndPoint)server.Requests.First().RemoteEndPoint!).Address);
        Assert.Equal(0, server.Server.Statistics.ProxyHeadersRefused);
    }

    [Fact]
    public async Task Haproxy_OfTheGuideByHttp_BringsClientsAndSaysWhoTheyAre()
    {
        await using var server = await ProxiedServer.StartAsync("one", static o => o.Forwarded.TrustedProxies = [Proxy]);
        await using var proxy = await ProxyProgram.StartHaproxyAsync(GuideConfig.Read("haproxy", Http), server, server);
        await AssertServesAsync(proxy, server);
        Assert.Equal((200, "ok\n"), await ProxyClient.GetAsync(proxy, "/health"));
        Assert.Equal(IPAddress.Loopback, ((IPEndPoint)server.Requests.First().RemoteEndPoint!).Address);
    }

    [Theory]
    [InlineData(ProxyProtocol)]
    [InlineData(Http)]
    public async Task Haproxy_WhileOneServerDrains_SendsClientsToTheOther(int config)
    {
        void Configure(WebSocketServerOptions options)
        {
            if (config == Http) options.Forwarded.TrustedProxies = [Proxy];
            else options.ProxyProtocol.Sources = [Proxy];
            // It drains until the test has seen what it came for, and then has its client answer.
            options.Drain.Timeout = options.CloseTimeout = TimeSpan.FromMinutes(2);
        }

        await using var one = await ProxiedServer.StartAsync("one", Configure);
        await using var two = await ProxiedServer.StartAsync("two", Configure);
        await using var proxy = await ProxyProgram.StartHaproxyAsync(GuideConfig.Read("haproxy", config), one, two);
        using var first = await ProxyClient.ConnectAsync(proxy);
        using var second = await ProxyClient.ConnectAsync(proxy);
        // The one with fewer connections, so each has one.
        string[] names = [await first.ReceiveTextAsync(), await second.ReceiveTextAsync()];
        Assert.Equal(["one", "two"], names.Order());
        var onOne = names[0] == "one" ? first : second;

        var draining = one.Server.DrainAsync();
        // Whoever comes now and meets the server that drains gets its 503, until a check has seen that too.
        for (var (streak, looks) = (0, 0); streak < 5; looks++)
        {
            Assert.True(looks < MostLooks, "HAProxy still sends clients to a server that drains");
            using var client = await ProxyClient.ConnectAsync(proxy);
            Assert.True(client.Status is 101 or 503, $"answered by {client.Status}");
            if (client.Status == 101) Assert.Equal("two", await client.ReceiveTextAsync());
            streak = client.Status == 101 ? streak + 1 : 0;
        }

        // Its port is still open: a check is answered, and says no.
        Assert.True(one.Server.IsDraining);
        Assert.False(draining.IsCompleted, "it drains until its client has answered");
        Assert.Null(await onOne.ReceiveAsync());
        Assert.Equal(1001, onOne.CloseCode);
        var report = await draining.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.Equal(1, report.Clean);
    }

    private static async Task AssertServesAsync(ProxyProgram proxy, ProxiedServer server)
    {
        using var client = await ProxyClient.ConnectAsync(proxy, null, ("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-Proto", "http"), ("X-Forwarded-Host", "evil.example"));
        Assert.Equal(101, client.Status);
        Assert.Equal("one", await client.ReceiveTextAsync());
        var message = new byte[300_000];
        new Random(1).NextBytes(message);
        await client.SendAsync(message);
        Assert.Equal(message, await client.ReceiveAsync());
        var request = server.Requests.Single();
        Assert.Equal(ProxyClient.Address, request.ClientAddress);
        Assert.True(request.IsEncrypted);
        // A page by http, or of another site, is not of this origin.
        foreach (var origin in new[] { $"http://127.0.0.1:{proxy.Port}", "https://evil.example", $"https://evil.example:{proxy.Port}" })
        {
            using var foreign = await ProxyClient.ConnectAsync(proxy, origin);
            Assert.Equal(403, foreign.Status);
        }
    }
}
