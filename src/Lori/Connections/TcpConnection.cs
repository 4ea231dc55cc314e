// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using Lori.Backends;
using Lori.Tls;

namespace Lori;

/// <summary>
/// Is one TCP (or Unix domain) connection, on its event loop for life. Its actor is told what happens; by this object it
/// sends, pauses and closes.
/// </summary>
public sealed partial class TcpConnection : ITlsTransportEvents
{
    private readonly ITcpConnectionEvents _events;
    private readonly TcpConnectionOptions _options;
    private readonly EventLoop _loop;
    private Transport _transport = null!;
    private TimeSpan _idleTimeout;
    private LoopTimer? _idleTimer;
    private long _lastActivity;
    private bool _paused;
    private bool _peerClosed;
    private bool _peerClosedTold;

    internal TcpConnection(EventLoop loop, ITcpConnectionEvents events, TcpConnectionOptions options)
    {
        _loop = loop;
        _events = events;
        _options = options;
        _idleTimeout = options.IdleTimeout;
    }

    /// <summary>Gets the event loop on which this connection lives.</summary>
    public EventLoop Loop => _loop;

    /// <summary>Gets the peer's address; null when it is not known (a Unix domain socket). Made anew at each call. Loop only.</summary>
    public EndPoint? RemoteEndPoint => _transport.RemoteEndPoint;

    /// <summary>Gets this side's address; null once the connection is closed. A system call. Loop only.</summary>
    public EndPoint? LocalEndPoint => _transport.LocalEndPoint;

    /// <summary>
    /// Gets the proxy that told the addresses above; null where there is none. See <see cref="ListenOptions.ProxyProtocol"/>. Any thread.
    /// </summary>
    public ProxyConnectionInfo? Proxy { get; private set; }

    /// <summary>Gets the bytes received so far; with TLS, those that it carried. Any thread.</summary>
    public long BytesReceived { get; private set; }

    /// <summary>Gets the bytes that the kernel has taken so far; with TLS, those that it carries. Any thread.</summary>
    public long BytesSent { get; private set; }

    /// <summary>
    /// Gets or sets after which time without a byte in either direction the idle callback comes; setting it counts from now.
    /// More than zero, at most 24 days, or <see cref="Timeout.InfiniteTimeSpan"/>: never. At the start it is
    /// <see cref="TcpConnectionOptions.IdleTimeout"/>. Loop only.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is out of its range.</exception>
    /// <exception cref="InvalidOperationException">It is set elsewhere than on the connection's loop.</exception>
    public TimeSpan IdleTimeout
    {
        get => _idleTimeout;
        set
        {
            _loop.ThrowIfNotCurrent();
            if (!TcpConnectionOptions.IsIdleTimeout(value))
                throw new ArgumentOutOfRangeException(nameof(value), value, "An idle time-out must be more than zero and at most 24 days, or infinite.");
            _idleTimeout = value;
            if (!IsEnding) RestartIdleTimer();
        }
    }

    /// <summary>Gets whether reading is paused. Loop only.</summary>
    public bool IsReadingPaused => _paused;

    internal ITcpConnectionEvents Events => _events;

    // The loop's list of connections, doubly linked through them.
    internal TcpConnection? NextOnLoop { get; set; }

    internal TcpConnection? PreviousOnLoop { get; set; }

    /// <summary>Stops to receive: what the peer sends waits in the kernel, and in time the peer has to wait. Loop only.</summary>
    /// <remarks>Until <see cref="ResumeReading"/>, the peer's end is not noticed, unless it is a reset.</remarks>
    public void PauseReading()
    {
        _loop.ThrowIfNotCurrent();
        if (_paused || IsEnding) return;
        _paused = true;
        _transport.StopReceive();
    }

    /// <summary>Goes on to receive; what has arrived comes after the current callback. Loop only.</summary>
    public void ResumeReading()
    {
        _loop.ThrowIfNotCurrent();
        if (!_paused || IsEnding) return;
        _paused = false;
        if (!_peerClosed && _parked is null) _transport.StartReceive();
        else Notify(Notifications.Parked | (_peerClosed ? Notifications.PeerClosed : Notifications.None));
    }

