// SPDX-License-Identifier: MIT
using Mare.Testing;

namespace Mare.Tests;

/// <summary>
/// Is a WebSocket server in memory, with a clock that only the test moves. When it ends, every buffer, block and connection
/// must be back, each actor told once and disposed of once, and no error logged that the test did not expect.
/// </summary>
internal sealed class MemoryServer : IDisposable
{
    private readonly List<MemoryClient> _clients = [];
    private bool _ended;

    /// <param name="prepare">Sets up each actor before the server has it.</param>
    /// <param name="configure">Changes options.</param>
    /// <param name="network">How the network behaves; default: kindly.</param>
    /// <param name="loops">How many loops.</param>
    /// <param name="factory">Replaces the factory; what it makes is not watched.</param>
    /// <param name="loop">How the loops are made.</param>
    public MemoryServer(
        Action<ProbeActor>? prepare = null,
        Action<WebSocketServerOptions>? configure = null,
        InMemoryNetworkOptions? network = null,
        int loops = 1,
        Func<UpgradeRequest, WebSocketActor?>? factory = null,
        EventLoopOptions? loop = null)
    {
        Network = new InMemoryNetwork(network);
        loop ??= new EventLoopOptions();
        loop.LoggerFactory = Log;
        Loops = new ManualLoops(Network, loops, loop);
        var options = new WebSocketServerOptions { Host = "127.0.0.1", Port = 0, EventLoops = Loops.Group, LoggerFactory = Log };
        // Clients of tests answer what they are told to, pings too: KeepAliveTests turns this on.
        options.KeepAlive.Interval = Timeout.InfiniteTimeSpan;
        configure?.Invoke(options);
        var start = WebSocketServer.StartAsync(options, factory ?? (_ => MakeActor(prepare)));
        Loops.RunUntilDone(start);
        Server = start.Result;
    }

    public InMemoryNetwork Network { get; }

    public ManualLoops Loops { get; }

    public RecordingLog Log { get; } = new();

    public WebSocketServer Server { get; }

    public List<ProbeActor> Actors { get; } = [];

    /// <summary>Gets the newest actor.</summary>
    public ProbeActor Actor => Actors[^1];

    /// <summary>Gets or sets how many errors the log must hold in the end. Default 0.</summary>
    public int ExpectedErrors { get; set; }

    /// <summary>Starts another server on the same loops, without connections to speak of.</summary>
    public WebSocketServer StartAnother(int port)
    {
        var start = WebSocketServer.StartAsync(
            new WebSocketServerOptions { Host = "127.0.0.1", Port = port, EventLoops = Loops.Group }, static _ => null);
        Loops.RunUntilDone(start);
        return start.Result;
    }

    public void Run() => Loops.RunUntilIdle();

    /// <summary>Connects TCP; nothing is sent.</summary>
    public MemoryClient Connect() => Add(Network.Connect(Server.EndPoints[0].Address));

    /// <summary>Connects TCP from an address; nothing is sent.</summary>
    public MemoryClient Connect(string from) => Add(Network.Connect(Server.EndPoints[0].Address, System.Net.IPAddress.Parse(from)));

    /// <summary>Connects, from an address, and sends a request.</summary>
    public MemoryClient Request(byte[] request, string? from = null)
    {
        var client = from is null ? Connect() : Connect(from);
        client.Send(request);
        return client;
    }

    /// <summary>Connects and opens a WebSocket connection.</summary>
    public MemoryClient Open(string? from = null)
    {
        var client = Request(Requests.Upgrade(), from);
        Assert.Equal(101, client.ReadAnswer().Status);
        return client;
    }

    /// <summary>Runs something on the loop of the newest connection, inside of a turn, and all that follows from it.</summary>
    public void OnLoop(Action<ProbeActor> action)
    {
        Assert.True(Actor.Post(action));
        Run();
    }

    /// <summary>Moves the clock.</summary>
    public void Advance(double seconds) => Loops.Advance(TimeSpan.FromSeconds(seconds));

    /// <summary>Ends all clients and the server, and looks at what is left.</summary>
    public void Dispose()
    {
        if (_ended) return;
        _ended = true;
        foreach (var client in _clients) client.Peer.Close();
        Run();
        Loops.RunUntilDone(Server.StopAsync());
        Loops.ThrowIfAnythingIsHeld();
        foreach (var loop in Loops.Group.Loops) Assert.Equal(0, LoopCompanion.Of(loop).Budget.InUseBytes);
        Loops.Dispose();
        Assert.Equal(0, Server.ConnectionCount);
        Assert.Equal((0, 0, 0, 0), Server.Admission.Taken);
        foreach (var actor in Actors)
        {
            Assert.Equal(actor.CountOf("OnOpen"), actor.CountOf("OnClosed"));
            Assert.Equal(1, actor.CountOf("Dispose"));
            Assert.Equal("Dispose", actor.Calls[^1]);
            Assert.Equal(1, actor.DeepestDepth);
        }

        Assert.True(Log.Errors.Count == ExpectedErrors, string.Join('\n', Log.Errors.Select(static l => $"{l.Text} {l.Exception}")));
    }

    private MemoryClient Add(InMemoryPeer peer)
    {
        var client = new MemoryClient(this, peer);
        _clients.Add(client);
        Run();
        return client;
    }

    private ProbeActor MakeActor(Action<ProbeActor>? prepare)
    {
        var actor = new ProbeActor();
        Actors.Add(actor);
        prepare?.Invoke(actor);
        return actor;
    }
}
