// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using Lori.Backends;

namespace Lori.Tls;

/// <summary>
/// Is a transport that speaks TLS over another one. To whoever is above it keeps the contract of <see cref="Transport"/>, so
/// water marks, the cork, closing and lingering are as without TLS. Loop only.
/// </summary>
/// <remarks>
/// Idle, it holds its session and nothing else: ciphertext on its way out stands in a <see cref="Wire"/> leased from the loop
/// while it waits. What is sent before the handshake is complete waits in the sender's blocks.
/// </remarks>
internal sealed partial class TlsTransport : Transport, ITransportEvents, ITlsSessionEvents
{
    // RFC 8446, section 5.1. Neither is a letter, as the first byte of a text.
    private const byte AlertRecord = 21;
    private const byte HandshakeRecord = 22;
    private const byte AsciiEnd = 128;

    // A client's certificates are the largest part of a handshake; a chain has some kilobytes.
    private const int MaxHandshakeBytes = 128 * 1024;

    private readonly EventLoop _loop;
    private readonly ITlsTransportEvents _events;
    private readonly TlsStart _start;
    private readonly TlsSession _session;
    private Transport _inner = null!;
    private TlsHandshake? _handshake; // while it is under way
    private int _handshakeBytes;
    private Phase _phase;
    private bool _wantsReceive;
    private bool _peerFinished; // close_notify has come
    private bool _finWanted;
    private bool _finished; // close_notify was sent
    private bool _closed;
    private bool _isBroken; // the session has failed, told or about to be

    /// <param name="loop">The connection's loop.</param>
    /// <param name="start">What TLS is spoken with.</param>
    /// <param name="events">Whoever is above.</param>
    public TlsTransport(EventLoop loop, TlsStart start, ITlsTransportEvents events)
    {
        _loop = loop;
        _start = start;
        _events = events;
        _session = start.Context.CreateSession(loop, this);
    }

    private enum Phase : byte
    {
        /// <summary>What was accepted before TLS is still being sent.</summary>
        Plaintext,

        /// <summary>The handshake is under way.</summary>
        Handshake,

        Open,

        /// <summary>TLS has failed; what goes out still goes out.</summary>
        Failed,
    }

    public override EndPoint? LocalEndPoint => _inner.LocalEndPoint;

    public override EndPoint? RemoteEndPoint => _inner.RemoteEndPoint;

    // close_notify says it, whatever is below.
    public override bool CanShutdownSend => _phase == Phase.Open || _inner.CanShutdownSend;

    /// <summary>Gets what was agreed on; null before that.</summary>
    public TlsConnectionInfo? GetInfo() => _phase == Phase.Open && !_closed ? _session.GetInfo() : null;

    /// <summary>Begins TLS over a transport whose events are already told to this.</summary>
    /// <param name="inner">The transport below.</param>
    /// <param name="wantsReceive">Whether what is received is to be delivered, once the handshake is complete.</param>
    /// <param name="plaintext">How many bytes the sender has accepted before: they go out first, in the clear.</param>
    /// <param name="mayBeGivenUp">Whether the handshake may be given up for another's.</param>
    public void Begin(Transport inner, bool wantsReceive, long plaintext, bool mayBeGivenUp)
    {
        _inner = inner;
        _wantsReceive = wantsReceive;
        _plaintextLeft = plaintext;
        _handshake = new TlsHandshake(this, _loop, _start, mayBeGivenUp);
        _inner.StartReceive();
        if (plaintext == 0) BeginHandshake();
    }

    /// <summary>Hears from the handshake that its time is over.</summary>
    public void OnHandshakeTooLong() =>
        Fail(TlsFailure.HandshakeTooLong, $"the handshake took longer than {_start.Timeout.TotalSeconds:0.###} s");

    /// <summary>Gives up the handshake, which is under way, for another's; false where the connection is closed already.</summary>
    public bool TryGiveUp()
    {
        if (_closed) return false;
        const string Detail = "the handshake has stalled, and another needs its place";
        EndHandshake(succeeded: false);
        Log.TlsFailed(_loop.Logger, TlsFailure.HandshakeTooLong, Detail);
        _events.OnTlsGivenUp(TlsFailure.HandshakeTooLong, Detail);
        return true;
    }

    public override void StartReceive()
    {
        _wantsReceive = true;
        if (!_peerFinished) _inner.StartReceive();
    }

    public override void StopReceive()
    {
        _wantsReceive = false;
        // The handshake goes on whatever the actor wants.
        if (_phase is Phase.Open or Phase.Failed) _inner.StopReceive();
    }

    public override void ShutdownSend()
    {
        _finWanted = true;
        FinishWhenSent();
    }

