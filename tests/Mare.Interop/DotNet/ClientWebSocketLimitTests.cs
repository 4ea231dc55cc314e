// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using Mare.Interop.Servers;

namespace Mare.Interop.DotNet;

/// <summary>Each limit, met by <see cref="ClientWebSocket"/>.</summary>
public sealed class ClientWebSocketLimitTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task MaxConnections_Met_Is503UntilOneHasEnded()
    {
        await using var server = await StartAsync(static o => o.ConnectionLimits.MaxConnections = 1);
        using (var first = await DotNetClient.ConnectAsync(server, "/first"))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, await RefusedAsync(server));
            Assert.Equal(1, server.Statistics.ConnectionsRefused);
            await first.CloseAsync(1000, "");
        }

        await server.EndOfAsync("/first");
        using var next = await DotNetClient.ConnectAsync(server, "/next");
    }

    [Fact]
    public async Task MaxConnectionsPerAddress_Met_Is429UntilOneHasEnded()
    {
        await using var server = await StartAsync(static o =>
            (o.ConnectionLimits.MaxConnectionsPerAddress, o.ConnectionLimits.CountLoopback) = (1, true));
        using (var first = await DotNetClient.ConnectAsync(server, "/first"))
        {
            // It is answered before it has asked, and takes that for an answer.
            Assert.Equal(HttpStatusCode.TooManyRequests, await RefusedAsync(server));
            Assert.Equal(1, server.Statistics.AddressesRefused);
            await first.CloseAsync(1000, "");
        }

        await server.EndOfAsync("/first");
        using var next = await DotNetClient.ConnectAsync(server, "/next");
    }

    [Fact]
    public async Task MaxHandshakes_Met_Is503()
    {
        await using var server = await StartAsync(static o => o.ConnectionLimits.MaxHandshakes = 1);
        using var silent = await ConnectTcpAsync(server);
        await UntilAsync("the silent connection counts", async () => await RefusedAsync(server) == HttpStatusCode.ServiceUnavailable);
        Assert.InRange(server.Statistics.HandshakesRefused, 1, long.MaxValue);
    }

    [Fact]
    public async Task MaxTcpConnections_Met_IsTheEndOfTcp()
    {
        await using var server = await StartAsync(static o => o.ConnectionLimits.MaxTcpConnections = 1);
        using var first = await DotNetClient.ConnectAsync(server, "/first");
        Assert.Null(await RefusedAsync(server));
        Assert.InRange(server.Statistics.TcpConnectionsRefused, 1, long.MaxValue);
        await first.SendAsync("still here");
        Assert.Equal("still here", await first.ReceiveTextAsync());
    }

    [Fact]
    public async Task MaxHandshakeSize_Met_Is431()
    {
        await using var server = await StartAsync(static _ => { });
        Assert.Equal(
            HttpStatusCode.RequestHeaderFieldsTooLarge,
            await RefusedAsync(server, static o => o.SetRequestHeader("X-Long", new string('x', 9000))));
        Assert.Equal(1, server.Statistics.HandshakesTooLarge);
    }

    [Fact]
    public async Task MaxMessageSize_Met_Is1009()
    {
        await using var server = await StartAsync(static o => o.MaxMessageSize = 1000);
        using var client = await DotNetClient.ConnectAsync(server, "/");
        await client.SendAsync(new string('x', 1001));
        Assert.Equal((1009, 1L), (await CloseCodeAsync(client), server.Statistics.MessagesTooBig));
    }

    [Fact]
    public async Task MaxFragments_Met_Is1009()
    {
        await using var server = await StartAsync(static o => o.MaxFragments = 2);
        using var client = await DotNetClient.ConnectAsync(server, "/");
        for (var i = 0; i < 3; i++) await client.SendAsync(new byte[1], WebSocketMessageType.Binary, endOfMessage: false);
        Assert.Equal((1009, 1L), (await CloseCodeAsync(client), server.Statistics.MessagesTooBig));
    }

    [Fact]
    public async Task MessagesPerSecond_Met_DelaysAndLosesNothing()
    {
        await using var server = await StartAsync(static o => (o.RateLimits.MessagesPerSecond, o.RateLimits.Burst) = (20, TimeSpan.FromSeconds(1)));
        using var client = await DotNetClient.ConnectAsync(server, "/");
        // Thirty at once are too many, unless the machine stops for half a second among them; then the next thirty are.
        for (var batch = 0; server.Statistics.RatesExceeded == 0 && batch < 100; batch++)
        {
            for (var i = 0; i < 30; i++) await client.SendAsync($"{batch} {i}");
            for (var i = 0; i < 30; i++) Assert.Equal($"{batch} {i}", await client.ReceiveTextAsync());
        }

        Assert.InRange(server.Statistics.RatesExceeded, 1, 30);
        await client.CloseAsync(1000, "");
    }

    [Fact]
    public async Task MessagesPerSecond_MetWhereThatCloses_Is1008()
    {
        await using var server = await StartAsync(static o =>
            (o.RateLimits.MessagesPerSecond, o.RateLimits.Burst, o.RateLimits.Policy) = (1, TimeSpan.FromMinutes(1), RateLimitPolicy.Close));
        using var client = await DotNetClient.ConnectAsync(server, "/");
        Assert.Equal(1008, await FloodAsync(client, 10_000, 1));
        Assert.Equal(1, server.Statistics.RatesExceeded);
    }

    [Fact]
    public async Task BytesPerSecond_MetWhereThatCloses_Is1008()
    {
        await using var server = await StartAsync(static o =>
            (o.RateLimits.BytesPerSecond, o.RateLimits.Burst, o.RateLimits.Policy) = (1000, TimeSpan.FromSeconds(10), RateLimitPolicy.Close));
        using var client = await DotNetClient.ConnectAsync(server, "/");
        Assert.Equal(1008, await FloodAsync(client, 1000, 50_000));
        Assert.Equal(1, server.Statistics.RatesExceeded);
    }

    [Fact]
    public async Task ControlFramesPerSecond_Met_Is1008()
    {
        await using var server = await StartAsync(static o =>
            (o.RateLimits.ControlFramesPerSecond, o.RateLimits.Burst) = (1, TimeSpan.FromSeconds(2)));
        // Pongs that nobody asked for, as fast as it makes them.
        using var client = await DotNetClient.ConnectAsync(server, "/", static o => o.KeepAliveInterval = TimeSpan.FromMilliseconds(10));
        Assert.Equal((1008, 1L), (await CloseCodeAsync(client), server.Statistics.ControlFloods));
    }

    [Fact]
    public async Task IdleTimeout_Met_Is1001()
    {
        await using var server = await StartAsync(static o => o.IdleTimeout = TimeSpan.FromMilliseconds(100));
        using var client = await DotNetClient.ConnectAsync(server, "/");
        Assert.Equal(1001, await CloseCodeAsync(client));
        Assert.InRange(server.Statistics.IdleTimeouts, 1, long.MaxValue);
    }

    [Fact]
    public async Task HandshakeTimeout_Met_Is408()
    {
        await using var server = await StartAsync(static o => o.HandshakeTimeout = TimeSpan.FromMilliseconds(100));
        using var silent = await ConnectTcpAsync(server);
        using var reader = new StreamReader(new NetworkStream(silent));
        Assert.Equal("HTTP/1.1 408 Request Timeout", await reader.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Deadline, TestContext.Current.CancellationToken));
        Assert.Equal(1, server.Statistics.HandshakesTimedOut);
    }

    private static async Task<InteropServer> StartAsync(Action<WebSocketServerOptions> configure)
    {
        var server = new InteropServer();
        await server.InitializeAsync(configure);
        return server;
    }

    /// <summary>Tries to connect; gives the status of the refusal, null where there was no answer.</summary>
    private static async Task<HttpStatusCode?> RefusedAsync(InteropServer server, Action<ClientWebSocketOptions>? configure = null)
    {
        using var client = new ClientWebSocket();
        client.Options.CollectHttpResponseDetails = true;
        configure?.Invoke(client.Options);
        using var deadline = new CancellationTokenSource(Deadline);
        try
        {
            await client.ConnectAsync(new Uri(server.Url + "/refused"), deadline.Token);
            return HttpStatusCode.SwitchingProtocols;
        }
        catch (WebSocketException)
        {
            return client.HttpStatusCode == 0 ? null : client.HttpStatusCode;
        }
    }

    /// <summary>Sends and does not care how far it gets; gives the code with which the server closes.</summary>
    private static async Task<int?> FloodAsync(DotNetClient client, int count, int size)
    {
        var closed = CloseCodeAsync(client);
        try
        {
            for (var i = 0; i < count && client.Socket.State == WebSocketState.Open; i++)
                await client.SendAsync(new byte[size], WebSocketMessageType.Binary);
        }
        catch (WebSocketException)
        {
            // The server has ended TCP meanwhile.
        }

        return await closed;
    }

    private static async Task<int?> CloseCodeAsync(DotNetClient client)
    {
        while ((await client.ReceiveAsync()).Type != WebSocketMessageType.Close)
        {
            // Echoes of what was within the limit.
        }

        return (int?)client.Socket.CloseStatus;
    }

    private static async Task<Socket> ConnectTcpAsync(InteropServer server)
    {
        var uri = new Uri(server.Url);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(uri.Host, uri.Port).WaitAsync(Deadline);
        return socket;
    }

    /// <summary>Tries until it is so: what the kernel was told reaches the server when it looks.</summary>
    private static async Task UntilAsync(string what, Func<Task<bool>> isSo)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        while (!await isSo())
        {
            if (deadline.IsCancellationRequested) throw new TimeoutException($"not within {Deadline.TotalSeconds} s: {what}");
        }
    }
}
