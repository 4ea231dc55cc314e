// SPDX-License-Identifier: MIT
using System.Net;
using Mare.Testing;

namespace Mare.Tests.Server;

/// <summary>Options are checked, and copied, when the server starts.</summary>
public sealed class OptionsTests
{
    private static readonly TimeSpan TooLong = TimeSpan.FromDays(25);

    public static TheoryData<string, Action<WebSocketServerOptions>> OutOfRange => new()
    {
        { "Host", static o => o.Host = " " },
        { "Host", static o => o.Host = null! },
        { "Port", static o => o.Port = -1 },
        { "Port", static o => o.Port = 65_536 },
        { "UnixSocketPath", static o => o.UnixSocketPath = "" },
        { "UnixSocketPath", static o => o.UnixSocketPath = "/" + new string('x', 200) },
        { "IPVersion", static o => o.IPVersion = (IPVersion)99 },
        { "Backlog", static o => o.Backlog = 0 },
        { "Loops", static o => o.Loops = -1 },
        { "Loops", static o => o.Loops = 1025 },
        { "Backend", static o => o.Backend = (BackendKind)99 },
        { "MaxMessageSize", static o => o.MaxMessageSize = 0 },
        { "MaxMessageSize", static o => o.MaxMessageSize = Array.MaxLength + 1L },
        { "MaxFragments", static o => o.MaxFragments = 0 },
        { "MaxPartialBytes", static o => o.MaxPartialBytes = 0 },
        { "MaxPartialBytes", static o => o.MaxMessageSize = 200_000_000 },
        { "MaxPartialBytes", static o => (o.MaxMessageSize, o.MaxPartialBytes) = (1000, 1535) },
        { "MaxHandshakeSize", static o => o.MaxHandshakeSize = 127 },
        { "MaxHandshakeSize", static o => o.MaxHandshakeSize = 65_537 },
        { "HandshakeTimeout", static o => o.HandshakeTimeout = TimeSpan.Zero },
        { "HandshakeTimeout", static o => o.HandshakeTimeout = TooLong },
        { "CloseTimeout", static o => o.CloseTimeout = Timeout.InfiniteTimeSpan },
        { "CloseTimeout", static o => o.CloseTimeout = TooLong },
        { "IdleTimeout", static o => o.IdleTimeout = TimeSpan.Zero },
        { "IdleTimeout", static o => o.IdleTimeout = TooLong },
        { "StopTimeout", static o => o.StopTimeout = TimeSpan.FromSeconds(-2) },
        { "StopTimeout", static o => o.StopTimeout = TooLong },
        { "AllowedOrigins", static o => o.AllowedOrigins = null! },
        { "AllowedOrigins", static o => o.AllowedOrigins = ["https://example.com/"] },
        { "AllowedOrigins", static o => o.AllowedOrigins = ["example.com"] },
        { "AllowedOrigins", static o => o.AllowedOrigins = ["*"] },
        { "AllowedOrigins", static o => o.AllowedOrigins = ["https://example.com", null!] },
        { "AllowedHosts", static o => o.AllowedHosts = null! },
        { "AllowedHosts", static o => o.AllowedHosts = ["http://example.com"] },
        { "AllowedHosts", static o => o.AllowedHosts = ["example.com:http"] },
        { "AllowedHosts", static o => o.AllowedHosts = [""] },
        { "ProxyProtocol", static o => o.ProxyProtocol = null! },
        { "Sources", static o => o.ProxyProtocol.Sources = null! },
        { "HeaderTimeout", static o => o.ProxyProtocol.HeaderTimeout = TimeSpan.Zero },
        { "HeaderTimeout", static o => o.ProxyProtocol.HeaderTimeout = TooLong },
        { "Forwarded", static o => o.Forwarded = null! },
        { "TrustedProxies", static o => o.Forwarded.TrustedProxies = null! },
        { "ForwardedOptions.Headers", static o => o.Forwarded.Headers = (ForwardedHeaders)9 },
        { "ConnectionLimits", static o => o.ConnectionLimits = null! },
        { "ConnectionLimits.MaxConnections", static o => o.ConnectionLimits.MaxConnections = 0 },
        { "ConnectionLimits.MaxConnectionsPerAddress", static o => o.ConnectionLimits.MaxConnectionsPerAddress = 0 },
        { "ConnectionLimits.MaxHandshakes", static o => o.ConnectionLimits.MaxHandshakes = 0 },
        { "ConnectionLimits.MaxTcpConnections", static o => o.ConnectionLimits.MaxTcpConnections = 0 },
        { "RateLimits", static o => o.RateLimits = null! },
        { "RateLimits.MessagesPerSecond", static o => o.RateLimits.MessagesPerSecond = 0 },
        { "RateLimits.BytesPerSecond", static o => o.RateLimits.BytesPerSecond = 0 },
        { "RateLimits.ControlFramesPerSecond", static o => o.RateLimits.ControlFramesPerSecond = 0 },
        { "RateLimits.Burst", static o => o.RateLimits.Burst = TimeSpan.FromSeconds(0.9) },
        { "RateLimits.Burst", static o => o.RateLimits.Burst = TimeSpan.FromHours(2) },
        { "RateLimits.Policy", static o => o.RateLimits.Policy = (RateLimitPolicy)9 },
        { "SlowPeerPolicy", static o => o.SlowPeerPolicy = (SlowPeerPolicy)9 },
        { "KeepAlive", static o => o.KeepAlive = null! },
        { "Interval", static o => o.KeepAlive.Interval = TimeSpan.Zero },
        { "Interval", static o => o.KeepAlive.Interval = TooLong },
        { "PongTimeout", static o => o.KeepAlive.PongTimeout = TimeSpan.Zero },
        { "PongTimeout", static o => o.KeepAlive.PongTimeout = TimeSpan.FromSeconds(31) },
        { "Jitter", static o => o.KeepAlive.Jitter = -0.1 },
        { "Jitter", static o => o.KeepAlive.Jitter = double.NaN },
        { "Drain", static o => o.Drain = null! },
        { "Period", static o => o.Drain.Period = TimeSpan.FromSeconds(-1) },
        { "Period", static o => o.Drain.Period = WebSocketServerOptions.LongestTimeout },
        { "Timeout", static o => o.Drain.Timeout = TooLong },
        { "Reason", static o => o.Drain.Reason = new string('x', 124) },
        { "Code", static o => o.Drain.Code = (CloseCode)1005 },
        { "HttpLimits", static o => o.HttpLimits = null! },
        { "MaxResponseSize", static o => o.HttpLimits.MaxResponseSize = -1 },
        { "MaxRequests", static o => o.HttpLimits.MaxRequests = 0 },
        { "KeepAliveTimeout", static o => o.HttpLimits.KeepAliveTimeout = TimeSpan.Zero },
        { "SendTimeout", static o => o.HttpLimits.SendTimeout = TooLong },
        { "Compression", static o => o.Compression = null! },
        { "CompressionOptions.Mode", static o => o.Compression.Mode = (CompressionMode)9 },
        { "CompressionOptions.Level", static o => o.Compression.Level = 0 },
        { "CompressionOptions.Level", static o => o.Compression.Level = 10 },
        { "CompressionOptions.Threshold", static o => o.Compression.Threshold = -1 },
        { "CompressionOptions.ServerMaxWindowBits", static o => o.Compression.ServerMaxWindowBits = 8 },
        { "CompressionOptions.ServerMaxWindowBits", static o => o.Compression.ServerMaxWindowBits = 16 },
        { "CompressionOptions.ClientMaxWindowBits", static o => o.Compression.ClientMaxWindowBits = 8 },
        { "CompressionOptions.ClientMaxWindowBits", static o => o.Compression.ClientMaxWindowBits = 16 },
        { "CompressionOptions.MaxDedicatedConnections", static o => o.Compression.MaxDedicatedConnections = -1 },
        { "CompressionOptions.MaxInflateRatio", static o => o.Compression.MaxInflateRatio = 0 },
        { "Connection", static o => o.Connection = null! },
        { "TimeProvider", static o => o.TimeProvider = null! },
        { "LoggerFactory", static o => o.LoggerFactory = null! },
        { "HighWaterMark", static o => o.Connection.HighWaterMark = 1 },
        { "LowWaterMark", static o => o.Connection.LowWaterMark = int.MaxValue },
        { "MaxQueuedBytes", static o => o.Connection.MaxQueuedBytes = -1 },
        { "LingerTimeout", static o => o.Connection.LingerTimeout = TimeSpan.Zero },
        { "MaxLingerBytes", static o => o.Connection.MaxLingerBytes = -1 },
    };

