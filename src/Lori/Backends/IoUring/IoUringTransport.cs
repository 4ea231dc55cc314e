// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using Lori.Backends.Linux;

namespace Lori.Backends.IoUring;

/// <summary>
/// Is one connected socket under io_uring. Of its operations each is pending once at most; what the loop wants of it is
/// noted, and made so at the end of the turn.
/// </summary>
internal sealed unsafe partial class IoUringTransport : Transport, IIoUringTarget
{
    private readonly IoUringBackend _backend;
    private ITransportEvents _events;
    private readonly SocketAddressBytes _peer;
    private readonly int _descriptor;
    private readonly int _slot;
    private bool _changeScheduled;
    private bool _failed; // and it was told
    private bool _closed;
    private bool _reset;
    private bool _ended; // the descriptor is closed
    private bool _cancelled; // what was pending when it was closed

    public IoUringTransport(IoUringBackend backend, ConnectedDescriptor socket, ITransportEvents events)
    {
        _backend = backend;
        _events = events;
        _peer = socket.Address;
        _descriptor = socket.Take();
        _slot = backend.Register(this);
        // Watched from the start, also when nobody receives: a reset is told in any case.
        ScheduleChange();
    }

    public bool IsClosed => _closed;

    public override EndPoint? RemoteEndPoint => _peer.ToEndPoint();

    public override EndPoint? LocalEndPoint
    {
        get
        {
            if (_ended) return null;
            var address = default(SocketAddressBytes);
            var length = SocketAddressBytes.Size;
            return Libc.GetSockName(_descriptor, (byte*)&address, &length) == 0 ? address.ToEndPoint() : null;
        }
    }

    private bool HasPending => _input != Operation.None || _sendState != SendState.Idle;

    public override void ShutdownSend() => _ = Libc.Shutdown(_descriptor, Libc.ShutWr);

    public override void Close(bool reset)
    {
        if (_closed) return;
        _closed = true;
        _reset = reset;
        _backend.ScheduleClose(this);
    }

    public void OnCompleted(Operation operation, int result, uint flags)
    {
        if (operation == Operation.PatientSend)
        {
            OnPatientSendCompleted(result);
        }
        else
        {
            if ((flags & Kernel.HasMore) == 0) OnInputEnded();
            if (operation == Operation.Receive) OnReceived(result, flags);
            else OnPolled(result);
        }

        // The last one: what was closed can be closed now.
        if (_closed && !_ended && !HasPending) _backend.ScheduleClose(this);
    }

    /// <summary>Submits what was asked for in this turn.</summary>
    public void ApplyChange()
    {
        _changeScheduled = false;
        if (!_closed && !_failed) ApplyInput();
    }

    /// <summary>Closes the descriptor and tells the end, at the end of a turn, unless operations are to end before.</summary>
    /// <param name="givesUp">Whether these are left to the kernel.</param>
    public void TryEnd(bool givesUp)
    {
        if (_ended) return;
        if (HasPending && !givesUp)
        {
            CancelPending();
            return;
        }

        CloseDescriptor();
        // Given up, the number and the block that is in flight are not used again: a completion may come all the same.
        if (!HasPending) _backend.Unregister(_slot);
        _events.OnClosed();
    }

    public void OnRingClosed()
    {
        if (!_ended) CloseDescriptor();
    }

    private void CancelPending()
    {
        if (_cancelled) return;
        _cancelled = true;
        if (_input != Operation.None) CancelInput();
        // One that was just submitted does not wait.
        if (_sendState == SendState.Patient) _backend.Cancel(_slot, Operation.PatientSend);
    }

    private void CloseDescriptor()
    {
        _ended = true;
        if (_reset)
        {
            var linger = stackalloc int[2] { 1, 0 }; // on, no time: close sends RST
            _ = Libc.SetSockOpt(_descriptor, Libc.SolSocket, Libc.SoLinger, linger, 2 * sizeof(int));
        }

        _ = Libc.Close(_descriptor);
    }

    private void Fail(SocketError error)
    {
        if (_failed || _closed) return;
        _failed = true;
        _events.OnFailed(error);
    }

    private void ScheduleChange()
    {
        if (_changeScheduled) return;
        _changeScheduled = true;
        _backend.ScheduleChange(this);
    }
}
