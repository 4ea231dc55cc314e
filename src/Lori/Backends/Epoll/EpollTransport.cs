// SPDX-License-Identifier: MIT
using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Lori.Backends.Linux;

namespace Lori.Backends.Epoll;

/// <summary>Is one connected socket under epoll.</summary>
internal sealed unsafe class EpollTransport : Transport, IEpollTarget
{
    // The kernel takes up to 1,024; past 64 blocks (1 MiB) a socket buffer is full anyhow.
    private const int MaxVectors = 64;
    private const int NotRegistered = -1;
    private const uint EndEvents = Libc.EpollRdHup | Libc.EpollHup | Libc.EpollErr;

    private readonly EpollBackend _backend;
    private ITransportEvents _events;
    private readonly SocketAddressBytes _peer;
    private readonly int _descriptor;
    private int _slot = NotRegistered;
    private uint _interest;
    private Segment[]? _pending; // what is in flight, while the socket takes no more
    private SocketError _sendError; // what a send has met, inside a call: the next event tells it
    private bool _failed; // and it was told
    private bool _receiving;
    private bool _ended; // no more bytes will come: EOF, or both directions are shut
    private bool _hungUp; // both directions are shut, and epoll was told to forget it
    private bool _changeScheduled;
    private bool _closed;
    private bool _reset;
    private bool _endFollows;

    public EpollTransport(EpollBackend backend, ConnectedDescriptor socket, ITransportEvents events)
    {
        _backend = backend;
        _events = events;
        _peer = socket.Address;
        _descriptor = socket.Take();
        // Watched from the start, also when nobody receives: a reset is told in any case.
        ScheduleChange();
    }

    public override EndPoint? RemoteEndPoint => _peer.ToEndPoint();

    public override EndPoint? LocalEndPoint
    {
        get
        {
            if (_slot == NotRegistered && _closed) return null;
            var address = default(SocketAddressBytes);
            var length = SocketAddressBytes.Size;
            return Libc.GetSockName(_descriptor, (byte*)&address, &length) == 0 ? address.ToEndPoint() : null;
        }
    }

    public override void Redirect(ITransportEvents events) => _events = events;

    public override void StartReceive()
    {
        if (_receiving || _closed || _ended) return;
        _receiving = true;
        ScheduleChange();
    }

    public override void StopReceive()
    {
        if (!_receiving || _closed) return;
        _receiving = false;
        ScheduleChange();
    }

    public override int Send(ReadOnlySpan<Segment> segments)
    {
        // Broken: the next event tells it.
        if (_closed || IsBroken) return 0;
        var sent = TrySend(segments);
        if (sent > 0) return (int)sent;
        if (sent < 0)
        {
            NoteSendError();
            return 0;
        }

        // Not now: the blocks are ours until the socket is writable.
        _pending = segments[..Math.Min(segments.Length, MaxVectors)].ToArray();
        ScheduleChange();
        return 0;
    }

    public override int SendUncopied(ReadOnlySpan<byte> head, ReadOnlySpan<byte> data)
    {
        if (_closed || IsBroken || _pending is not null) return 0;
        var sent = DirectSend.Send(_descriptor, head, data);
        if (sent >= 0) return sent;
        NoteSendError();
        return 0;
    }

    public override void AnnounceEnd() => _endFollows = true;

    public override void ShutdownSend() => _ = Libc.Shutdown(_descriptor, Libc.ShutWr);

    public override void Close(bool reset)
    {
        if (_closed) return;
        _closed = true;
        _reset = reset;
        _backend.ScheduleClose(this);
    }

    public void OnEvents(uint events)
    {
        // Closed in this turn, by a callback that came before this event.
        if (_closed) return;
        if (_receiving && (events & (Libc.EpollIn | EndEvents)) != 0) Receive(events);
        if (_closed) return;
        if (_sendError != SocketError.Success)
        {
            Fail(_sendError);
            return;
        }

        if (_pending is not null && (events & (Libc.EpollOut | Libc.EpollHup | Libc.EpollErr)) != 0) ResumeSend();
        if (_closed || _receiving) return;
        // Nobody reads, and these two cannot be masked: report a broken connection, stop watching one that is shut.
        if ((events & Libc.EpollErr) != 0) Fail(Libc.TakeError(_descriptor));
        else if ((events & Libc.EpollHup) != 0) StopWatching();
    }

