// SPDX-License-Identifier: MIT
using Lori;

namespace Mare.Bench.Load;

/// <summary>Is all connections of a run, on one event loop: opens them, closes them, and knows whether one has failed.</summary>
internal sealed class LoadClients : IDisposable
{
    // Fewer than any server's backlog, so that no SYN is dropped and sent again a second later.
    private const int MaxOpening = 64;

    // What a run may wait for the server to open or close: only a broken server needs it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly EventLoopGroup _loops = new(1, new EventLoopOptions { WatchdogThreshold = Timeout.InfiniteTimeSpan });
    private readonly TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _opening = new(MaxOpening);
    private readonly SemaphoreSlim _closed = new(0);
    private readonly List<LoadClient> _open = []; // on the loop, until opening is over

    /// <summary>Opens connections and returns when the server has accepted all.</summary>
    public async Task<IReadOnlyList<T>> OpenAsync<T>(int count, LoadTarget target, int maxBytesUnsent, Func<T> create)
        where T : LoadClient
    {
        var options = new ConnectOptions
        {
            Host = target.EndPoint.Address.ToString(),
            Port = target.EndPoint.Port,
            Connection = new TcpConnectionOptions
            {
                HighWaterMark = Math.Max(64 * 1024, maxBytesUnsent),
                LowWaterMark = 0,
            },
        };
        var clients = new List<T>(count);
        for (var i = 0; i < count; i++)
        {
            await WaitAsync(_opening.WaitAsync());
            clients.Add(create());
            // What comes of it is told to the client.
            _ = clients[i].ConnectAsync(_loops.Loops[0], options);
        }

        for (var i = 0; i < MaxOpening; i++) await WaitAsync(_opening.WaitAsync());
        _opening.Release(MaxOpening);
        return clients;
    }

    /// <summary>Closes all connections and returns when they have ended.</summary>
    public async Task CloseAsync()
    {
        var count = await OnLoopAsync(static me =>
        {
            foreach (var client in me._open) client.Finish();
            return me._open.Count;
        });
        for (var i = 0; i < count; i++) await WaitAsync(_closed.WaitAsync());
        await OnLoopAsync(static me =>
        {
            me._open.Clear();
            return 0;
        });
    }

    /// <summary>Drops all connections.</summary>
    public Task DropAsync() => OnLoopAsync(static me =>
    {
        foreach (var client in me._open) client.Drop();
        me._open.Clear();
        return 0;
    });

    /// <summary>Waits some time, or less when a connection fails, which throws.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        if (await Task.WhenAny(_failed.Task, Task.Delay(time)) == _failed.Task) await _failed.Task;
    }

    /// <summary>Runs something on the loop and returns what it returned.</summary>
    public async Task<T> OnLoopAsync<T>(Func<LoadClients, T> function)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _loops.Loops[0].Post(static s => s.answer.SetResult(s.function(s.me)), (me: this, function, answer));
        return await answer.Task;
    }

    public void Dispose()
    {
        _loops.Dispose();
        _opening.Dispose();
        _closed.Dispose();
    }

    /// <summary>Notes an accepted connection. Loop only.</summary>
    public void Opened(LoadClient client)
    {
        _open.Add(client);
        _opening.Release();
    }

    /// <summary>Notes an ended connection. Loop only.</summary>
    public void Closed() => _closed.Release();

    /// <summary>Ends the run with an error. Loop only.</summary>
    public void Fail(Exception exception) => _failed.TrySetException(exception);

    private async Task WaitAsync(Task task)
    {
        var first = await Task.WhenAny(task, _failed.Task).WaitAsync(Patience);
        await first;
    }
}