    public override void Close(bool reset)
    {
        if (_closed) return;
        // The peer has ended, or is given up: it gets our end too, if there is room for it now.
        if (!reset && _phase == Phase.Open && !_finished && !_inFlight && !_isBroken) FinishSession();
        // Not the end of its handshake: a loop that ends drops its connections between turns, where no timer is touched.
        _closed = true;
        // A reset would overtake the alert.
        _inner.Close(reset && _phase != Phase.Failed);
    }

    public override void Redirect(ITransportEvents events) => throw new NotSupportedException("TLS is the topmost transport.");

    void ITransportEvents.OnReceived(Span<byte> data)
    {
        if (_closed || _peerFinished) return; // RFC 8446, section 6.1: what comes behind close_notify is ignored
        switch (_phase)
        {
            case Phase.Plaintext:
                Fail(TlsFailure.PlaintextBehindStart, "something came before the peer could know that TLS starts");
                return;
            case Phase.Failed:
                _events.OnReceived(data);
                return;
            case Phase.Handshake when !MayBeHandshake(data):
                return;
            default:
                _session.Receive(data);
                // Answers of the protocol itself: the handshake, alerts, new keys.
                Pump();
                return;
        }
    }

    void ITransportEvents.OnEndOfStream()
    {
        if (_closed || _peerFinished) return;
        // Without close_notify somebody may have cut off what the peer said; but not once this side has said its last word.
        if (_phase == Phase.Open && !_finished) _events.OnFailed(SocketError.ConnectionAborted);
        else _events.OnEndOfStream();
    }

    void ITransportEvents.OnFailed(SocketError error)
    {
        if (!_closed) _events.OnFailed(error);
    }

    void ITransportEvents.OnClosed()
    {
        _closed = true;
        EndHandshake(succeeded: false);
        ReleaseOutput();
        _session.Dispose();
        _events.OnClosed();
    }

    void ITlsSessionEvents.OnHandshakeCompleted()
    {
        if (_closed || _phase != Phase.Handshake) return;
        _phase = Phase.Open;
        EndHandshake(succeeded: true);
        // The peer may wait for our last message before it sends anything.
        Pump();
        if (!_wantsReceive) _inner.StopReceive();
        _events.OnTlsStarted();
    }

    void ITlsSessionEvents.OnPlaintext(Span<byte> data)
    {
        if (!_closed && _phase == Phase.Open && !_peerFinished) _events.OnReceived(data);
    }

    void ITlsSessionEvents.OnCloseNotify()
    {
        if (_closed || _peerFinished || _phase != Phase.Open) return;
        _peerFinished = true;
        _inner.StopReceive();
        _events.OnEndOfStream();
    }

    void ITlsSessionEvents.OnTlsFailed(TlsFailure failure, string detail)
    {
        _isBroken = true;
        if (!_isSending) Fail(failure, detail);
        // Nothing is told from inside a call to a transport.
        else _loop.Post(static s => s.me.Fail(s.failure, s.detail), (me: this, failure, detail));
    }

    private void BeginHandshake()
    {
        _phase = Phase.Handshake;
        _isSending = true;
        _session.Start();
        _isSending = false;
        SendOutput();
    }

    /// <summary>Looks at what comes before the handshake is complete: whether it is TLS at all, and not too much of it.</summary>
    private bool MayBeHandshake(ReadOnlySpan<byte> data)
    {
        if (_handshakeBytes == 0 && !BeginsHandshake(data[0]))
        {
            if (data[0] < AsciiEnd && _start.PlaintextResponse is { IsEmpty: false } response) WriteCiphertext(response.Span);
            Fail(TlsFailure.NotTls, "the peer speaks no TLS");
            return false;
        }

        _handshakeBytes += data.Length;
        if (_handshakeBytes <= MaxHandshakeBytes) return true;
        Fail(TlsFailure.HandshakeTooLong, $"the handshake has more than {MaxHandshakeBytes} bytes");
        return false;
    }

    // A hello, or from a server perhaps an alert. (A hello of SSL 2, which began otherwise, offers nothing that is spoken here.)
    private bool BeginsHandshake(byte first) => first == HandshakeRecord || (first == AlertRecord && !_start.IsServer);

    private void EndHandshake(bool succeeded)
    {
        if (_handshake is not { } handshake) return;
        _handshake = null;
        handshake.End(succeeded);
    }

    private void Fail(TlsFailure failure, string detail)
    {
        if (_closed || _phase == Phase.Failed) return;
        _phase = Phase.Failed;
        EndHandshake(succeeded: false);
        Log.TlsFailed(_loop.Logger, failure, detail);
        Pump();
        if (!_closed) _events.OnTlsFailed(failure, detail);
    }
}
