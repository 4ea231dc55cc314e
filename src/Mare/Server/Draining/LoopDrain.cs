// SPDX-License-Identifier: MIT
using Lori;

namespace Mare;

/// <summary>Lets the connections of one loop go, some at a time, and counts how they end. Loop only.</summary>
internal sealed class LoopDrain
{
    // Fine enough that a batch is a small part of a period of seconds; a loop has better things to do than more.
    private static readonly TimeSpan LongestStep = TimeSpan.FromMilliseconds(100);
    private const int FewestSteps = 10;

    private readonly ServerCore _server;
    private readonly EventLoop _loop;
    private readonly DrainOptions _options;
    private readonly LoopTimer _timer;
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WebSocketConnection[] _connections = [];
    private long _began;
    private int _told;
    private int _left;
    private int _clean;
    private int _lost;
    private int _dropped;
    private bool _isDropping;

    public LoopDrain(ServerCore server, EventLoop loop, DrainOptions options)
    {
        _server = server;
        _loop = loop;
        _options = options;
        _timer = loop.CreateTimer(static me => me.TellSome(), this);
    }

    /// <summary>Gets what ends when the last connection has.</summary>
    public Task Done => _done.Task;

    /// <summary>Gets how connections have ended so far. Any thread, exact once done.</summary>
    public DrainReport Report => new(Volatile.Read(ref _clean), Volatile.Read(ref _lost), Volatile.Read(ref _dropped));

    /// <summary>Begins with what is there; nothing opens any more.</summary>
    public void Start()
    {
        var connections = new List<WebSocketConnection>();
        _server.ForEachConnection(_loop, connection =>
        {
            if (connection.WasOpened) connections.Add(connection);
        });
        _connections = [.. connections];
        _server.Shuffle(_loop, _connections);
        _left = _connections.Length;
        _began = _loop.Now;
        if (_left == 0) _done.TrySetResult();
        else TellSome();
    }

    /// <summary>Drops what is left.</summary>
    public void Drop()
    {
        _isDropping = true;
        _timer.Cancel();
        foreach (var connection in _connections) connection.Abort();
    }

    /// <summary>Has nothing to let go: the loop has ended.</summary>
    public void Skip() => _done.TrySetResult();

    /// <summary>Hears that a connection that was open has ended.</summary>
    public void Ended(WebSocketConnection connection)
    {
        if (connection.ClosedCleanly) _clean++;
        else if (_isDropping) _dropped++;
        else _lost++;
        if (--_left == 0) _done.TrySetResult();
    }

    private void TellSome()
    {
        var due = Due();
        while (_told < due) _connections[_told++].Stop(_options.Code, _options.Reason);
        if (_told == _connections.Length) return;
        var step = _options.Period / FewestSteps < LongestStep ? _options.Period / FewestSteps : LongestStep;
        _timer.Restart(step * (0.5 + _server.NextRandom(_loop)));
    }

    /// <summary>Gets how many should have been told by now.</summary>
    private int Due()
    {
        var passed = _loop.FromTicks(_loop.Now - _began);
        return passed >= _options.Period ? _connections.Length : (int)(_connections.Length * (passed / _options.Period));
    }
}
