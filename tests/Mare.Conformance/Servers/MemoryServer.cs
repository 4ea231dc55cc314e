// SPDX-License-Identifier: MIT
using System.Net;
using Lori;
using Mare.Testing;

namespace Mare.Conformance.Servers;

/// <summary>Runs a server on an in-memory network, whose loops run on threads.</summary>
internal sealed class MemoryServer : IAsyncDisposable
{
    /// <summary>What <c>MARE_TEST_BACKEND</c> says for it.</summary>
    public const string Name = "memory";

    private readonly InMemoryNetwork _network = new();
    private readonly EventLoopGroup _loops;
    private WebSocketServer? _server;

    private MemoryServer() => _loops = _network.StartLoops(2);

    public IPEndPoint Address => (IPEndPoint)_server!.EndPoints[0].Address;

    public static async Task<MemoryServer> StartAsync(
        WebSocketServerOptions options, Func<UpgradeRequest, WebSocketActor?> createActor)
    {
        var server = new MemoryServer();
        (options.Host, options.Port, options.EventLoops) = ("127.0.0.1", 0, server._loops);
        server._server = await WebSocketServer.StartAsync(options, createActor);
        return server;
    }

    public Stream Connect() => _network.ConnectStream(Address);

    public async ValueTask DisposeAsync()
    {
        await _server!.DisposeAsync();
        _loops.Dispose();
    }
}
