// SPDX-License-Identifier: MIT
using System.Text;
using Mare.Testing;

namespace Lori.Tests.Tls;

/// <summary>A protocol with a command that starts TLS: the client says STARTTLS, the server says go, and both change over.</summary>
public sealed class StartTlsTests
{
    private const string Command = "STARTTLS\n";
    private const string Go = "220 go\n";

    public static TheoryData<TlsImplementation> Implementations => TlsImplementations.All;

    [Theory, MemberData(nameof(Implementations))]
    public void StartTls_OnBothSides_ChangesOver(TlsImplementation implementation)
    {
        for (var seed = -1; seed < 5; seed++)
        {
            using var network = new StartTlsNetwork(implementation, seed < 0 ? null : InMemoryNetworkOptions.Hostile(seed));
            var client = network.Connect();
            network.On(client, static c => c.Connection.Send(Encoding.ASCII.GetBytes(Command)));
            Assert.Contains("OnTlsStarted", client.Calls);
            Assert.Contains("OnTlsStarted", network.Server.Calls);
            network.On(client, static c => c.Connection.Send("under TLS"u8));
            Assert.EndsWith("under TLS", Encoding.ASCII.GetString(network.Server.Received));
            network.On(client, static c => c.Connection.Close());
            Assert.Equal((CloseCause.ClosedLocally, CloseCause.ClosedByPeer), (client.Cause, network.Server.Cause));
        }
    }

    [Theory, MemberData(nameof(Implementations))]
    public void StartTls_SentAtOnce_WaitsForTls(TlsImplementation implementation)
    {
        using var network = new StartTlsNetwork(implementation) { WhenStarted = static s => s.Connection.Send("sent early, seen late"u8) };
        var client = network.Connect();
        network.On(client, static c => c.Connection.Send(Encoding.ASCII.GetBytes(Command)));
        Assert.Equal($"{Go}sent early, seen late", Encoding.ASCII.GetString(client.Received));
    }

    [Theory, MemberData(nameof(Implementations))]
    public void StartTls_PlaintextBehindTheCommand_IsRefused(TlsImplementation implementation)
    {
        using var network = new StartTlsNetwork(implementation);
        var peer = network.ConnectRaw();
        // What somebody on the way puts behind the command, to be taken for what the client says under TLS: CVE-2011-0411.
        peer.Send(Encoding.ASCII.GetBytes(Command + "RSET\n"));
        network.Loops.RunUntilIdle();
        Assert.Equal(StartTlsStatus.PlaintextBehind, network.Status);
        Assert.DoesNotContain("RSET", Encoding.ASCII.GetString(network.Server.Received));
        peer.Close();
        network.Loops.RunUntilIdle();
        Assert.NotNull(network.Server.Cause);
    }

    [Theory, MemberData(nameof(Implementations))]
    public void StartTls_PlaintextBeforeTheAnswerIsOut_EndsTheConnection(TlsImplementation implementation)
    {
        using var network = new StartTlsNetwork(implementation, new InMemoryNetworkOptions { Window = 1 });
        var peer = network.ConnectRaw();
        peer.StopReading();
        peer.Send(Encoding.ASCII.GetBytes(Command));
        network.Loops.RunUntilIdle();
        Assert.Equal(StartTlsStatus.Started, network.Status);
        peer.Send("RSET\n"u8);
        network.Loops.RunUntilIdle();
        Assert.Equal(CloseCause.TlsFailed, network.Server.Cause);
        Assert.Equal(Command, Encoding.ASCII.GetString(network.Server.Received));
    }

    [Theory, MemberData(nameof(Implementations))]
    public void StartTls_PeerGoesOnInTheClear_EndsTheConnection(TlsImplementation implementation)
    {
        using var network = new StartTlsNetwork(implementation);
        var peer = network.ConnectRaw();
        peer.Send(Encoding.ASCII.GetBytes(Command));
        network.Loops.RunUntilIdle();
        Assert.Equal(Go, Encoding.ASCII.GetString(peer.ReceiveAll()));
        peer.Send("MAIL FROM\n"u8);
        network.Loops.RunUntilIdle();
        Assert.Equal(CloseCause.TlsFailed, network.Server.Cause);
        Assert.Equal(Command, Encoding.ASCII.GetString(network.Server.Received));
    }

    [Theory, MemberData(nameof(Implementations))]
    public void StartTls_HandshakeNeverComes_EndsTheConnection(TlsImplementation implementation)
    {
        using var network = new StartTlsNetwork(implementation);
        var peer = network.ConnectRaw();
        peer.Send(Encoding.ASCII.GetBytes(Command));
        network.Loops.RunUntilIdle();
        Assert.Equal(1, network.Acceptor.Statistics.HandshakesUnderWay);
        network.Loops.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(CloseCause.TlsFailed, network.Server.Cause);
        Assert.Equal(new TlsStatistics { HandshakesFailed = 1 }, network.Acceptor.Statistics);
    }

