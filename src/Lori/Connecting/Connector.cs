// SPDX-License-Identifier: MIT
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using Lori.Backends;
using Lori.Tls;

namespace Lori;

/// <summary>
/// Makes one outgoing connection: finds the addresses, tries them, and tells the actor and the task once what came of it.
/// Loop only, <see cref="Begin"/> aside.
/// </summary>
/// <remarks>
/// A small form of Happy Eyeballs (RFC 8305): addresses of both versions take turns, and the next is tried when the last
/// has failed or has not answered for a while; the first that answers wins, and the others are given up.
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "The end, which always comes, disposes of the lookup.")]
internal sealed class Connector
{
    // RFC 8305, section 5, the recommended Connection Attempt Delay.
    private static readonly TimeSpan AttemptDelay = TimeSpan.FromMilliseconds(250);

    private readonly EventLoop _loop;
    private readonly TcpConnectionActor _actor;
    private readonly ConnectOptions _options;
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly LoopTimer _timeout;
    private readonly LoopTimer _nextAttempt;
    private readonly List<Attempt> _attempts = [];
    private readonly List<(EndPoint EndPoint, SocketError Error)> _failures = [];
    private Queue<EndPoint>? _untried; // once the addresses are known
    private CancellationTokenSource? _lookup;
    private CancellationTokenRegistration _cancellation;
    private TcpConnection? _connection; // while TLS is being agreed on
    private bool _isCounted = true;
    private bool _ended;

    private Connector(EventLoop loop, TcpConnectionActor actor, ConnectOptions options)
    {
        _loop = loop;
        _actor = actor;
        _options = options;
        _timeout = loop.CreateTimer(static me => me.OnTimeout(), this);
        _nextAttempt = loop.CreateTimer(static me => me.TryNext(), this);
    }

    /// <summary>Starts, on the loop's next turn. Any thread.</summary>
    /// <returns>A task that ends after the actor was told, with the exception that it was told.</returns>
    public static Task Begin(EventLoop loop, TcpConnectionActor actor, ConnectOptions options, CancellationToken cancellationToken)
    {
        var connector = new Connector(loop, actor, options);
        actor.Connector = connector;
        // Counted from here on, so that a burst of connects is spread evenly.
        loop.CountConnection(1);
        loop.PostAlways(static s => s.connector.Start(s.cancellationToken), (connector, cancellationToken));
        return connector._done.Task;
    }

    /// <summary>Gives up since the loop ends.</summary>
    public void OnLoopEnding() => Fail(ConnectFailure.LoopEnded, "the event loop has ended");

    /// <summary>Hears that TLS is there, and that the actor was told.</summary>
    public void OnStarted()
    {
        if (_ended) return;
        End();
        _done.SetResult();
    }

    /// <summary>Hears that TLS failed.</summary>
    public void OnStartFailed(string detail)
    {
        if (!_ended) Fail(ConnectFailure.TlsFailed, detail);
    }

    private void Start(CancellationToken cancellationToken)
    {
        if (_loop.HasEnded)
        {
            OnLoopEnding();
            return;
        }

        _loop.Register(this);
        if (_options.Timeout != Timeout.InfiniteTimeSpan) _timeout.Restart(_options.Timeout);
        _cancellation = cancellationToken.UnsafeRegister(
            static me => ((Connector)me!)._loop.PostAlways(static me => me.OnCancelled(), (Connector)me), this);
        if (_options.UnixSocketPath is { } path) Try([new UnixDomainSocketEndPoint(path)]);
        else if (IPAddress.TryParse(_options.Host, out var address)) OnFound([address], null);
        else _ = FindAsync();
    }

