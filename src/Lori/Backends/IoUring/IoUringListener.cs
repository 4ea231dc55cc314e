// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using Lori.Backends.Linux;

namespace Lori.Backends.IoUring;

/// <summary>Accepts from a listening socket: an accept is pending, which takes connection after connection.</summary>
internal sealed unsafe class IoUringListener : BackendListener, IIoUringTarget
{
    private readonly DescriptorReserve _reserve = new();
    private readonly IoUringBackend _backend;
    private readonly Socket _socket;
    private readonly int _descriptor;
    private readonly IListenerEvents _events;
    private readonly int _slot;
    private readonly Queue<int> _early = new(); // accepted after SetAccepting(false), before that took effect
    private bool _accepting = true;
    private bool _pending;
    private bool _cancelled; // pending, but not for long
    private bool _changeScheduled;
    private bool _closed;

    public IoUringListener(IoUringBackend backend, Socket socket, IListenerEvents events)
    {
        _backend = backend;
        _socket = socket;
        _descriptor = (int)socket.Handle;
        _events = events;
        LocalEndPoint = socket.LocalEndPoint!;
        _ = _reserve.TryFill();
        _slot = backend.Register(this);
        ScheduleChange();
    }

    public override EndPoint LocalEndPoint { get; }

    public override void SetAccepting(bool accepting)
    {
        if (_closed || accepting == _accepting) return;
        _accepting = accepting;
        ScheduleChange();
    }

    public override void Close()
    {
        if (_closed) return;
        _closed = true;
        while (_early.TryDequeue(out var descriptor)) _ = Libc.Close(descriptor);
        if (_pending)
        {
            // The pending accept holds the socket. (Not shut down: another process may have it, too.)
            _backend.CancelNow(_slot, Operation.Accept);
        }
        else
        {
            _backend.Unregister(_slot);
        }

        _socket.Dispose();
        _reserve.Release();
        ListeningSocket.RemovePath(LocalEndPoint);
    }

    /// <summary>Submits what was asked for in this turn.</summary>
    public void ApplyChange()
    {
        _changeScheduled = false;
        if (_closed) return;
        if (!_accepting)
        {
            if (!_pending || _cancelled) return;
            _cancelled = true;
            _backend.Cancel(_slot, Operation.Accept);
            return;
        }

        while (_accepting && !_closed && _early.TryDequeue(out var descriptor)) Tell(descriptor);
        if (!_pending && _accepting && !_closed) Accept();
    }

    public void OnCompleted(Operation operation, int result, uint flags)
    {
        if ((flags & Kernel.HasMore) == 0) OnEnded();
        if (result >= 0)
        {
            if (_closed) _ = Libc.Close(result);
            else if (_accepting) Tell(result);
            else _early.Enqueue(result);
            return;
        }

        if (_closed || !_accepting) return;
        switch (-result)
        {
            case Errno.TooManyFiles or Errno.FileTableFull:
                Fail(SocketError.TooManyOpenSockets);
                break;
            case Errno.NoBuffers or Errno.NoMemory:
                Fail(SocketError.NoBufferSpaceAvailable);
                break;
            case Errno.Invalid or Errno.BadDescriptor:
                // The socket listens no more, and every accept would fail: another process has shut it down.
                Fail(Errno.ToSocketError(-result));
                break;
            case Errno.Again:
                // Older kernels do not wait on a socket that never blocks. (Newer ones do, and an inherited one may be others' too.)
                _socket.Blocking = true;
                break;
        }

        // accept(2): other errors are of the new connection itself (aborted, network down ...); the next is tried.
    }

    public void OnRingClosed()
    {
        // Closed before, by whoever ends the loop.
    }

    private void OnEnded()
    {
        _pending = _cancelled = false;
        if (_closed) _backend.Unregister(_slot);
        else ScheduleChange();
    }

    private void Accept()
    {
        // Not before the reserve is whole again: else the connections that wait would take it.
        if (!_reserve.TryFill())
        {
            Fail(SocketError.TooManyOpenSockets);
            return;
        }

        var submission = _backend.Submit(Opcode.Accept, _descriptor, _slot, Operation.Accept);
        submission->OperationFlags = Libc.SockCloexec;
        if (Ring.Has(_backend.Features, IoUringFeatures.AcceptMultishot)) submission->Priority = Kernel.AcceptMultishot;
        _pending = true;
    }

    /// <summary>Hands a connection over, unless the peer was faster and has reset it.</summary>
    private void Tell(int descriptor)
    {
        // One accept cannot give many addresses.
        var address = default(SocketAddressBytes);
        var length = SocketAddressBytes.Size;
        if (Libc.GetPeerName(descriptor, (byte*)&address, &length) == 0) _events.OnAccepted(new ConnectedDescriptor(descriptor, address));
        else _ = Libc.Close(descriptor);
    }

    private void Fail(SocketError error)
    {
        _reserve.Release();
        _events.OnAcceptFailed(error);
    }

    private void ScheduleChange()
    {
        if (_changeScheduled) return;
        _changeScheduled = true;
        _backend.ScheduleChange(this);
    }
}
