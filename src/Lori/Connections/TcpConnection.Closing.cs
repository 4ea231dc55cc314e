// SPDX-License-Identifier: MIT
using Lori.Backends;

namespace Lori;

public sealed partial class TcpConnection
{
    private LoopTimer? _lingerTimer;
    private long _lingerBytes;
    private long _lingerSince;
    private bool _closing;
    private bool _finWanted;
    private bool _finSent;
    private bool _transportClosed;
    private CloseCause _cause;

    /// <summary>Gets whether the connection is open: neither closing nor closed. Loop only.</summary>
    public bool IsOpen => !IsEnding && !_sendClosed;

    /// <summary>Gets whether TCP is ended, or about to at the end of this turn: nothing more is received or sent.</summary>
    internal bool IsDropped => _transportClosed;

    private bool IsEnding => _closing || _transportClosed;

    /// <summary>
    /// Closes the connection: sends what was accepted, then the end (FIN), reads and discards what still comes until the
    /// peer's end, within the linger limits, then closes. The actor hears OnClosed after that. Does nothing when closing
    /// already. Any thread.
    /// </summary>
    public void Close()
    {
        if (!_loop.IsCurrent)
        {
            _loop.Post(static me => me.Close(), this);
            return;
        }

        if (IsEnding) return;
        _cause = _peerClosed ? CloseCause.ClosedByPeer : CloseCause.ClosedLocally;
        SealSends();
        _finWanted = _closing = true;
        ScheduleFlush();
        ReleaseParked();
        if (!_peerClosed) _transport.StartReceive();
        _lingerSince = _loop.Now;
        _lingerTimer = _loop.CreateTimer(static me => me.OnLingerTimer(), this);
        _lingerTimer.Restart(_options.LingerTimeout);
    }

    /// <summary>Drops the connection at once, by a reset; what was not sent is lost, and counted. Any thread.</summary>
    public void Abort()
    {
        if (_loop.IsCurrent) Drop();
        else _loop.Post(static me => me.Abort(), this);
    }

    /// <summary>
    /// Ends this side's sending (FIN) after what was accepted, and goes on to receive: half-close. Later sends answer
    /// <see cref="SendStatus.Closed"/>. Over a stream that cannot say so, the peer hears of it when the connection closes.
    /// Loop only.
    /// </summary>
    public void ShutdownSend()
    {
        _loop.ThrowIfNotCurrent();
        if (IsEnding) return;
        SealSends();
        _finWanted = true;
        ScheduleFlush();
    }

    internal void Drop() => CloseTransport(CloseCause.Aborted, reset: true);

    void ITransportEvents.OnClosed()
    {
        DeliverNotifications();
        Volatile.Write(ref _sendClosed, true);
        CloseInbox();
        _pendingNotifications = Notifications.None;
        _lost = UnsentBytes;
        _queue?.Clear();
        _queue = null;
        if (_wire is not null)
        {
            _wire.Clear();
            ReturnWire();
        }

        ReleaseParked();
        _idleTimer?.Cancel();
        _lingerTimer?.Cancel();
        _loop.Unregister(this);
        if (_isStarting) TellStartFailed();
        else Guard(static me => me._events.OnClosed(me._cause));
    }

    /// <summary>Goes on to the next step of closing, once nothing is left to send.</summary>
    private void FinishWhenSent()
    {
        if (_transportClosed || _inFlight || _wire is { Length: > 0 }) return;
        // Where the peer cannot be told that nothing more comes, there is no end of its to wait for.
        if (_closing && (_peerClosed || !_transport.CanShutdownSend))
        {
            CloseTransport(_cause, reset: false);
            return;
        }

        if (_finSent) return;
        _finSent = true;
        _transport.ShutdownSend();
        _lingerSince = _loop.Now;
    }

    private void CloseTransport(CloseCause cause, bool reset)
    {
        if (_transportClosed) return;
        _cause = cause;
        _transportClosed = true;
        _transport.Close(reset);
    }

    private void Discard(int bytes)
    {
        _lingerBytes += bytes;
        if (_lingerBytes > _options.MaxLingerBytes) CloseTransport(CloseCause.LingerTimedOut, reset: true);
    }

    private void OnLingerTimer()
    {
        if (_transportClosed) return;
        // Progress in sending counts; what the peer sends does not, or it could hold us for ever.
        var left = _options.LingerTimeout - _loop.FromTicks(_loop.Now - _lingerSince);
        if (left > TimeSpan.Zero) _lingerTimer!.Restart(left);
        else CloseTransport(_finSent ? _cause : CloseCause.LingerTimedOut, reset: !_finSent);
    }
}
