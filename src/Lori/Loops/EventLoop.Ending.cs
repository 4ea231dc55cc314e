// SPDX-License-Identifier: MIT
namespace Lori;

public sealed partial class EventLoop
{
    // Long enough for streams that heed cancellation or disposal; the rest is left alone.
    internal static readonly TimeSpan EndGrace = TimeSpan.FromSeconds(3);

    // How long others wait for the lock at most, milliseconds.
    private const int LongestEndingWait = 50;

    private readonly Lock _afterwards = new();
    private bool _hasEnded;

    /// <summary>Gets whether the loop takes no more turns; what still runs on it only comes to its end. Loop only.</summary>
    internal bool HasEnded => _hasEnded;

    /// <summary>Gets whether no connection lives here. Between turns.</summary>
    internal bool HasNoConnections => _firstConnection is null && _proxied.Count == 0;

    /// <summary>Ends the loop: what was posted until now still runs, later posts are refused. On the driver's thread.</summary>
    internal void End()
    {
        while (!TryBeginEnd()) RunTurn(mayWait: false);
        var began = TimeProvider.System.GetTimestamp();
        while (!HasNoConnections)
        {
            RunEndingTurn(LongestEndingWait);
            if (TimeProvider.System.GetElapsedTime(began) > EndGrace) GiveUp();
        }

        FinishEnd();
    }

    /// <summary>Refuses posts from now on and drops what is here; false when posts wait to run first. Between turns.</summary>
    internal bool TryBeginEnd()
    {
        if (!_inbox.TrySeal()) return false;
        // From now on others may run what comes late, but not beside this.
        lock (_afterwards)
        {
            foreach (var listener in _listeners) listener.Close();
            _hasEnded = true;
            while (_connectors.FirstOrDefault() is { } connector) RunAfterwards(new WorkItem<Connector>(static c => c.OnLoopEnding(), connector));
            DropAll();
            // One more turn closes what was dropped and tells its actors.
            RunTurn(mayWait: false);
        }

        return true;
    }

    /// <summary>Runs a turn for connections that take their time to end: their backend has to wait for its blocks.</summary>
    /// <param name="longest">How many milliseconds it may wait.</param>
    internal void RunEndingTurn(int longest)
    {
        lock (_afterwards)
        {
            DropAll();
            RunTurn(mayWait: longest > 0, longest);
        }
    }

    /// <summary>Tells the end, in the next turn, to connections that do not come to theirs. Between turns.</summary>
    internal void GiveUp()
    {
        _backend.GiveUp();
        _streams?.GiveUp();
    }

    /// <summary>Gives the backends up; no connection is left.</summary>
    internal void FinishEnd()
    {
        lock (_afterwards)
        {
            _alarm?.Dispose();
            _streams?.Dispose();
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

    private void DropAll()
    {
        for (var connection = _firstConnection; connection is not null; connection = connection.NextOnLoop) connection.Drop();
        foreach (var transport in _proxied) transport.Drop();
    }

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
