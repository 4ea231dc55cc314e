// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;
using Lori;

namespace Mare;

/// <summary>
/// Is a running WebSocket server: it makes one actor for each connection. Disposing it stops it, gracefully. Any thread.
/// </summary>
public sealed partial class WebSocketServer : IAsyncDisposable
{
    // Their tokens are cancelled: what does not heed that within this time is left alone.
    private static readonly TimeSpan CallbackGrace = TimeSpan.FromSeconds(1);

    private readonly ServerCore _core;
    private readonly EventLoopGroup _loops;
    private readonly bool _ownsLoops;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IReadOnlyList<TcpListener> _listeners = [];
    private IReadOnlyList<TlsAcceptor> _acceptors = [];
    private int _stopping;

    private WebSocketServer(ServerCore core, EventLoopGroup loops, bool ownsLoops)
    {
        _core = core;
        _loops = loops;
        _ownsLoops = ownsLoops;
    }

    /// <summary>Gets the addresses listened on, with the ports that the system chose.</summary>
    public IReadOnlyList<WebSocketServerEndPoint> EndPoints { get; private set; } = [];

    /// <summary>Gets how many WebSocket connections are open.</summary>
    public long ConnectionCount => _core.OpenConnections;

    /// <summary>Gets what the server has counted since it started. Any thread; the numbers may be of different moments.</summary>
    public WebSocketServerStatistics Statistics => new()
    {
        OriginsRefused = _core.Sum(Counted.OriginRefused),
        HostsRefused = _core.Sum(Counted.HostRefused),
        DeadPeers = _core.Sum(Counted.DeadPeer),
        TlsHandshakesUnderWay = _acceptors.Sum(static a => a.Statistics.HandshakesUnderWay),
        TlsHandshakesCompleted = _acceptors.Sum(static a => a.Statistics.HandshakesCompleted),
        TlsHandshakesFailed = _acceptors.Sum(static a => a.Statistics.HandshakesFailed),
        TlsHandshakesDropped = _acceptors.Sum(static a => a.Statistics.HandshakesDropped),
        TcpConnectionsRefused = _core.Sum(Counted.TcpConnectionRefused),
        ConnectionsRefused = _core.Sum(Counted.ConnectionRefused),
        AddressesRefused = _core.Sum(Counted.AddressRefused),
        HandshakesRefused = _core.Sum(Counted.HandshakeRefused),
        HandshakesTimedOut = _core.Sum(Counted.HandshakeTimedOut),
        HandshakesTooLarge = _core.Sum(Counted.HandshakeTooLarge),
        SendsRefused = _core.Sum(Counted.SendRefused),
        SlowPeersClosed = _core.Sum(Counted.SlowPeerClosed),
        MessagesDropped = _core.Sum(Counted.MessageDropped),
        MessagesReplaced = _core.Sum(Counted.MessageReplaced),
        ProxyHeadersRefused = _listeners.Sum(static l => l.ProxyHeadersRefused),
        RatesExceeded = _core.Sum(Counted.RateExceeded),
        ControlFloods = _core.Sum(Counted.ControlFlood),
        MessagesTooBig = _core.Sum(Counted.MessageTooBig),
        PartialMessagesRefused = _core.Sum(Counted.PartialMessageRefused),
        IdleTimeouts = _core.Sum(Counted.IdleTimedOut),
        CloseTimeouts = _core.Sum(Counted.CloseTimedOut),
    };

    internal Admission Admission => _core.Admission;

    /// <summary>Gets the loops that the server runs on: for the actors of yours that are no connection.</summary>
    public EventLoopGroup EventLoops => _loops;

