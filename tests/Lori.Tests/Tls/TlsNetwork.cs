// SPDX-License-Identifier: MIT
using System.Net;
using Mare.Testing;

namespace Lori.Tests.Tls;

/// <summary>
/// Is an in-memory network with a TLS server and TLS clients on manual loops and a manual clock. In the end nothing may be
/// held, and each actor was told one end.
/// </summary>
internal sealed class TlsNetwork : IDisposable
{
    private readonly TestListener _listener;
    private readonly TlsImplementation _implementation;
    private readonly List<RecordingActor> _clients = [];
    private bool _ended;

    /// <param name="implementation">What speaks TLS on both sides.</param>
    /// <param name="configure">Changes the server's options.</param>
    /// <param name="prepare">Prepares the server's actors.</param>
    /// <param name="connection">How the server's connections behave.</param>
    /// <param name="network">How the network behaves.</param>
    /// <param name="actors">Makes the server's actors, instead of recording ones.</param>
    /// <param name="loops">How many loops; clients live on the first.</param>
    public TlsNetwork(
        TlsImplementation implementation,
        Action<TlsServerOptions>? configure = null,
        Action<RecordingActor>? prepare = null,
        TcpConnectionOptions? connection = null,
        InMemoryNetworkOptions? network = null,
        Func<TcpConnectionActor>? actors = null,
        int loops = 1)
    {
        _implementation = implementation;
        Network = new InMemoryNetwork(network);
        Loops = new ManualLoops(Network, loops, new EventLoopOptions { LoggerFactory = Log });
        _listener = new TestListener(Loops.Group, _ =>
        {
            if (actors is not null) return actors();
            var actor = new RecordingActor();
            prepare?.Invoke(actor);
            Accepted.Add(actor);
            return actor;
        });
        var tls = new TlsServerOptions { Certificate = TestCertificates.Server, Implementation = implementation };
        configure?.Invoke(tls);
        Loops.RunUntilDone(_listener.ListenAsync(new ListenOptions { Host = "127.0.0.1", Tls = tls, Connection = connection ?? new() }));
    }

    public InMemoryNetwork Network { get; }

    public ManualLoops Loops { get; }

    public RecordingLog Log { get; } = new();

    /// <summary>Gets the server's actors, the newest last.</summary>
    public List<RecordingActor> Accepted { get; } = [];

    public RecordingActor Server => Accepted[^1];

    public EventLoop Loop => Loops.Group.Loops[0];

    public EndPoint EndPoint => _listener.EndPoints[0];

    public TlsAcceptor Acceptor => _listener.Tls!;

    public TlsStatistics Statistics => Acceptor.Statistics;

    /// <summary>Connects without TLS: what is sent and received are the bytes on the wire.</summary>
    public InMemoryPeer ConnectRaw()
    {
        var peer = Network.Connect(EndPoint);
        Loops.RunUntilIdle();
        return peer;
    }

    /// <summary>Begins to connect a client that speaks TLS; nothing runs yet.</summary>
    public (RecordingActor Actor, Task Done) Begin(Action<TlsClientOptions>? configure = null, Action<RecordingActor>? prepare = null)
    {
        var actor = new RecordingActor();
        prepare?.Invoke(actor);
        _clients.Add(actor);
        return (actor, Begin(actor, configure));
    }

    /// <summary>Connects a client that records nothing.</summary>
    public void ConnectQuiet(TcpConnectionActor actor) => Loops.RunUntilDone(Begin(actor, null));

    /// <summary>Connects a client that speaks TLS, and runs until there is nothing to do.</summary>
    public RecordingActor Connect(Action<TlsClientOptions>? configure = null, Action<RecordingActor>? prepare = null)
    {
        var (actor, done) = Begin(configure, prepare);
        Loops.RunUntilIdle();
        Assert.True(done.IsCompletedSuccessfully, done.Exception?.InnerException?.Message ?? "the client is still connecting");
        return actor;
    }

    /// <summary>Connects a client that must fail.</summary>
    public ConnectException ConnectInVain(Action<TlsClientOptions>? configure = null)
    {
        var (_, done) = Begin(configure);
        Loops.RunUntilIdle();
        return Assert.IsType<ConnectException>(done.Exception?.InnerException);
    }

    /// <summary>Stops to listen.</summary>
    public void CloseListener() => Loops.RunUntilDone(_listener.StopListeningAsync());

    /// <summary>Runs something on the loop, inside of a turn, and all that follows from it.</summary>
    public void On(RecordingActor actor, Action<RecordingActor> action)
    {
        Assert.True(
            actor.Post(action), $"the actor has ended: {string.Join(", ", actor.Calls)}, {actor.Cause}; {string.Join("; ", Log.Lines.Select(static l => l.Text))}");
        Loops.RunUntilIdle();
    }

    private Task Begin(TcpConnectionActor actor, Action<TlsClientOptions>? configure)
    {
        var tls = new TlsClientOptions { TargetHost = "server.test", TrustedRoots = TestCertificates.Roots, Implementation = _implementation };
        configure?.Invoke(tls);
        return actor.ConnectAsync(
            Loop,
            new ConnectOptions { Host = "127.0.0.1", Port = ((IPEndPoint)EndPoint).Port, Tls = tls },
            TestContext.Current.CancellationToken);
    }

    public void Dispose()
    {
        if (_ended) return;
        _ended = true;
        Loops.Dispose();
        Loops.ThrowIfAnythingIsHeld();
        Assert.Equal(0, Statistics.HandshakesUnderWay);
        foreach (var actor in Accepted.Concat(_clients))
        {
            Assert.True(
                actor.Calls.Count(static c => c is "OnClosed" or "OnStartFailure" or "OnConnectFailure") == 1,
                $"an actor heard {string.Join(", ", actor.Calls)}");
            Assert.Equal(1, actor.DeepestDepth);
        }

        Assert.DoesNotContain(Log.Lines, static l => l.Level >= Microsoft.Extensions.Logging.LogLevel.Error);
    }
}
