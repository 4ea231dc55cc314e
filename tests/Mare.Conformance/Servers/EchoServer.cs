// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using Mare.Backends;
using Mare.Conformance.Servers;

[assembly: AssemblyFixture(typeof(EchoServer))]

namespace Mare.Conformance.Servers;

/// <summary>The server under test: Mare in this process, on the backend that
/// <c>MARE_TEST_BACKEND</c> names, or, when the environment variable
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

    private IPEndPoint _address = new(IPAddress.Loopback, 0);
    private LoopbackServer? _loopback;
    private MemoryServer? _memory;

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

        await StartAsync(CompressionMode.Off);
    }

    /// <summary>Starts Mare, whatever the environment says.</summary>
    internal async ValueTask StartAsync(CompressionMode mode)
    {
        var options = new WebSocketServerOptions
        {
            MaxMessageSize = MaxMessageBytes,
            MaxFragments = MaxFragments,
            Compression = new CompressionOptions { Mode = mode },
            Tls = TlsUnderTest.Options,
        };
        if (LoopbackServer.BackendName == MemoryServer.Name) _memory = await MemoryServer.StartAsync(options, CreateActor);
        else _loopback = await LoopbackServer.StartAsync(options, CreateActor);
        await UseAsync(new Uri($"ws://{_memory?.Address ?? _loopback!.Address}"));
    }

    /// <summary>Connects to the server, without TLS: a <see cref="NetworkStream"/>, or an <see cref="Testing.InMemoryStream"/>.</summary>
    public async Task<Stream> ConnectAsync(TimeSpan deadline)
    {
        if (_memory is not null) return _memory.Connect();
        var socket = new Socket(_address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(_address).WaitAsync(deadline);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_memory is not null)
            await _memory.DisposeAsync();
        if (_loopback is not null)
            await _loopback.DisposeAsync();
    }

    private static EchoActor? CreateActor(UpgradeRequest request) => request.Path == MissingPath ? null : new EchoActor();

    private async Task UseAsync(Uri url)
    {
        _address = new IPEndPoint((await Dns.GetHostAddressesAsync(url.DnsSafeHost))[0], url.Port);
        Authority = url.Authority;
        Path = url.PathAndQuery;
    }
}
