// SPDX-License-Identifier: MIT
using Lori.Backends.Linux;

namespace Lori.Backends.IoUring;

internal sealed unsafe partial class IoUringTransport
{
    private bool _receiving;
    private bool _receivePending; // and may deliver again and again
    private bool _receiveCancelled; // pending, but not for long
    private bool _endOfStream;
    private bool _watchPending;
    private bool _watchCancelled;
    private ushort _reads;
    private uint _readsOfTurn;

    public override void Redirect(ITransportEvents events) => _events = events;

    public override void StartReceive()
    {
        if (_receiving || _closed || _endOfStream) return;
        _receiving = true;
        ScheduleChange();
    }

    public override void StopReceive()
    {
        if (!_receiving || _closed) return;
        _receiving = false;
        ScheduleChange();
    }

    /// <summary>Counts one more delivery in this turn; false when it has had its share.</summary>
    public bool TryCountRead(int most)
    {
        if (_readsOfTurn != _backend.Turn) (_readsOfTurn, _reads) = (_backend.Turn, 0);
        if (_reads >= most) return false;
        _reads++;
        return true;
    }

    private void OnReceived(int result, uint flags)
    {
        if ((flags & Kernel.HasMore) == 0)
        {
            _receivePending = _receiveCancelled = false;
            // Again, if that is still wanted: it ran out of buffers, or was one of one delivery.
            if (!_closed) ScheduleChange();
        }

        if (result > 0)
        {
            // Also after StopReceive, as the contract allows: the bytes have left the socket.
            if (!_closed) _events.OnReceived(_backend.Buffers.Received(flags, result));
            _backend.Buffers.Done(flags, result);
        }
        else if ((flags & Kernel.HasBuffer) != 0)
        {
            _backend.Buffers.Done(flags, 0);
        }

        if (result > 0 || _closed) return;
        if (result == 0) EndReceive();
        else if (-result is not (Errno.NoBuffers or Errno.Cancelled or Errno.Interrupted or Errno.Again)) Fail(Errno.ToSocketError(-result));
    }

    private void EndReceive()
    {
        _receiving = false;
        _endOfStream = true;
        _events.OnEndOfStream();
    }

    private void OnWatched(int result, uint flags)
    {
        if ((flags & Kernel.HasMore) == 0)
        {
            _watchPending = _watchCancelled = false;
            // Ended by a cancellation, or for want of room for its completion.
            if (!_closed && (result < 0 || (result & Libc.EpollErr) == 0)) ScheduleChange();
        }

        // A hang-up is no error: both sides have said that they send no more.
        if (_closed || result <= 0 || (result & Libc.EpollErr) == 0) return;
        var error = Libc.TakeError(_descriptor);
        // It may have been taken by a send, which tells it.
        if (error != System.Net.Sockets.SocketError.Success) Fail(error);
    }

    private void SubmitReceive()
    {
        var submission = _backend.Submit(Opcode.Receive, _descriptor, _slot, Operation.Receive);
        submission->Flags = Kernel.SelectBuffer;
        submission->BufferGroup = BufferRing.Group;
        if (Ring.Has(_backend.Features, IoUringFeatures.ReceiveMultishot)) submission->Priority = Kernel.ReceiveMultishot;
        else submission->Length = (uint)_backend.Buffers.Size;
        _receivePending = true;
    }

    private void CancelReceive()
    {
        if (_receiveCancelled) return;
        _receiveCancelled = true;
        _backend.Cancel(_slot, Operation.Receive);
    }

    private void SubmitWatch()
    {
        // For errors and hang-ups, which a poll always tells; at each change, so that a hang-up comes once.
        var submission = _backend.Submit(Opcode.PollAdd, _descriptor, _slot, Operation.Watch);
        submission->Length = Kernel.PollMultishot;
        _watchPending = true;
    }

    private void CancelWatch()
    {
        if (_watchCancelled) return;
        _watchCancelled = true;
        _backend.Cancel(_slot, Operation.Watch);
    }
}