    [Theory]
    [MemberData(nameof(OutOfRange))]
    public async Task Option_OutOfItsRange_ThrowsAndIsNamed(string name, Action<WebSocketServerOptions> change)
    {
        var options = new WebSocketServerOptions { Host = "127.0.0.1", Port = 0, Loops = 1 };
        change(options);
        var error = await Assert.ThrowsAnyAsync<ArgumentException>(() => WebSocketServer.StartAsync(
            options, static _ => null, TestContext.Current.CancellationToken));
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("*")]
    [InlineData("*.example.com")]
    [InlineData("example.*:8080")]
    [InlineData("b\u00FCcher.example")]
    [InlineData("example.com\t")]
    public async Task AllowedHost_ThatNothingMatches_IsRefusedWithWhatToWrite(string host)
    {
        Assert.Equal(
            $"WebSocketServerOptions.AllowedHosts has \"{host}\": a host is a name or an address, perhaps with a port, such as \"example.com\". "
            + "There are no wildcards: name each host in full, by its punycode (\"xn--...\") where it is not ASCII; an empty list allows all.",
            await RefusalOfAsync(new WebSocketServerOptions { AllowedHosts = ["example.com", host] }));
    }

    [Theory]
    [InlineData("*")]
    [InlineData("https://*")]
    [InlineData("https://*.example.com")]
    [InlineData("*://example.com")]
    [InlineData("https://b\u00FCcher.example")]
    [InlineData("chrome-extension://*")]
    public async Task AllowedOrigin_ThatNothingMatches_IsRefusedWithWhatToWrite(string origin)
    {
        Assert.Equal(
            $"WebSocketServerOptions.AllowedOrigins has \"{origin}\": an origin is a scheme, a host and perhaps a port, such as \"https://example.com\", "
            + "without a path. There are no wildcards: name each host in full, by its punycode (\"xn--...\") where it is not ASCII; AllowAnyOrigin allows all.",
            await RefusalOfAsync(new WebSocketServerOptions { AllowedOrigins = ["null", origin] }));
    }

