// SPDX-License-Identifier: MIT
using Mare.Testing;

namespace Lori.Tests;

/// <summary>Is a TCP server in memory, driven by the test: recording actors on manual loops.</summary>
internal sealed class MemoryServer : IDisposable
{
    private readonly TestListener _listener;
    private bool _ended;

    public MemoryServer(
        Action<RecordingActor>? prepare = null,
        TcpConnectionOptions? connection = null,
        InMemoryNetworkOptions? network = null,
        EventLoopOptions? loop = null,
        int loops = 1)
    {
        Network = new InMemoryNetwork(network);
        Log = new RecordingLog();
        loop ??= new EventLoopOptions();
        loop.LoggerFactory = Log;
        Loops = new ManualLoops(Network, loops, loop);
        _listener = new TestListener(Loops.Group, _ =>
        {
            var actor = new RecordingActor();
            prepare?.Invoke(actor);
            Actors.Add(actor);
            return actor;
        });
        Loops.RunUntilDone(_listener.ListenAsync(new ListenOptions { Host = "127.0.0.1", Connection = connection ?? new() }));
    }

    public InMemoryNetwork Network { get; }

    public ManualLoops Loops { get; }

    public RecordingLog Log { get; }

    public List<RecordingActor> Actors { get; } = [];

    public RecordingActor Actor => Actors[^1];

    public EventLoop Loop => Loops.Group.Loops[0];

    public InMemoryPeer Connect()
    {
        var peer = Network.Connect(_listener.EndPoints[0]);
        Loops.RunUntilIdle();
        return peer;
    }

    /// <summary>Runs something on the loop of the newest connection, inside of a turn, and all that follows from it.</summary>
    public void OnLoop(Action<RecordingActor> action)
    {
        Assert.True(Actor.Post(action));
        Loops.RunUntilIdle();
    }

    /// <summary>Ends the server; everything that was lent must be back, and each actor was told its end once.</summary>
    public void Dispose()
    {
        if (_ended) return;
        _ended = true;
        Loops.Dispose();
        Loops.ThrowIfAnythingIsHeld();
        foreach (var actor in Actors)
        {
            Assert.Equal(1, actor.Calls.Count(static c => c == "OnClosed"));
            Assert.Equal("OnClosed", actor.Calls[^1]);
            Assert.Equal(1, actor.DeepestDepth);
        }
    }
}