    /// <summary>Starts a server.</summary>
    /// <param name="options">Where it listens and what it allows; copied.</param>
    /// <param name="createActor">
    /// Makes the actor of a connection whose request is valid, on that connection's loop; null answers 404, an exception 500.
    /// Called on several loops at once: what it shares must bear that.
    /// </param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <returns>The server, once it accepts connections.</returns>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    /// <exception cref="ListenException">The address cannot be had, for instance since it is in use.</exception>
    /// <exception cref="TlsCertificateException">A certificate cannot be used.</exception>
    /// <exception cref="PlatformNotSupportedException">The chosen backend does not exist on this system.</exception>
    public static async Task<WebSocketServer> StartAsync(
        WebSocketServerOptions options, Func<UpgradeRequest, WebSocketActor?> createActor, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(createActor);
        options = options.CloneAndValidate();
        cancellationToken.ThrowIfCancellationRequested();
        var endPoints = new List<ServerEndPoint>();
        foreach (var endPoint in options.EndPoints)
        {
            var listen = options.ToListenOptions(endPoint);
            var addresses = await TcpListener.ResolveAsync(listen).WaitAsync(cancellationToken).ConfigureAwait(false);
            endPoints.Add(new ServerEndPoint(listen, addresses, listen.Tls is null ? null : new TlsAcceptor(listen.Tls, options.LoggerFactory)));
        }

        var loops = options.EventLoops ?? new EventLoopGroup(options.Loops, options.ToEventLoopOptions());
        var server = new WebSocketServer(new ServerCore(options, loops, createActor), loops, ownsLoops: options.EventLoops is null);
        try
        {
            await server.ListenAsync(endPoints).ConfigureAwait(false);
        }
        catch
        {
            if (server._ownsLoops) loops.Dispose();
            throw;
        }

        return server;
    }

    /// <summary>
    /// Stops gracefully: accepts no more, closes every connection with 1001, waits until they have ended, drops those that
    /// have not at the deadline. What was accepted for sending goes out to peers that read.
    /// </summary>
    /// <param name="deadline">
    /// How long to wait: zero to 24 days, or <see cref="Timeout.InfiniteTimeSpan"/>; default
    /// <see cref="WebSocketServerOptions.StopTimeout"/>. Only the first caller's counts.
    /// </param>
    /// <returns>A task that ends when the server has stopped; the same for every caller.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="deadline"/> is out of its range.</exception>
    /// <remarks>May be called, and awaited, from a callback; never block a loop on it.</remarks>
    public Task StopAsync(TimeSpan? deadline = null)
    {
        if (deadline is { } time && time != Timeout.InfiniteTimeSpan && (time < TimeSpan.Zero || time > WebSocketServerOptions.LongestTimeout))
            throw new ArgumentOutOfRangeException(nameof(deadline), time, "The deadline must be 0 to 24 days, or infinite.");
        if (Interlocked.Exchange(ref _stopping, 1) == 0) _ = RunStopAsync(deadline ?? _core.Options.StopTimeout);
        return _stopped.Task;
    }

    /// <summary>
    /// Loads the certificates that are from files anew, now rather than when the change is noticed. Connections that there are
    /// keep what they have. Any thread.
    /// </summary>
    /// <exception cref="TlsCertificateException">One cannot be loaded: it stays what it was. The others are loaded.</exception>
    public void ReloadCertificates()
    {
        foreach (var acceptor in _acceptors) acceptor.Reload();
    }