    [Fact]
    public async Task Start_WithoutOptionsOrFactory_Throws()
    {
        await Assert.ThrowsAsync<ArgumentNullException>(static () => WebSocketServer.StartAsync(
            null!, static _ => null, TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<ArgumentNullException>(static () => WebSocketServer.StartAsync(
            new WebSocketServerOptions(), null!, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Start_Cancelled_Throws() =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(static () => WebSocketServer.StartAsync(
            new WebSocketServerOptions(), static _ => null, new CancellationToken(canceled: true)));

    [Fact]
    public void Options_ChangedAfterStart_ChangeNothing()
    {
        WebSocketServerOptions kept = null!;
        using var server = new MemoryServer(configure: o => kept = o);
        kept.MaxMessageSize = 1;
        kept.HandshakeTimeout = TimeSpan.FromTicks(1);
        kept.Connection.MaxQueuedBytes = 0;
        kept.LoggerFactory = null!;
        kept.Compression.Mode = (CompressionMode)9;
        var client = server.Open();
        client.Send(ClientFrames.Text("longer than one byte"));
        Assert.Equal("OnTextMessage longer than one byte", server.Actor.Calls[^1]);
    }

    [Fact]
    public void Start_OnAnAddressInUse_IsOneClearError()
    {
        using var server = new MemoryServer();
        var port = server.Server.EndPoints[0].Port;
        var error = Assert.Throws<ListenException>(() => server.StartAnother(port));
        Assert.Contains($"127.0.0.1:{port}", error.Message, StringComparison.Ordinal);
        Assert.Contains("already in use", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Start_OnLoopsThatHaveEnded_Throws()
    {
        var loops = new ManualLoops(new InMemoryNetwork());
        loops.Dispose();
        var start = WebSocketServer.StartAsync(
            new WebSocketServerOptions { Host = "127.0.0.1", Port = 0, EventLoops = loops.Group }, static _ => null,
            TestContext.Current.CancellationToken);
        Assert.IsType<ObjectDisposedException>(start.Exception!.InnerException);
    }

    [Theory]
    [InlineData("127.0.0.1", "ws://127.0.0.1:4321")]
    [InlineData("::1", "ws://[::1]:4321")]
    public void EndPoint_AsText_IsAUrl(string address, string url) =>
        Assert.Equal(url, new WebSocketServerEndPoint(new IPEndPoint(IPAddress.Parse(address), 4321), isSecure: false).ToString());

    private static async Task<string> RefusalOfAsync(WebSocketServerOptions options)
    {
        var start = WebSocketServer.StartAsync(options, static _ => null, TestContext.Current.CancellationToken);
        return (await Assert.ThrowsAsync<ArgumentException>(() => start)).Message;
    }
}