    [Theory, MemberData(nameof(Implementations))]
    public void StartTls_Twice_Throws(TlsImplementation implementation)
    {
        using var network = new StartTlsNetwork(implementation)
        {
            WhenStarted = static s => Assert.Throws<InvalidOperationException>(() => s.Connection.StartTls(new TlsClientOptions { TargetHost = "server.test" })),
        };
        var client = network.Connect();
        network.On(client, static c => c.Connection.Send(Encoding.ASCII.GetBytes(Command)));
        Assert.Contains("OnTlsStarted", network.Server.Calls);
    }

    [Theory, MemberData(nameof(Implementations))]
    public void StartTls_WhileClosing_IsRefused(TlsImplementation implementation)
    {
        using var network = new StartTlsNetwork(implementation);
        network.ConnectRaw();
        network.On(network.Server, s =>
        {
            s.Connection.Close();
            Assert.Equal(StartTlsStatus.Closed, s.Connection.StartTls(network.Acceptor));
        });
    }

    /// <summary>Is an in-memory network whose server starts TLS at a command, and whose client at the answer.</summary>
    private sealed class StartTlsNetwork : IDisposable
    {
        private readonly InMemoryNetwork _network;
        private readonly TestListener _listener;
        private readonly TlsImplementation _implementation;
        private readonly List<RecordingActor> _actors = [];

        public StartTlsNetwork(TlsImplementation implementation, InMemoryNetworkOptions? network = null)
        {
            _implementation = implementation;
            _network = new InMemoryNetwork(network);
            Loops = new ManualLoops(_network);
            Acceptor = new TlsAcceptor(new TlsServerOptions { Certificate = TestCertificates.Server, Implementation = implementation });
            _listener = new TestListener(Loops.Group, _ =>
            {
                // A command is a piece of its length: what comes behind it is Lori's to notice.
                var actor = new RecordingActor { WhenStarted = static s => s.Connection.BufferUntil(Command.Length) };
                actor.WhenReceived = (s, data) =>
                {
                    if (Encoding.ASCII.GetString(data) == Command) Start(s);
                };
                _actors.Add(actor);
                return actor;
            });
            Loops.RunUntilDone(_listener.ListenAsync(new ListenOptions { Host = "127.0.0.1" }));
        }

        public ManualLoops Loops { get; }

        public TlsAcceptor Acceptor { get; }

        public StartTlsStatus? Status { get; private set; }

        /// <summary>Gets or sets what the server does when it has started TLS.</summary>
        public Action<RecordingActor>? WhenStarted { get; set; }

        public RecordingActor Server => _actors[^1];

        public InMemoryPeer ConnectRaw()
        {
            var peer = _network.Connect(_listener.EndPoints[0]);
            Loops.RunUntilIdle();
            return peer;
        }

        public RecordingActor Connect()
        {
            var client = new RecordingActor { WhenStarted = static c => c.Connection.BufferUntil(Go.Length) };
            client.WhenReceived = (c, data) =>
            {
                if (c.Connection.IsTls) return;
                Assert.Equal(Go, Encoding.ASCII.GetString(data));
                c.Connection.BufferUntil(null);
                var options = new TlsClientOptions { TargetHost = "server.test", TrustedRoots = TestCertificates.Roots, Implementation = _implementation };
                Assert.Equal(StartTlsStatus.Started, c.Connection.StartTls(options));
            };
            var done = client.ConnectAsync(
                Loops.Group.Loops[0],
                new ConnectOptions { Host = "127.0.0.1", Port = ((System.Net.IPEndPoint)_listener.EndPoints[0]).Port },
                TestContext.Current.CancellationToken);
            Loops.RunUntilDone(done);
            Loops.RunUntilIdle();
            return client;
        }

        public void On(RecordingActor actor, Action<RecordingActor> action)
        {
            Assert.True(actor.Post(action));
            Loops.RunUntilIdle();
        }

        public void Dispose()
        {
            Loops.Dispose();
            Loops.ThrowIfAnythingIsHeld();
            Assert.Equal(0, Acceptor.Statistics.HandshakesUnderWay);
            Assert.All(_actors, static a => Assert.Equal(1, a.DeepestDepth));
        }

        private void Start(RecordingActor server)
        {
            if (server.Connection.BufferedBytes == 0) server.Connection.Send(Encoding.ASCII.GetBytes(Go));
            Status = server.Connection.StartTls(Acceptor);
            if (Status != StartTlsStatus.Started)
            {
                server.Connection.Close();
                return;
            }

            server.Connection.BufferUntil(null);
            WhenStarted?.Invoke(server);
        }
    }
}