    /// <summary>
    /// Waits until Ctrl-C (SIGINT) or SIGTERM, or until someone else stops the server; then it drains
    /// (<see cref="DrainAsync"/>, as <see cref="WebSocketServerOptions.Drain"/> says) and stops. A second signal ends the process.
    /// </summary>
    /// <param name="cancellationToken">Has it drain as a signal would.</param>
    public async Task WaitForShutdownAsync(CancellationToken cancellationToken = default)
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Ask(PosixSignalContext context)
        {
            // A second signal ends the process at once.
            context.Cancel = asked.TrySetResult();
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Ask);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Ask);
        using var cancelled = cancellationToken.Register(() => asked.TrySetResult());
        await Task.WhenAny(asked.Task, _stopped.Task).ConfigureAwait(false);
        if (asked.Task.IsCompleted) await DrainAsync().ConfigureAwait(false);
        else await StopAsync().ConfigureAwait(false);
    }

    /// <summary>Stops the server, as <see cref="StopAsync"/> does.</summary>
    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);

    private async Task ListenAsync(IReadOnlyList<ServerEndPoint> endPoints)
    {
        _acceptors = [.. endPoints.Select(static e => e.Tls).OfType<TlsAcceptor>()];
        var listening = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var posted = _loops.Loops[0].Post(static s => s.server.Listen(s.endPoints, s.listening), (server: this, endPoints, listening));
        if (!posted) throw new ObjectDisposedException(nameof(EventLoopGroup), "The event loops have ended.");
        await listening.Task.ConfigureAwait(false);
        foreach (var endPoint in EndPoints) Log.Listening(_core.Logger, endPoint);
    }

    /// <summary>Listens on all end points, or on none.</summary>
    private void Listen(IReadOnlyList<ServerEndPoint> endPoints, TaskCompletionSource listening)
    {
        var listeners = new List<TcpListener>();
        var opened = new List<WebSocketServerEndPoint>();
        try
        {
            foreach (var endPoint in endPoints)
            {
                var isSecure = endPoint.Tls is not null;
                var listener = TcpListener.Open(
                    _loops,
                    endPoint.Addresses,
                    endPoint.Options,
                    endPoint.Tls,
                    // Who comes in the clear over a Unix domain socket is a proxy, which may speak TLS in front. (One that speaks the
                    // PROXY protocol may too: the connection asks for what its header says.)
                    remote => _core.Accept(isEncrypted: isSecure ? true : remote is null ? null : false));
                listeners.Add(listener);
                opened.AddRange(listener.EndPoints.Select(e => new WebSocketServerEndPoint(e, isSecure)));
            }

            _listeners = listeners;
            EndPoints = opened;
            listening.SetResult();
        }
        catch (Exception e)
        {
            foreach (var listener in listeners) listener.Close();
            listening.SetException(e);
        }
    }

    private async Task RunStopAsync(TimeSpan deadline)
    {
        try
        {
            Log.Stopping(_core.Logger, ConnectionCount, deadline.TotalSeconds);
            var empty = _core.StopAsync();
            var listenerClosed = CloseListenerAsync();
            ForEachConnection(static connection => connection.Stop(CloseCode.GoingAway, ""));
            DropHandshakes();
            await WaitOrDropAsync(empty, deadline).ConfigureAwait(false);
            // Who starts another server next needs the address.
            await listenerClosed.ConfigureAwait(false);
            if (_ownsLoops) await Task.Run(_loops.Dispose).ConfigureAwait(false);
            Log.Stopped(_core.Logger);
            _stopped.SetResult();
        }
        catch (Exception e)
        {
            _stopped.SetException(e);
        }
    }

    private Task CloseListenerAsync()
    {
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var posted = _loops.Loops[0].Post(
            static s =>
            {
                foreach (var listener in s.server._listeners) listener.Close();
                s.closed.SetResult();
            },
            (server: this, closed));
        // Loops that have ended have closed it.
        return posted ? closed.Task : Task.CompletedTask;
    }

    private async Task WaitOrDropAsync(Task empty, TimeSpan deadline)
    {
        try
        {
            await empty.WaitAsync(deadline, _loops.Loops[0].TimeProvider).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            Log.StoppedAtDeadline(_core.Logger, _core.LiveConnections);
            ForEachConnection(static connection => connection.Abort());
            _core.GiveUp();
            await WaitForCallbacksAsync(empty).ConfigureAwait(false);
        }
    }

    /// <summary>Waits for the callbacks of async actors, whose connections are gone, but not for ever.</summary>
    private async Task WaitForCallbacksAsync(Task empty)
    {
        try
        {
            await empty.WaitAsync(CallbackGrace, _loops.Loops[0].TimeProvider).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            Log.CallbacksLeft(_core.Logger, _core.LiveConnections);
        }
    }

    /// <summary>Drops the connections whose TLS handshake is under way.</summary>
    private void DropHandshakes()
    {
        if (_acceptors.Count == 0) return;
        foreach (var loop in _loops.Loops) loop.Post(static s => s.core.DropStarting(s.loop), (core: _core, loop));
    }

    private void ForEachConnection(Action<WebSocketConnection> action)
    {
        foreach (var loop in _loops.Loops) loop.Post(static s => s.core.ForEachConnection(s.loop, s.action), (core: _core, loop, action));
    }

    /// <summary>Is one end point that is to be listened on.</summary>
    private sealed record ServerEndPoint(ListenOptions Options, IReadOnlyList<System.Net.EndPoint> Addresses, TlsAcceptor? Tls);
}
