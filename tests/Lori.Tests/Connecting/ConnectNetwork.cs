// SPDX-License-Identifier: MIT
using System.Net;
using Mare.Testing;

namespace Lori.Tests.Connecting;

/// <summary>
/// Is an in-memory network with one loop that connects and another that listens, on a manual clock. In the end nothing may
/// be held, and each actor that connected was told one end.
/// </summary>
internal sealed class ConnectNetwork : IDisposable
{
    private readonly List<RecordingActor> _actors = [];
    private bool _ended;

    public ConnectNetwork(InMemoryNetworkOptions? options = null)
    {
        Network = new InMemoryNetwork(options);
        Loops = new ManualLoops(Network, 2, new EventLoopOptions { LoggerFactory = Log });
    }

    public InMemoryNetwork Network { get; }

    public ManualLoops Loops { get; }

    public RecordingLog Log { get; } = new();

    /// <summary>Gets the actors of accepted connections.</summary>
    public List<RecordingActor> Accepted { get; } = [];

    /// <summary>Gets the loop of the connections that are made here.</summary>
    public EventLoop Loop => Loops.Group.Loops[1];

    /// <summary>Listens.</summary>
    /// <returns>The port.</returns>
    public int Listen(string host = "127.0.0.1", int port = 0, IPVersion version = IPVersion.Any)
    {
        var listener = new TestListener(Loops.Group, _ =>
        {
            var actor = new RecordingActor();
            Accepted.Add(actor);
            return actor;
        });
        Loops.RunUntilDone(listener.ListenAsync(new ListenOptions { Host = host, Port = port, IPVersion = version }));
        return ((IPEndPoint)listener.EndPoints[0]).Port;
    }

    /// <summary>Begins to connect; nothing runs yet.</summary>
    public (RecordingActor Actor, Task Done) Begin(ConnectOptions options, CancellationTokenSource? cancel = null)
    {
        var actor = new RecordingActor();
        _actors.Add(actor);
        return (actor, actor.ConnectAsync(Loop, options, cancel?.Token ?? TestContext.Current.CancellationToken));
    }

    /// <summary>Connects, and runs until there is nothing to do.</summary>
    public (RecordingActor Actor, Task Done) Connect(ConnectOptions options, CancellationTokenSource? cancel = null)
    {
        var begun = Begin(options, cancel);
        Loops.RunUntilIdle();
        return begun;
    }

    /// <summary>Expects an attempt to have failed, told to the actor and by the task alike.</summary>
    public static ConnectException AssertFailed((RecordingActor Actor, Task Done) attempt, ConnectFailure reason)
    {
        Assert.Equal(TaskStatus.Faulted, attempt.Done.Status);
        var error = Assert.IsType<ConnectException>(attempt.Done.Exception!.InnerException);
        Assert.Same(error, attempt.Actor.ConnectError);
        Assert.Equal(["OnConnectFailure"], attempt.Actor.Calls);
        Assert.True(attempt.Actor.HasEnded);
        Assert.Equal(reason, error.Reason);
        Assert.DoesNotContain('\n', error.Message);
        return error;
    }

    public void Dispose()
    {
        if (_ended) return;
        _ended = true;
        Loops.Dispose();
        Loops.ThrowIfAnythingIsHeld();
        foreach (var actor in _actors)
        {
            Assert.Equal(1, actor.Calls.Count(static c => c is "OnClosed" or "OnConnectFailure"));
            Assert.Equal(1, actor.DeepestDepth);
        }

        Assert.DoesNotContain(Log.Lines, static l => l.Level >= Microsoft.Extensions.Logging.LogLevel.Error);
    }
}
