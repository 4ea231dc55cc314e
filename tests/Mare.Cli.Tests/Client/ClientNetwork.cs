// SPDX-License-Identifier: MIT
using System.Net;
using Lori;
using Mare.Cli.Client;
using Mare.Protocol;
using Mare.Testing;

namespace Mare.Cli.Tests.Client;

/// <summary>
/// Is an in-memory network with a manual clock on which clients meet servers. In the end nothing may be held, and each
/// client was told its end once, last.
/// </summary>
internal sealed class ClientNetwork(InMemoryNetworkOptions? options = null) : IDisposable
{
    private readonly List<RecordingClient> _clients = [];
    private WebSocketServer? _server;

    public ManualLoops Loops { get; } = new(new InMemoryNetwork(options), 2);

    /// <summary>Gets what the raw servers received, in order.</summary>
    public List<RawServerActor> Raw { get; } = [];

    /// <summary>Starts a server of ours.</summary>
    /// <returns>Its port.</returns>
    public int Serve(Func<UpgradeRequest, WebSocketActor?> create, Action<WebSocketServerOptions>? configure = null)
    {
        var settings = new WebSocketServerOptions { Host = "127.0.0.1", Port = 0, EventLoops = Loops.Group };
        configure?.Invoke(settings);
        var start = WebSocketServer.StartAsync(settings, create, TestContext.Current.CancellationToken);
        Loops.RunUntilDone(start);
        _server = start.Result;
        return _server.EndPoints[0].Port;
    }

    /// <summary>Starts a server that does what a test tells it, right or wrong.</summary>
    /// <param name="answer">Makes the answer to a request, from its head; null for none.</param>
    /// <returns>Its port.</returns>
    public int ServeRaw(Func<string, byte[]?> answer)
    {
        var listener = new RawListener(Loops.Group, () =>
        {
            var actor = new RawServerActor(answer);
            Raw.Add(actor);
            return actor;
        });
        Loops.RunUntilDone(listener.ListenAsync(new ListenOptions { Host = "127.0.0.1" }));
        return ((IPEndPoint)listener.EndPoints[0]).Port;
    }

    /// <summary>Connects a client, and runs until there is nothing to do.</summary>
    public RecordingClient Connect(
        int port, Func<ClientHandshake>? handshake = null, WebSocketClientOptions? client = null, Action<RecordingClient>? whenOpen = null)
    {
        var made = new RecordingClient(handshake?.Invoke() ?? new ClientHandshake($"127.0.0.1:{port}", "/"), client) { WhenOpen = whenOpen };
        _clients.Add(made);
        _ = made.ConnectAsync(
            Loops.Group.Loops[1], new ConnectOptions { Host = "127.0.0.1", Port = port }, TestContext.Current.CancellationToken);
        Loops.RunUntilIdle();
        return made;
    }

    /// <summary>Runs until a send has its answer.</summary>
    public bool Answer(Task<bool> sent)
    {
        Loops.RunUntilDone(sent);
        return sent.Result;
    }

    /// <summary>Does something on a client's loop, and all that follows.</summary>
    public void Do(RecordingClient client, Action<RecordingClient> action)
    {
        Assert.True(client.Post(action));
        Loops.RunUntilIdle();
    }

    /// <summary>Does something on a raw server's loop, and all that follows.</summary>
    public void Do(RawServerActor server, Action<RawServerActor> action)
    {
        Assert.True(server.Post(action));
        Loops.RunUntilIdle();
    }

    public void Advance(double seconds) => Loops.Advance(TimeSpan.FromSeconds(seconds));

    public void Dispose()
    {
        if (_server is not null) Loops.RunUntilDone(_server.StopAsync());
        Loops.Dispose();
        Loops.ThrowIfAnythingIsHeld();
        Assert.All(_clients, static c => Assert.Equal("end", Assert.Single(c.Calls, static call => call == "end")));
        Assert.All(_clients, static c => Assert.Equal("end", c.Calls[^1]));
    }

    private sealed class RawListener(EventLoopGroup loops, Func<RawServerActor> create) : TcpListenerActor(loops)
    {
        protected override TcpConnectionActor OnAccept(EndPoint? remoteEndPoint) => create();
    }
}
