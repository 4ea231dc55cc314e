// SPDX-License-Identifier: MIT
using System.Net;
using Mare.Testing;

namespace Lori.Tests.Proxies;

/// <summary>Is a server in memory that takes PROXY headers from 10.0.0.0/24, driven by the test.</summary>
internal sealed class ProxyServer : IDisposable
{
    public const int HeaderRefused = 10;

    public static readonly IPEndPoint Source = IPEndPoint.Parse("192.0.2.1:56324");
    public static readonly IPEndPoint Destination = IPEndPoint.Parse("198.51.100.7:443");

    private readonly bool _refuses;

    public ProxyServer(InMemoryNetworkOptions? network = null, int loops = 1, bool refuses = false, Action<RecordingActor>? prepare = null)
    {
        _refuses = refuses;
        Network = new InMemoryNetwork(network);
        Loops = new ManualLoops(Network, loops, new EventLoopOptions { LoggerFactory = Log });
        Listener = new TestListener(Loops.Group, remote =>
        {
            Assert.Same(Loops.Group.Loops[0], EventLoop.Current);
            Asked.Add(remote);
            if (_refuses) return null;
            var actor = new RecordingActor();
            prepare?.Invoke(actor);
            Actors.Add(actor);
            return actor;
        });
        var options = new ListenOptions { Host = "*", ProxyProtocol = { Sources = [IPNetwork.Parse("10.0.0.0/24")] } };
        Loops.RunUntilDone(Listener.ListenAsync(options));
    }

    public InMemoryNetwork Network { get; }

    public ManualLoops Loops { get; }

    public TestListener Listener { get; }

    public RecordingLog Log { get; } = new();

    /// <summary>Gets the addresses for which an actor was asked for.</summary>
    public List<EndPoint?> Asked { get; } = [];

    public List<RecordingActor> Actors { get; } = [];

    public RecordingActor Actor => Assert.Single(Actors);

    public int Connections => Loops.Usage.Sum(static u => u.Connections);

    /// <summary>Connects from an address; a listed one by default.</summary>
    public InMemoryPeer Connect(string from = "10.0.0.7")
    {
        var port = ((IPEndPoint)Listener.EndPoints[0]).Port;
        // On this network a peer has the address that it connects to.
        var peer = Network.Connect(new IPEndPoint(IPAddress.Parse(from), port));
        Loops.RunUntilIdle();
        return peer;
    }

    public InMemoryPeer Connect(ReadOnlySpan<byte> sends)
    {
        var peer = Connect();
        Send(peer, sends);
        return peer;
    }

    public void Send(InMemoryPeer peer, ReadOnlySpan<byte> data)
    {
        peer.Send(data);
        Loops.RunUntilIdle();
    }

    public void Dispose()
    {
        Loops.Dispose();
        Loops.ThrowIfAnythingIsHeld();
        Log.Dispose();
        foreach (var actor in Actors)
        {
            Assert.Equal("OnStarted", actor.Calls[0]);
            Assert.Equal(1, actor.Calls.Count(static c => c == "OnClosed"));
            Assert.Equal(1, actor.DeepestDepth);
        }
    }
}
