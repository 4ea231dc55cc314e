// SPDX-License-Identifier: MIT
namespace Lori;

public sealed partial class EventLoop
{
    private readonly Lock _afterwards = new();
    private bool _hasEnded;

    /// <summary>Gets whether the loop takes no more turns; what still runs on it only comes to its end. Loop only.</summary>
    internal bool HasEnded => _hasEnded;

    /// <summary>Ends the loop: what was posted until now still runs, later posts are refused. On the driver's thread.</summary>
    internal void End()
    {
        while (!_inbox.TrySeal()) RunTurn(mayWait: false);
        // From now on others may run what comes late, but not beside this.
        lock (_afterwards)
        {
            foreach (var listener in _listeners) listener.Close();
            _hasEnded = true;
            while (_connectors.FirstOrDefault() is { } connector) RunAfterwards(new WorkItem<Connector>(static c => c.OnLoopEnding(), connector));
            for (var connection = _firstConnection; connection is not null; connection = connection.NextOnLoop) connection.Drop();
            // One more turn closes what was dropped and tells its actors.
            RunTurn(mayWait: false);
            _alarm?.Dispose();
            _backend.Dispose();
        }
    }

    /// <summary>
    /// Posts what must come to its end, such as a callback that awaits: once the loop has ended, it runs on the thread pool,
    /// still as this loop, one at a time. Any thread.
    /// </summary>
    internal void PostAlways(WorkItem item)
    {
        if (Post(item)) return;
        ThreadPool.UnsafeQueueUserWorkItem(static s => s.loop.RunAfterwards(s.item), (loop: this, item), preferLocal: false);
    }

    internal void PostAlways<TState>(Action<TState> action, TState state) => PostAlways(new WorkItem<TState>(action, state));

    private void RunAfterwards(WorkItem item)
    {
        lock (_afterwards)
        {
            _current = this;
            try
            {
                item.Run(this);
            }
            finally
            {
                _current = null;
            }
        }
    }
}
