// SPDX-License-Identifier: MIT
using Mare.Testing;

namespace Mare.Tests;

/// <summary>
/// Is a <see cref="MemoryServer"/> whose actors are asynchronous. When it ends, no callbacks may have overlapped or nested, and
/// each actor must have been told once and disposed of once.
/// </summary>
internal sealed class AsyncServer : IDisposable
{
    private static readonly TimeSpan PumpDeadline = TimeSpan.FromSeconds(30);

    private readonly MemoryServer _server;
    private bool _ended;

    public AsyncServer(
        Func<AsyncProbe, string, CancellationToken, ValueTask>? hook = null,
        Action<AsyncProbe>? prepare = null,
        Action<WebSocketServerOptions>? configure = null,
        InMemoryNetworkOptions? network = null,
        int loops = 1)
    {
        _server = new MemoryServer(configure: configure, network: network, loops: loops, factory: _ =>
        {
            var actor = new AsyncProbe { Hook = hook };
            Actors.Add(actor);
            prepare?.Invoke(actor);
            return actor;
        });
    }

    public List<AsyncProbe> Actors { get; } = [];

    /// <summary>Gets the newest actor.</summary>
    public AsyncProbe Actor => Actors[^1];

    public RecordingLog Log => _server.Log;

    public ManualLoops Loops => _server.Loops;

    public WebSocketServer Server => _server.Server;

    /// <summary>Gets how many pooled buffers are out.</summary>
    public int Buffers => Loops.Usage.Sum(static u => u.RentedBuffers);

    /// <summary>Gets or sets how many errors the log must hold in the end. Default 0.</summary>
    public int ExpectedErrors
    {
        get => _server.ExpectedErrors;
        set => _server.ExpectedErrors = value;
    }

    public void Run() => _server.Run();

    public MemoryClient Open() => _server.Open();

    public MemoryClient Connect() => _server.Connect();

    public MemoryClient Request() => _server.Request(Requests.Upgrade());

    public void Advance(double seconds) => _server.Advance(seconds);

    /// <summary>Runs something on the loop of the newest connection, inside of a turn, and all that follows from it.</summary>
    public void OnLoop(Action<AsyncProbe> action)
    {
        Assert.True(Actor.Post(action));
        Run();
    }

    /// <summary>Ends what a handler awaits, from outside of any loop, and runs all that follows.</summary>
    public void Complete(TaskCompletionSource gate)
    {
        gate.SetResult();
        Run();
    }

    /// <summary>Runs turns until something is so that other threads work on.</summary>
    public void RunUntil(Func<bool> condition)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            Run();
            if (condition()) return;
            Assert.True(TimeProvider.System.GetElapsedTime(began) < PumpDeadline, $"Not within {PumpDeadline}: {string.Join(", ", Actor.Calls)}");
            Thread.Yield();
        }
    }

    public void Dispose()
    {
        if (_ended) return;
        _ended = true;
        _server.Dispose();
        foreach (var actor in Actors)
        {
            var calls = string.Join(", ", actor.Calls);
            Assert.True(actor.CountOf("OnOpen") == actor.CountOf("OnClosed"), calls);
            Assert.True(actor.CountOf("Dispose") == 1 && actor.Calls[^1] == "Dispose", calls);
            Assert.True(actor.MostAtOnce <= 1, "Callbacks overlapped: " + calls);
            Assert.True(actor.DeepestDepth <= 1, "Callbacks nested: " + calls);
        }
    }
}
