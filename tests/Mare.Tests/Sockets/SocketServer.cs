// SPDX-License-Identifier: MIT
using System.Collections.Concurrent;
using Mare.Backends;

namespace Mare.Tests.Sockets;

/// <summary>Is a server on the kernel's loopback, with probe actors. Its end sees to it that nothing is held.</summary>
internal sealed class SocketServer : IAsyncDisposable
{
    // Far more than anything here takes, for a loaded machine.
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly ConcurrentQueue<ProbeActor> _actors = new();
    private readonly EventLoopGroup _loops;

    private readonly AcceptingSocket? _acceptor;

    private SocketServer(BackendKind? backend)
    {
        if (backend == BackendKind.IoUring) IoUringMachine.SkipUnlessAllowed();
        _loops = backend is { } kind ? new EventLoopGroup(2, new EventLoopOptions { Backend = kind }) : EventLoopGroup.OnThreadPool(2);
        _acceptor = backend is null ? new AcceptingSocket() : null;
    }

    public WebSocketServer Server { get; private set; } = null!;

    public RecordingLog Log { get; } = new();

    public IReadOnlyList<ProbeActor> Actors => [.. _actors];

    /// <param name="backend">What the loops run on; null is the thread pool, where accepted sockets are served as streams.</param>
    /// <param name="prepare">What is done to each new actor.</param>
    /// <param name="configure">What is done to the options.</param>
    public static async Task<SocketServer> StartAsync(
        BackendKind? backend, Action<ProbeActor>? prepare = null, Action<WebSocketServerOptions>? configure = null)
    {
        var server = new SocketServer(backend);
        var options = new WebSocketServerOptions { Host = "127.0.0.1", Port = 0, EventLoops = server._loops, LoggerFactory = server.Log };
        configure?.Invoke(options);
        try
        {
            if (server._acceptor is null)
            {
                server.Server = await WebSocketServer.StartAsync(options, _ => server.MakeActor(prepare));
                return server;
            }

            server.Server = WebSocketServer.Create(options, _ => server.MakeActor(prepare));
            server._acceptor.Begin(server.Server);
            return server;
        }
        catch
        {
            server._loops.Dispose();
            throw;
        }
    }

    public Task<SocketClient> ConnectAsync() => SocketClient.ConnectAsync(_acceptor?.EndPoint ?? Server.EndPoints[0].Address);

    public async Task<SocketClient> OpenAsync()
    {
        var client = await ConnectAsync();
        await client.SendAsync(Requests.Upgrade());
        Assert.Equal(101, (await client.ReadAnswerAsync()).Status);
        return client;
    }

    /// <summary>Waits until every actor so far has ended.</summary>
    public Task WhenActorsEndedAsync() => Task.WhenAll(_actors.Select(static a => a.Ended)).WaitAsync(Deadline);

    public async ValueTask DisposeAsync()
    {
        await Server.StopAsync().WaitAsync(Deadline);
        if (_acceptor is not null) await _acceptor.DisposeAsync();
        await WhenActorsEndedAsync();
        var held = await Task.WhenAll(_loops.Loops.Select(HeldAsync)).WaitAsync(Deadline);
        _loops.Dispose();
        Assert.All(held, static h => Assert.Equal("0 connections, 0 buffers, 0 blocks", h));
        Assert.Equal(0, Server.ConnectionCount);
        Assert.All(_actors, static a => Assert.Equal((a.CountOf("OnOpen"), 1), (a.CountOf("OnClosed"), a.CountOf("Dispose"))));
        Assert.Empty(Log.Errors);
    }

    private ProbeActor MakeActor(Action<ProbeActor>? prepare)
    {
        var actor = new ProbeActor();
        prepare?.Invoke(actor);
        _actors.Enqueue(actor);
        return actor;
    }

    public static Task<string> HeldAsync(EventLoop loop)
    {
        var held = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        // One of the blocks is the loop's own.
        loop.Post(
            static s => s.held.SetResult(
                $"{s.loop.ConnectionCount} connections, {s.loop.Buffers.Rented} buffers, {s.loop.Blocks.Rented - 1} blocks"),
            (loop, held));
        return held.Task;
    }
}