    /// <summary>Tells the kernel, once a turn, which events we want now.</summary>
    public void ApplyInterest()
    {
        _changeScheduled = false;
        if (_closed) return;
        var wanted = 0u;
        if (_receiving && !_ended) wanted |= Libc.EpollIn | Libc.EpollRdHup;
        // A broken socket is writable: so the event comes that tells it.
        if (_pending is not null || _sendError != SocketError.Success) wanted |= Libc.EpollOut;
        try
        {
            // What is shut in both directions is watched again only for a reason: its hang-up would come again.
            if (_slot == NotRegistered && _hungUp && wanted == 0) return;
            if (_slot == NotRegistered) _slot = _backend.Register(this, _descriptor, wanted);
            else if (wanted != _interest) _backend.Change(_descriptor, _slot, wanted);
            _interest = wanted;
        }
        catch (Win32Exception)
        {
            // The kernel has no memory, or the user no watches left, for one more descriptor: that ends this connection.
            Fail(SocketError.NoBufferSpaceAvailable);
        }
    }

    /// <summary>Closes the descriptor, at the end of the turn.</summary>
    public void CloseNow()
    {
        if (_reset)
        {
            var linger = stackalloc int[2] { 1, 0 }; // on, no time: close sends RST
            _ = Libc.SetSockOpt(_descriptor, Libc.SolSocket, Libc.SoLinger, linger, 2 * sizeof(int));
        }

        _ = Libc.Close(_descriptor);
        if (_slot != NotRegistered) _backend.FreeSlot(_slot);
        _slot = NotRegistered;
        _pending = null;
        _events.OnClosed();
    }

    private void Receive(uint events)
    {
        for (var reads = 0; reads < _backend.MaxReads; reads++)
        {
            var received = (int)Libc.Receive(_descriptor, _backend.ReceiveBuffer, (nuint)_backend.ReceiveBufferSize, 0);
            if (received > 0)
            {
                _events.OnReceived(new Span<byte>(_backend.ReceiveBuffer, received));
                if (_closed || !_receiving) return;
                // A short read has emptied the socket, unless its end was announced: then that is read at once.
                if (received < _backend.ReceiveBufferSize && (events & EndEvents) == 0) return;
            }
            else if (received == 0)
            {
                _receiving = false;
                _ended = true;
                ScheduleChange();
                // A reset that a send has met is told by that send alone: the kernel says it once, and then that the stream has ended.
                if (!IsBroken) _events.OnEndOfStream();
                return;
            }
            else
            {
                var error = Marshal.GetLastPInvokeError();
                if (error == Errno.Interrupted) continue;
                if (error != Errno.Again) Fail(Errno.ToSocketError(error));
                return;
            }
        }
    }

    private void ResumeSend()
    {
        var sent = TrySend(_pending);
        if (sent == 0) return;
        if (sent < 0)
        {
            Fail(Errno.ToSocketError(Marshal.GetLastPInvokeError()));
            return;
        }

        _pending = null;
        ScheduleChange();
        _events.OnSendCompleted((int)sent);
    }

    /// <summary>Keeps the error that the thread has of a send: nothing is told from inside a call.</summary>
    private void NoteSendError()
    {
        _sendError = Errno.ToSocketError(Marshal.GetLastPInvokeError());
        ScheduleChange();
    }

    private void Fail(SocketError error)
    {
        if (_failed || _closed) return;
        _failed = true;
        _events.OnFailed(error);
    }

    /// <summary>Sends what the socket takes now: the bytes taken, 0 when it takes none, -1 when it is broken.</summary>
    private nint TrySend(ReadOnlySpan<Segment> segments)
    {
        while (true)
        {
            var sent = segments.Length == 1 ? SendOne(segments[0]) : SendMany(segments);
            if (sent >= 0) return sent;
            var error = Marshal.GetLastPInvokeError();
            if (error == Errno.Again) return 0;
            if (error != Errno.Interrupted) return -1;
        }
    }

    private bool IsBroken => _failed || _sendError != SocketError.Success;

    private int SendFlags => _endFollows ? Libc.MsgNoSignal | Libc.MsgMore : Libc.MsgNoSignal;

    private nint SendOne(Segment segment) =>
        Libc.Send(_descriptor, segment.Block.Pointer + segment.Offset, (nuint)segment.Length, SendFlags);

    private nint SendMany(ReadOnlySpan<Segment> segments)
    {
        var vectors = stackalloc Libc.IoVector[MaxVectors];
        var message = new Libc.MessageHeader { Vectors = vectors };
        message.Describe(segments[..Math.Min(segments.Length, MaxVectors)]);
        return Libc.SendMessage(_descriptor, &message, SendFlags);
    }

    private void ScheduleChange()
    {
        if (_changeScheduled) return;
        _changeScheduled = true;
        _backend.ScheduleChange(this);
    }

    /// <summary>Takes the descriptor out of epoll: a hang-up would be reported without end while nobody reads.</summary>
    private void StopWatching()
    {
        if (_slot == NotRegistered) return;
        _backend.Remove(_descriptor, _slot);
        _backend.FreeSlot(_slot);
        _slot = NotRegistered;
        _interest = 0;
        _hungUp = true;
    }
}
