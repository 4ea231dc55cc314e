// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using Lori.Backends;

namespace Lori;

/// <summary>
/// Stands between a backend's transport and whatever is above: takes the PROXY header, asks the listener for the client's actor, then
/// passes everything through under the client's addresses. Loop only.
/// </summary>
/// <remarks>
/// Until the header has come there is no <see cref="TcpConnection"/>: the listener hears of a client when it knows its
/// address, whether that came with the socket or with a header. Above it TLS begins, if any: the header is in clear.
/// </remarks>
internal sealed class ProxyTransport : Transport, ITransportEvents
{
    private readonly EventLoop _loop;
    private readonly ProxyGate _gate;
    private readonly EndPoint? _proxy;
    private Transport _inner = null!;
    private ITransportEvents? _events; // once it is handed over
    private LoopTimer? _timer;
    private ProxyHeader? _header;
    private byte[]? _held; // a part of the header; or what came behind it, while the listener is asked
    private int _heldLength;
    private State _state;
    private bool _closed;
    private bool _endOfStream; // came while the listener was asked
    private SocketError _failure; // as above

    private ProxyTransport(EventLoop loop, ProxyGate gate, EndPoint? proxy)
    {
        _loop = loop;
        _gate = gate;
        _proxy = proxy;
    }

    private enum State : byte
    {
        /// <summary>The header is awaited, or has come in part.</summary>
        Reading,

        /// <summary>The listener, on another loop, is asked for the actor.</summary>
        Asking,

        /// <summary>It is out of the way.</summary>
        Passing,
    }

    public override EndPoint? RemoteEndPoint => _header is { IsProxied: true } header ? header.Source : _inner.RemoteEndPoint;

    public override EndPoint? LocalEndPoint
    {
        get
        {
            // Null at the end, whoever said it before.
            var own = _inner.LocalEndPoint;
            return own is not null && _header is { IsProxied: true } header ? header.Destination : own;
        }
    }

    public override bool CanShutdownSend => _inner.CanShutdownSend;

    /// <summary>Brings a socket that must begin with a header to a loop, wherever the caller is; false when the loop has ended.</summary>
    public static bool StartOn(EventLoop loop, AcceptedSocket socket, ProxyGate gate)
    {
        // Counted before it arrives, so that a burst of accepts is spread evenly.
        loop.CountConnection(1);
        var transport = new ProxyTransport(loop, gate, socket.RemoteEndPoint);
        if (loop.IsCurrent) transport.Start(socket);
        else if (!loop.Post(static s => s.transport.Start(s.socket), (transport, socket))) return Miss(loop);
        return true;
    }

    public override void Redirect(ITransportEvents events) => _events = events;

    public override void StartReceive() => _inner.StartReceive();

    public override void StopReceive() => _inner.StopReceive();

    public override int Send(ReadOnlySpan<Segment> segments) => _inner.Send(segments);

    public override int SendUncopied(ReadOnlySpan<byte> head, ReadOnlySpan<byte> data) => _inner.SendUncopied(head, data);

    public override int SendAtOnce(ReadOnlySpan<Segment> segments) => _inner.SendAtOnce(segments);

    public override bool IsSendUntold => _inner.IsSendUntold;

    public override void AnnounceEnd() => _inner.AnnounceEnd();

    public override void ShutdownSend() => _inner.ShutdownSend();

    public override void Close(bool reset)
    {
        _closed = true;
        _inner.Close(reset);
    }

    /// <summary>Has a connection take over.</summary>
    public void HandOver(ITransportEvents events)
    {
        _events = events;
        _state = State.Passing;
        _timer = null;
        LeaveLoop();
    }

    /// <summary>Drops the connection since the loop ends.</summary>
    public void Drop() => Close(reset: true);

    /// <summary>Drops the connection since its listener closes. One whose listener was asked is answered instead.</summary>
    public void OnListenerClosed(ProxyGate gate)
    {
        if (ReferenceEquals(gate, _gate) && _state == State.Reading) Close(reset: true);
    }

    void ITransportEvents.OnReceived(Span<byte> data)
    {
        if (_state == State.Passing) _events!.OnReceived(data);
        else if (_state == State.Asking) Hold(data);
        else if (!_closed) ReadHeader(data);
    }

    void ITransportEvents.OnEndOfStream()
    {
        if (_state == State.Passing) _events!.OnEndOfStream();
        else if (_state == State.Asking) _endOfStream = true;
        else Lose();
    }