    /// <summary>Brings a socket to its loop, wherever the caller is; false when the loop has ended.</summary>
    /// <param name="loop">The connection's loop.</param>
    /// <param name="socket">The socket, to be taken over.</param>
    /// <param name="events">Who is told; without TLS at once that it has started.</param>
    /// <param name="options">How it behaves.</param>
    /// <param name="tls">What speaks TLS; null for none.</param>
    internal static bool StartOn(
        EventLoop loop, AcceptedSocket socket, ITcpConnectionEvents events, TcpConnectionOptions options, TlsAcceptor? tls = null)
    {
        tls?.HandshakeBegan();
        // Counted before it arrives, so that a burst of accepts is spread evenly.
        loop.CountConnection(1);
        var connection = new TcpConnection(loop, events, options);
        var start = tls?.Start;
        if (loop.IsCurrent) connection.Start(socket, start);
        else if (!loop.Post(static s => s.connection.Start(s.socket, s.start), (connection, socket, start))) return Miss(loop, tls);
        return true;
    }

    /// <summary>Takes a socket into the loop that the caller is on.</summary>
    internal static TcpConnection StartHere(
        EventLoop loop, AcceptedSocket socket, ITcpConnectionEvents events, TcpConnectionOptions options, TlsStart tls)
    {
        loop.CountConnection(1);
        var connection = new TcpConnection(loop, events, options);
        connection.Start(socket, tls);
        return connection;
    }

    private static bool Miss(EventLoop loop, TlsAcceptor? tls)
    {
        tls?.HandshakeEnded(succeeded: false);
        loop.CountConnection(-1);
        return false;
    }

    /// <summary>Takes a socket into the loop and tells the actor; with TLS, once its handshake is complete.</summary>
    private void Start(AcceptedSocket socket, TlsStart? tls)
    {
        Proxy = (socket as ProxiedSocket)?.Info;
        if (tls is not null)
        {
            StartWithTls(socket, tls);
            return;
        }

        _transport = _loop.Attach(socket, this);
        _loop.Register(this);
        Open();
    }

    private void Open()
    {
        _lastActivity = _loop.Now;
        _transport.StartReceive();
        RestartIdleTimer();
        Guard(static me => me._events.OnStarted(me));
    }

    void ITransportEvents.OnReceived(Span<byte> data)
    {
        BytesReceived += data.Length;
        _lastActivity = _loop.Now;
        if (IsEnding)
        {
            Discard(data.Length);
            return;
        }

        // A backend may deliver after it was told to stop; and what is parked comes first.
        if (_paused) Park(data);
        else if (_parked is not null) ReceiveBehindParked(data);
        else Receive(data);
    }

    void ITransportEvents.OnEndOfStream()
    {
        _peerClosed = true;
        if (_isStarting && !IsEnding) FailStart(TlsFailure.Ended, "the peer ended the connection within the handshake");
        if (IsEnding) FinishWhenSent();
        else TellPeerClosed();
    }

    void ITransportEvents.OnFailed(SocketError error)
    {
        if (_isStarting) _startFailure ??= new StartFailure(TlsFailure.Ended, $"the connection broke within the handshake ({error})");
        CloseTransport(CloseCause.Broken, reset: true);
    }

    private void Receive(Span<byte> data)
    {
        if (_bufferUntil == 0) Deliver(data);
        else ReceivePieces(data);
    }

    private void Deliver(Span<byte> data)
    {
        try
        {
            _events.OnReceived(data);
        }
        catch (Exception e)
        {
            OnBug(e);
        }
    }

    private void RestartIdleTimer()
    {
        if (_idleTimeout == Timeout.InfiniteTimeSpan)
        {
            _idleTimer?.Cancel();
            return;
        }

        _idleTimer ??= _loop.CreateTimer(static me => me.OnIdleTimer(), this);
        _idleTimer.Restart(_idleTimeout);
    }

    private void OnIdleTimer()
    {
        if (IsEnding) return;
        var idle = _loop.FromTicks(_loop.Now - _lastActivity);
        if (idle < _idleTimeout)
        {
            _idleTimer!.Restart(_idleTimeout - idle);
            return;
        }

        _idleTimer!.Restart(_idleTimeout);
        Guard(static me => me._events.OnIdleTimeout());
    }

    /// <summary>Calls the actor; it catches its own exceptions, so what comes here is a bug that must not reach others.</summary>
    private void Guard(Action<TcpConnection> call)
    {
        try
        {
            call(this);
        }
        catch (Exception e)
        {
            OnBug(e);
        }
    }

    private void OnBug(Exception e)
    {
        Log.ActorFailed(_loop.Logger, _events.GetType().Name, e);
        CloseTransport(CloseCause.Aborted, reset: true);
    }
}
