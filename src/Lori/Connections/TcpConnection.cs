// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using Lori.Backends;

namespace Lori;

/// <summary>
/// Is one TCP (or Unix domain) connection, on its event loop for life. Its actor is told what happens; by this object it
/// sends, pauses and closes.
/// </summary>
public sealed partial class TcpConnection : ITransportEvents
{
    private readonly ITcpConnectionEvents _events;
    private readonly TcpConnectionOptions _options;
    private readonly EventLoop _loop;
    private Transport _transport = null!;
    private LoopTimer? _idleTimer;
    private long _lastActivity;
    private byte[]? _parked;
    private int _parkedLength;
    private bool _paused;
    private bool _peerClosed;
    private bool _peerClosedTold;

    internal TcpConnection(EventLoop loop, ITcpConnectionEvents events, TcpConnectionOptions options)
    {
        _loop = loop;
        _events = events;
        _options = options;
    }

    /// <summary>Gets the event loop on which this connection lives.</summary>
    public EventLoop Loop => _loop;

    /// <summary>Gets the peer's address; null when it is not known (a Unix domain socket). Made anew at each call. Loop only.</summary>
    public EndPoint? RemoteEndPoint => _transport.RemoteEndPoint;

    /// <summary>Gets this side's address; null once the connection is closed. A system call. Loop only.</summary>
    public EndPoint? LocalEndPoint => _transport.LocalEndPoint;

    /// <summary>Gets the bytes received so far. Any thread.</summary>
    public long BytesReceived { get; private set; }

    /// <summary>Gets the bytes that the kernel has taken so far. Any thread.</summary>
    public long BytesSent { get; private set; }

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
    internal static bool StartOn(EventLoop loop, AcceptedSocket socket, ITcpConnectionEvents events, TcpConnectionOptions options)
    {
        // Counted before it arrives, so that a burst of accepts is spread evenly.
        loop.CountConnection(1);
        var connection = new TcpConnection(loop, events, options);
        if (loop.IsCurrent) connection.Start(socket);
        else if (!loop.Post(static s => s.connection.Start(s.socket), (connection, socket))) return Miss(loop);
        return true;
    }

    private static bool Miss(EventLoop loop)
    {
        loop.CountConnection(-1);
        return false;
    }

    /// <summary>Takes a socket into the loop and tells the actor.</summary>
    private void Start(AcceptedSocket socket)
    {
        _transport = _loop.Attach(socket, this);
        _loop.Register(this);
        _lastActivity = _loop.Now;
        _transport.StartReceive();
        if (_options.IdleTimeout != Timeout.InfiniteTimeSpan)
        {
            _idleTimer = _loop.CreateTimer(static me => me.OnIdleTimer(), this);
            _idleTimer.Restart(_options.IdleTimeout);
        }

        Guard(static me => me._events.OnStarted(me));
    }

    /// <summary>Keeps received bytes that the callee cannot take now, until reading is resumed. Within OnReceived.</summary>
    internal void Park(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty) return;
        var total = _parkedLength + data.Length;
        if (_parked is null || _parked.Length < total)
        {
            var larger = _loop.Buffers.Rent(total);
            if (_parked is not null)
            {
                _parked.AsSpan(0, _parkedLength).CopyTo(larger);
                _loop.Buffers.Return(_parked);
            }

            _parked = larger;
        }

        data.CopyTo(_parked.AsSpan(_parkedLength));
        _parkedLength = total;
    }

    /// <summary>
    /// Gives back received bytes: they come again, ahead of what is parked, between callbacks and once reading is not paused.
    /// </summary>
    internal void Unreceive(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty || IsEnding) return;
        var (later, length) = (_parked, _parkedLength);
        (_parked, _parkedLength) = (null, 0);
        Park(data);
        if (later is not null)
        {
            Park(later.AsSpan(0, length));
            _loop.Buffers.Return(later);
        }

        Notify(Notifications.Parked);
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
        if (_paused || _parked is not null) Park(data);
        else Receive(data);
    }

    void ITransportEvents.OnEndOfStream()
    {
        _peerClosed = true;
        if (IsEnding) FinishWhenSent();
        else TellPeerClosed();
    }

    void ITransportEvents.OnFailed(SocketError error) => CloseTransport(CloseCause.Broken, reset: true);

    private void Receive(Span<byte> data)
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

    private void DeliverParked()
    {
        if (_paused || _parked is null) return;
        var (parked, length) = (_parked, _parkedLength);
        (_parked, _parkedLength) = (null, 0);
        Receive(parked.AsSpan(0, length));
        _loop.Buffers.Return(parked);
        if (!_paused && !_peerClosed && !IsEnding) _transport.StartReceive();
    }

    private void OnIdleTimer()
    {
        if (IsEnding) return;
        var idle = _loop.FromTicks(_loop.Now - _lastActivity);
        if (idle < _options.IdleTimeout)
        {
            _idleTimer!.Restart(_options.IdleTimeout - idle);
            return;
        }

        _idleTimer!.Restart(_options.IdleTimeout);
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
