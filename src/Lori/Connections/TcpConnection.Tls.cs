// SPDX-License-Identifier: MIT
using Lori.Backends;
using Lori.Tls;

namespace Lori;

public sealed partial class TcpConnection
{
    private bool _isStarting; // TLS comes first: the actor has not heard of the connection
    private StartFailure? _startFailure;
    private int _undelivered; // bytes behind the piece that the actor has now

    /// <summary>
    /// Gets what TLS has agreed on; null without TLS, and as long as its handshake is not complete. Made anew at each call.
    /// Loop only.
    /// </summary>
    public TlsConnectionInfo? Tls => (_transport as TlsTransport)?.GetInfo();

    /// <summary>Gets whether TLS is spoken, or is about to be. Loop only.</summary>
    public bool IsTls => _transport is TlsTransport;

    /// <summary>Gets whether the actor has not heard of the connection yet, since TLS comes first.</summary>
    internal bool IsStarting => _isStarting;

    /// <summary>
    /// Starts TLS on the open connection, as the server: STARTTLS and its like. What was accepted for sending before goes out in
    /// the clear, what is sent from now on once TLS is there, which OnTlsStarted tells. Loop only.
    /// </summary>
    /// <param name="acceptor">What TLS is spoken with.</param>
    /// <returns>
    /// Whether it starts. <see cref="StartTlsStatus.PlaintextBehind"/>: the peer sent more behind the command that starts TLS, which
    /// somebody on the way may have put there; nothing has changed, and the connection should be closed.
    /// </returns>
    /// <remarks>
    /// What Lori has not delivered yet is noticed; what was delivered together with the command is the actor's to look at (with
    /// <see cref="BufferUntil"/> there is no such thing). A byte that comes before the last byte in the clear has gone out ends
    /// the connection. So does a handshake that fails or takes too long, by <see cref="CloseCause.TlsFailed"/>. CVE-2011-0411.
    /// </remarks>
    /// <exception cref="InvalidOperationException">TLS was started before; or the caller is not on the connection's loop.</exception>
    public StartTlsStatus StartTls(TlsAcceptor acceptor)
    {
        ArgumentNullException.ThrowIfNull(acceptor);
        return StartTls(static s => s.Start, acceptor);
    }

    /// <summary>Starts TLS on the open connection, as the client; else as the other overload. Loop only.</summary>
    /// <param name="options">How; copied. <see cref="TlsClientOptions.TargetHost"/> is needed, unless any certificate is accepted.</param>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    /// <exception cref="InvalidOperationException">TLS was started before; or the caller is not on the connection's loop.</exception>
    public StartTlsStatus StartTls(TlsClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options = options.Clone();
        options.Validate();
        if (options is { TargetHost: null, AcceptAnyCertificate: false })
            throw new ArgumentException("TlsClientOptions.TargetHost is missing: it is what the certificate is checked against.", nameof(options));
        return StartTls(static o => TlsStart.OfClient(o, o.TargetHost ?? ""), options);
    }

    void ITlsTransportEvents.OnTlsStarted()
    {
        if (_isStarting)
        {
            _isStarting = false;
            Open();
        }
        else if (!IsEnding)
        {
            _lastActivity = _loop.Now;
            Guard(static me => me._events.OnTlsStarted());
        }
    }

    void ITlsTransportEvents.OnTlsFailed(TlsFailure failure, string detail)
    {
        if (_isStarting) FailStart(failure, detail);
        // An alert goes out before the end, which is in order.
        else CloseTransport(CloseCause.TlsFailed, reset: false);
    }

    void ITlsTransportEvents.OnTlsGivenUp(TlsFailure failure, string detail)
    {
        // Lingering would hold a descriptor for a peer that has nothing to say.
        _startFailure ??= new StartFailure(failure, detail);
        Drop();
    }

    private StartTlsStatus StartTls<T>(Func<T, TlsStart> makeStart, T of)
    {
        _loop.ThrowIfNotCurrent();
        if (IsTls) throw new InvalidOperationException("TLS was started on this connection before.");
        DrainInbox();
        if (!IsOpen || _peerClosed) return StartTlsStatus.Closed;
        if (_parkedLength > 0 || _undelivered > 0) return StartTlsStatus.PlaintextBehind;
        var start = makeStart(of);
        // All that was accepted until now was meant to be in the clear.
        while (_queue is not null && _queue.TryTake(out var item)) MoveToWire(item);
        start.Acceptor?.HandshakeBegan();
        var tls = new TlsTransport(_loop, start, this);
        var inner = _transport;
        _transport = tls;
        inner.Redirect(tls);
        // Its actor knows the connection: that is not given up for a stranger's.
        tls.Begin(inner, wantsReceive: !_paused, plaintext: _wire?.Length ?? 0, mayBeGivenUp: false);
        ScheduleFlush();
        return StartTlsStatus.Started;
    }

    private void StartWithTls(AcceptedSocket socket, TlsStart start)
    {
        _isStarting = true;
        var tls = new TlsTransport(_loop, start, this);
        _transport = tls;
        var inner = _loop.Attach(socket, tls);
        _loop.Register(this);
        tls.Begin(inner, wantsReceive: true, plaintext: 0, mayBeGivenUp: start.IsServer);
    }

    /// <summary>Ends a connection of which the actor has not heard: what is due to the peer goes out first, as in every close.</summary>
    private void FailStart(TlsFailure failure, string detail)
    {
        _startFailure ??= new StartFailure(failure, detail);
        Close();
    }

    private void TellStartFailed()
    {
        var failure = _startFailure ?? new StartFailure(TlsFailure.Ended, "the connection was dropped within the handshake");
        try
        {
            _events.OnStartFailed(failure.Failure, failure.Detail);
        }
        catch (Exception e)
        {
            Log.ActorFailed(_loop.Logger, _events.GetType().Name, e);
        }
    }

    private sealed record StartFailure(TlsFailure Failure, string Detail);
}