    void ITransportEvents.OnFailed(SocketError error)
    {
        if (_state == State.Passing) _events!.OnFailed(error);
        else if (_state == State.Asking) _failure = error;
        else Lose();
    }

    void ITransportEvents.OnSendCompleted(int bytes) => _events!.OnSendCompleted(bytes);

    void ITransportEvents.OnClosed()
    {
        ReleaseHeld();
        if (_events is not null)
        {
            _events.OnClosed();
            return;
        }

        _timer!.Cancel();
        LeaveLoop();
    }

    private static bool Miss(EventLoop loop)
    {
        loop.CountConnection(-1);
        return false;
    }

    private void Start(AcceptedSocket socket)
    {
        _inner = _loop.Attach(socket, this);
        _loop.Register(this);
        _timer = _loop.CreateTimer(static me => me.Refuse("late"), this);
        _timer.Restart(_gate.HeaderTimeout);
        _inner.StartReceive();
    }

    private void LeaveLoop()
    {
        _loop.Unregister(this);
        _loop.CountConnection(-1);
    }

    private void ReadHeader(Span<byte> data)
    {
        var before = _heldLength;
        if (before > 0) Hold(data[..Math.Min(data.Length, ProxyHeaderReader.MaxSize - before)]);
        switch (ProxyHeaderReader.Read(before > 0 ? _held.AsSpan(0, _heldLength) : data, out _header, out var length))
        {
            case ProxyHeaderStatus.NeedMore:
                if (before == 0) Hold(data);
                break;
            case ProxyHeaderStatus.Malformed:
                Refuse("malformed");
                break;
            default:
                ReleaseHeld();
                _timer!.Cancel();
                Ask(data[(length - before)..]);
                break;
        }
    }

    /// <summary>Asks the listener for the actor of the client; the answer may come later.</summary>
    /// <param name="rest">What came behind the header.</param>
    private void Ask(Span<byte> rest)
    {
        if (_gate.ListenerLoop.IsCurrent)
        {
            Answer(_gate.Accept(RemoteEndPoint), rest);
            return;
        }

        _state = State.Asking;
        _inner.StopReceive();
        if (!rest.IsEmpty) Hold(rest);
        var posted = _gate.ListenerLoop.Post(
            static s =>
            {
                var events = s.me._gate.Accept(s.remote);
                s.me._loop.Post(static s => s.me.OnAnswered(s.events), (s.me, events));
            },
            (me: this, remote: RemoteEndPoint));
        // The listener's loop has ended, and the others are about to.
        if (!posted) Close(reset: true);
    }

    private void OnAnswered(ITcpConnectionEvents? events)
    {
        var held = _held;
        var length = _heldLength;
        (_held, _heldLength) = (null, 0);
        Answer(events, held.AsSpan(0, length));
        if (held is not null) _loop.Buffers.Return(held);
    }

    private void Answer(ITcpConnectionEvents? events, Span<byte> rest)
    {
        if (events is null)
        {
            Close(reset: false);
            return;
        }

        TcpConnection.StartOn(_loop, new ProxiedSocket(this, new ProxyConnectionInfo(_proxy, _header!)), events, _gate.Connection, _gate.Tls);
        // A callee that has stopped to receive meanwhile keeps what comes; see the contract of Transport.
        if (!rest.IsEmpty && !_closed) _events!.OnReceived(rest);
        if (_endOfStream && !_closed) _events!.OnEndOfStream();
        if (_failure != SocketError.Success && !_closed) _events!.OnFailed(_failure);
    }

    /// <summary>Ends a connection that the peer has ended. One that said nothing was a look whether somebody listens, and is no fault.</summary>
    private void Lose()
    {
        if (_heldLength > 0) Refuse("cut short");
        else Close(reset: false);
    }

    private void Refuse(string reason)
    {
        if (_closed) return;
        Close(reset: true);
        _gate.Refuse(_loop, _proxy, reason);
    }

    private void Hold(ReadOnlySpan<byte> data)
    {
        var total = _heldLength + data.Length;
        if (_held is null || _held.Length < total)
        {
            var larger = _loop.Buffers.Rent(total);
            _held.AsSpan(0, _heldLength).CopyTo(larger);
            if (_held is not null) _loop.Buffers.Return(_held);
            _held = larger;
        }

        data.CopyTo(_held.AsSpan(_heldLength));
        _heldLength = total;
    }

    private void ReleaseHeld()
    {
        if (_held is not null) _loop.Buffers.Return(_held);
        (_held, _heldLength) = (null, 0);
    }
}
