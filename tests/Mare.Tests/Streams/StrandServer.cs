// SPDX-License-Identifier: MIT
using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net;
using Mare.Tests.Sockets;

namespace Mare.Tests.Streams;

/// <summary>
/// Is a server on the thread pool that listens nowhere, whose clients are at the other end of pipes. Its end sees to it that
/// every connection was told once, that callbacks neither overlapped nor nested, and that nothing is held.
/// </summary>
internal sealed class StrandServer : IAsyncDisposable
{
    private readonly EventLoopGroup _loops;
    private readonly ConcurrentQueue<AsyncProbe> _actors = new();
    private readonly ConcurrentQueue<Task> _served = new();

    public StrandServer(
        Func<AsyncProbe, string, CancellationToken, ValueTask>? hook = null,
        Action<WebSocketServerOptions>? configure = null,
        TimeProvider? clock = null)
    {
        _loops = EventLoopGroup.OnThreadPool(2, new EventLoopOptions { TimeProvider = clock ?? TimeProvider.System });
        var options = new WebSocketServerOptions { EventLoops = _loops, LoggerFactory = Log };
        configure?.Invoke(options);
        Server = WebSocketServer.Create(options, request =>
        {
            if (request.Path == "/missing") return null;
            var actor = new AsyncProbe { Hook = hook };
            _actors.Enqueue(actor);
            return actor;
        });
    }

    public static TimeSpan Deadline => SocketServer.Deadline;

    public WebSocketServer Server { get; }

    public RecordingLog Log { get; } = new();

    public IReadOnlyList<AsyncProbe> Actors => [.. _actors];

    /// <summary>Connects a client; the task ends with the server's end of the connection.</summary>
    public (StreamClient Client, Task Served) Connect(EndPoint? remote = null, EndPoint? local = null)
    {
        var (up, down) = (new Pipe(), new Pipe());
        var served = Server.ServeAsync(new Duplex(up.Reader, down.Writer), remote, local);
        _served.Enqueue(served);
        return (new StreamClient(new PipeStream(down.Reader, up.Writer)), served);
    }

    /// <summary>Connects a client and completes the opening handshake.</summary>
    public async Task<StreamClient> OpenAsync()
    {
        var (client, _) = Connect();
        await client.SendAsync(Requests.Upgrade());
        Assert.Equal(101, (await client.ReadAnswerAsync()).Status);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        await Server.StopAsync().WaitAsync(Deadline);
        await Task.WhenAll(_served).WaitAsync(Deadline);
        var held = await Task.WhenAll(_loops.Loops.Select(SocketServer.HeldAsync)).WaitAsync(Deadline);
        _loops.Dispose();
        Assert.All(held, static h => Assert.Equal("0 connections, 0 buffers, 0 blocks", h));
        Assert.Equal(0, Server.ConnectionCount);
        Assert.Empty(Log.Errors);
        foreach (var actor in _actors)
        {
            var calls = string.Join(", ", actor.Calls);
            Assert.True(actor.CountOf("OnOpen") == actor.CountOf("OnClosed"), calls);
            Assert.True(actor.CountOf("Dispose") == 1 && actor.Calls[^1] == "Dispose", calls);
            Assert.True(actor.MostAtOnce <= 1, "Callbacks overlapped: " + calls);
            Assert.True(actor.DeepestDepth <= 1, "Callbacks nested: " + calls);
        }
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
