// SPDX-License-Identifier: MIT
using System.Net;
using Mare.Backends;
using Mare.Conformance.Servers;

[assembly: AssemblyFixture(typeof(EchoServer))]

namespace Mare.Conformance.Servers;

/// <summary>The server under test: Mare in this process, or, when the environment variable
/// <c>MARE_CONFORMANCE_URL</c> is set (such as <c>ws://127.0.0.1:9001/</c>), any WebSocket echo server. Such a server
/// must echo text and binary, offer no extension, and allow messages of exactly <see cref="MaxMessageBytes"/> in any
/// number of fragments. Cases about what RFC 6455 leaves to a server skip there.</summary>
public sealed class EchoServer : IAsyncLifetime
{
    /// <summary>The largest message that the server takes: Autobahn's 9.1.6 sends it, one octet more is 1009.</summary>
    public const int MaxMessageBytes = 16 * 1024 * 1024;

    /// <summary>A path that Mare's test server has no actor for.</summary>
    public const string MissingPath = "/missing";

    /// <summary>A path on which the actor of Mare's test server denies the upgrade.</summary>
    public const string DeniedPath = "/denied";

    private const string Variable = "MARE_CONFORMANCE_URL";

    // Autobahn's 9.3.1: 4 MiB in fragments of 64 octets.
    private const int MaxFragments = 65536;

    private LoopbackServer? _server;

    /// <summary>Where to connect.</summary>
    public IPEndPoint Address { get; private set; } = new(IPAddress.Loopback, 0);

    /// <summary>What the Host header says.</summary>
    public string Authority { get; private set; } = "";

    /// <summary>The request target that is echoed on.</summary>
    public string Path { get; private set; } = "/";

    /// <summary>Skips the running test unless the server is this repository's.</summary>
    public static void RequireMare() => Assert.SkipWhen(
        Environment.GetEnvironmentVariable(Variable) is not null,
        $"{Variable} names another server, and this case checks what the RFC leaves open and Mare documents.");

    public async ValueTask InitializeAsync()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { } url)
        {
            await UseAsync(new Uri(url));
            return;
        }

        _server = await LoopbackServer.StartAsync(
            new WebSocketServerOptions { MaxMessageSize = MaxMessageBytes, MaxFragments = MaxFragments },
            request => request.Path == MissingPath ? null : new EchoActor());
        await UseAsync(new Uri($"ws://{_server.Address}"));
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
    }

    private async Task UseAsync(Uri url)
    {
        Address = new IPEndPoint((await Dns.GetHostAddressesAsync(url.DnsSafeHost))[0], url.Port);
        Authority = url.Authority;
        Path = url.PathAndQuery;
    }
}
