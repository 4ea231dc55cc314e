// SPDX-License-Identifier: MIT
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Lori.Backends.Linux;

namespace Lori.Backends.IoUring;

internal sealed unsafe partial class IoUringTransport
{
    // So many reads in a row must be small until a connection that sends much counts as one that sends little again.
    private const byte SmallReads = 16;

    private const uint EndEvents = Libc.EpollRdHup | Libc.EpollHup | Libc.EpollErr;

    private Operation _input; // the one operation that is pending: a receive, or a poll
    private bool _inputCancelled; // pending, but not for long
    private bool _receiving;
    private bool _endAnnounced; // a poll has told that the end, or an error, is there behind what is to be read
    private bool _endOfStream;
    private bool _readScheduled;
    private byte _untilSmall; // more than zero: it sends much
    private ushort _reads;
    private uint _readsOfTurn;

    /// <summary>
    /// Gets which operation is to be pending. Little is received by the ring: many connections in one call. Much is read when it is
    /// there, into the backend's one buffer, and dealt with before the next is: so it stays in the cache.
    /// </summary>
    private Operation WantedInput => _endOfStream ? Operation.Watch
        : _untilSmall > 0 ? Operation.Readable
        : _receiving ? Operation.Receive
        : Operation.Watch;

    public override void Redirect(ITransportEvents events) => _events = events;

    public override void StartReceive()
    {
        if (_receiving || _closed || _endOfStream) return;
        _receiving = true;
        // The poll has told, perhaps, and tells no more of what waits.
        if (_input == Operation.Readable) ScheduleRead();
        ScheduleChange();
    }

    public override void StopReceive()
    {
        if (!_receiving || _closed) return;
        _receiving = false;
        ScheduleChange();
    }

    /// <summary>Counts one more delivery in this turn; false when it has had its share.</summary>
    public bool TryCountRead()
    {
        if (_readsOfTurn != _backend.Turn) (_readsOfTurn, _reads) = (_backend.Turn, 0);
        if (_reads >= _backend.MaxReads) return false;
        _reads++;
        return true;
    }

    /// <summary>Reads what was left by the last turn, or may be there.</summary>
    public void ReadAgain()
    {
        _readScheduled = false;
        // Never beside a receive of the ring, whose bytes would come later and are the older ones.
        if (!_closed && _receiving && _input == Operation.Readable) Read();
    }

    /// <summary>Takes what the ring received.</summary>
    private void OnReceived(int result, uint flags)
    {
        if (result > 0)
        {
            CountLength(result);
            // Also after StopReceive, as the contract allows: the bytes have left the socket.
            if (!_closed) _events.OnReceived(_backend.Buffers.Received(flags, result));
            _backend.Buffers.Done(flags, result);
            return;
        }

        if ((flags & Kernel.HasBuffer) != 0) _backend.Buffers.Done(flags, 0);
        if (_closed) return;
        if (result == 0) EndReceive();
        // Without a buffer it is asked for again, at the end of the turn, when some have come back.
        else if (-result is not (Errno.NoBuffers or Errno.Cancelled or Errno.Interrupted or Errno.Again)) Fail(Errno.ToSocketError(-result));
    }

    /// <summary>Hears that there is something to read, or an error or hang-up.</summary>
    private void OnPolled(int events)
    {
        if (_closed || events < 0) return;
        // For good: the poll tells it once, perhaps while nobody reads.
        if ((events & EndEvents) != 0) _endAnnounced = true;
        if (_receiving && !_endOfStream)
        {
            if (_input == Operation.Readable) Read();
            return;
        }

        // A hang-up is no error: both sides have said that they send no more.
        if ((events & Libc.EpollErr) == 0) return;
        // It may have been taken by a send, which tells it.
        if (Libc.TakeError(_descriptor) is var error and not SocketError.Success) Fail(error);
    }

    private void Read()
    {
        var buffer = _backend.ReadBuffer;
        while (TryCountRead())
        {
            var received = (int)Libc.Receive(_descriptor, buffer, (nuint)_backend.ReadBufferSize, Libc.MsgDontWait);
            if (received > 0)
            {
                CountLength(received);
                _events.OnReceived(new Span<byte>(buffer, received));
                if (_closed || !_receiving) return;
                // A short read has emptied the socket, unless its end was announced: then that is read at once.
                if (received < _backend.ReadBufferSize && !_endAnnounced) return;
            }
            else if (received == 0)
            {
                EndReceive();
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

        // Others come first; and the poll tells a change, not that bytes are left.
        ScheduleRead();
    }

    private void EndReceive()
    {
        _receiving = false;
        _endOfStream = true;
        ScheduleChange();
        if (UntoldSendError is var error and not SocketError.Success) Fail(error);
        else if (!_failed) _events.OnEndOfStream();
    }

    /// <summary>Learns from each delivery whether the connection sends much.</summary>
    private void CountLength(int length)
    {
        var before = _untilSmall;
        if (length >= _backend.LargeRead) _untilSmall = SmallReads;
        else if (before > 0) _untilSmall--;
        if ((before > 0) != (_untilSmall > 0)) ScheduleChange();
    }

    private void ScheduleRead()
    {
        if (_readScheduled) return;
        _readScheduled = true;
        _backend.ScheduleRead(this);
    }

    /// <summary>Has the wanted operation pending, and no other: one after the other, so that an error is told by one only.</summary>
    private void ApplyInput()
    {
        var wanted = WantedInput;
        // Also when it was cancelled, before it was wanted again: it ends, and then begins anew.
        if (_input == wanted) return;
        if (_input != Operation.None) CancelInput();
        else SubmitInput(wanted);
    }

    private void SubmitInput(Operation operation)
    {
        _input = operation;
        if (operation == Operation.Receive)
        {
            var receive = _backend.Submit(Opcode.Receive, _descriptor, _slot, operation);
            receive->Flags = Kernel.SelectBuffer;
            receive->BufferGroup = BufferRing.Group;
            if (Ring.Has(_backend.Features, IoUringFeatures.ReceiveMultishot)) receive->Priority = Kernel.ReceiveMultishot;
            else receive->Length = (uint)_backend.Buffers.Size;
            return;
        }

        // At each change, so that a hang-up comes once. Errors and hang-ups are told in any case.
        var poll = _backend.Submit(Opcode.PollAdd, _descriptor, _slot, operation);
        poll->Length = Kernel.PollMultishot;
        if (operation == Operation.Readable) poll->OperationFlags = Libc.EpollIn | Libc.EpollRdHup;
    }

    private void CancelInput()
    {
        if (_inputCancelled) return;
        _inputCancelled = true;
        _backend.Cancel(_slot, _input);
    }

    private void OnInputEnded()
    {
        _input = Operation.None;
        _inputCancelled = false;
        // Again, or another: a receive ran out of buffers, or was one of one delivery.
        if (!_closed) ScheduleChange();
    }
}