    private async Task FindAsync()
    {
        IPAddress[] found = [];
        Exception? error = null;
        _lookup = new CancellationTokenSource();
        try
        {
            found = await _loop.Backend.ResolveAsync(_options.Host, _lookup.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // Whatever a resolver makes of what it was given: there is no address. (Or we gave up: then nobody asks.)
            error = e;
        }

        _loop.PostAlways(static s => s.connector.OnFound(s.found, s.error), (connector: this, found, error));
    }

    private void OnFound(IPAddress[] found, Exception? error)
    {
        if (_ended) return;
        var wanted = found.Where(a => HostAddresses.IsOf(a, _options.IPVersion)).Distinct().ToArray();
        if (wanted.Length > 0) Try(TakingTurns(wanted).Select(a => new IPEndPoint(a, _options.Port)));
        else Fail(ConnectFailure.NoAddress, error is null ? HostAddresses.Missing(_options.IPVersion) : $"the name has no address ({error.Message.TrimEnd('.')})", error);
    }

    private void Try(IEnumerable<EndPoint> endPoints)
    {
        _untried = new Queue<EndPoint>(endPoints);
        TryNext();
    }

    private void TryNext()
    {
        _nextAttempt.Cancel();
        while (_untried!.TryDequeue(out var endPoint))
        {
            var attempt = new Attempt(this, endPoint);
            try
            {
                attempt.Pending = _loop.Backend.Connect(endPoint, _options.Connection, attempt);
            }
            catch (SocketException e)
            {
                _failures.Add((endPoint, e.SocketErrorCode));
                continue;
            }

            _attempts.Add(attempt);
            if (_untried.Count > 0) _nextAttempt.Restart(AttemptDelay);
            return;
        }

        if (_attempts.Count == 0) FailAll();
    }

    private void OnConnected(Attempt attempt, AcceptedSocket socket)
    {
        _attempts.Remove(attempt);
        if (_options.Tls is { } tls)
        {
            StopTrying();
            StartTls(socket, tls);
            return;
        }

        End();
        TcpConnection.StartOn(_loop, socket, _actor, _options.Connection);
        _done.SetResult();
    }

    private void StartTls(AcceptedSocket socket, TlsClientOptions options)
    {
        TlsStart start;
        try
        {
            start = TlsStart.OfClient(options, _options.Host);
        }
        catch (Exception e) when (e is TlsCertificateException or PlatformNotSupportedException)
        {
            socket.Dispose();
            Fail(ConnectFailure.TlsFailed, e.Message.TrimEnd('.'), e);
            return;
        }

        Uncount();
        _connection = TcpConnection.StartHere(_loop, socket, _actor, _options.Connection, start);
    }

    private void OnAttemptFailed(Attempt attempt, SocketError error)
    {
        _attempts.Remove(attempt);
        _failures.Add((attempt.EndPoint, error));
        TryNext();
    }

    private void OnTimeout() => Fail(
        ConnectFailure.TimedOut,
        $"{(_untried is null ? "its address was not found" : _connection is null ? "no answer came" : "TLS was not agreed on")} within {_options.Timeout.TotalSeconds:0.###} s");

    private void OnCancelled()
    {
        if (!_ended) Fail(ConnectFailure.Cancelled, "it was cancelled");
    }

    /// <summary>Fails with what the best address said: one that can be reached says more than one that cannot.</summary>
    private void FailAll()
    {
        var (endPoint, error) = _failures.Find(static f => ConnectErrors.Explain(f.EndPoint, f.Error).Reason != ConnectFailure.Unreachable);
        if (endPoint is null) (endPoint, error) = _failures[0];
        var (reason, text) = ConnectErrors.Explain(endPoint, error);
        if (_failures.Count > 1) text += $" (tried {string.Join(", ", _failures.Select(static f => AddressOf(f.EndPoint)))})";
        Fail(reason, text, new SocketException((int)error));
    }

    private void Fail(ConnectFailure reason, string text, Exception? cause = null)
    {
        End();
        _connection?.Drop();
        var error = new ConnectException(reason, $"Cannot connect to {_options}: {text}.", cause);
        _actor.ConnectFailed(error);
        _done.SetException(error);
        // The actor was told: a caller that does not look at the task has missed nothing.
        _ = _done.Task.Exception;
    }

    private void End()
    {
        _ended = true;
        _cancellation.Unregister();
        _lookup?.Cancel();
        _lookup?.Dispose();
        StopTrying();
        _timeout.Cancel();
        _loop.Unregister(this);
        Uncount();
    }

    private void StopTrying()
    {
        foreach (var attempt in _attempts) attempt.Pending.Abandon();
        _attempts.Clear();
        _nextAttempt.Cancel();
    }

    private void Uncount()
    {
        if (_isCounted) _loop.CountConnection(-1);
        _isCounted = false;
    }

    /// <summary>Puts addresses of both versions in turns, else as they were: RFC 8305, section 4.</summary>
    private static IEnumerable<IPAddress> TakingTurns(IPAddress[] addresses)
    {
        var first = addresses.Where(a => a.AddressFamily == addresses[0].AddressFamily).ToArray();
        var second = addresses.Where(a => a.AddressFamily != addresses[0].AddressFamily).ToArray();
        for (var i = 0; i < Math.Max(first.Length, second.Length); i++)
        {
            if (i < first.Length) yield return first[i];
            if (i < second.Length) yield return second[i];
        }
    }

    private static string AddressOf(EndPoint endPoint) => endPoint is IPEndPoint ip ? ip.Address.ToString() : endPoint.ToString()!;

    private sealed class Attempt(Connector connector, EndPoint endPoint) : IConnectEvents
    {
        public EndPoint EndPoint => endPoint;

        public PendingConnect Pending { get; set; } = null!;

        public void OnConnected(AcceptedSocket socket) => connector.OnConnected(this, socket);

        public void OnConnectFailed(SocketError error) => connector.OnAttemptFailed(this, error);
    }
}
