// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;
using Lori.Backends.Linux;

namespace Lori.Backends.IoUring;

internal sealed unsafe partial class IoUringTransport
{
    // The kernel takes up to 1,024; past 64 blocks (1 MiB) a socket buffer is full anyhow.
    private const int MaxVectors = 64;

    // What the kernel says of a send that went out whole: nothing.
    private const int Whole = int.MaxValue;

    private SendState _sendState;
    private Segment _pending; // what is in flight

    private enum SendState : byte
    {
        Idle,

        /// <summary>In the ring, or taken by the kernel, which is done with it then.</summary>
        Submitted,

        /// <summary>The kernel's until the socket is writable.</summary>
        Patient,
    }

    /// <summary>Gets or sets the position of the send in the ring.</summary>
    public uint SendPosition { get; set; }

    /// <summary>Gets or sets what the kernel said of the send.</summary>
    public int SendResult { get; set; }

    public override int Send(ReadOnlySpan<Segment> segments)
    {
        if (_closed || _failed) return 0;
        if (segments.Length == 1)
        {
            SubmitSend(segments[0]);
            return 0;
        }

        // Much at once: the copying of it outweighs a system call, and whoever sends so much wants to know what was taken.
        var sent = SendNow(segments);
        if (sent > 0) return (int)sent;
        // Not now; or broken, which its completion tells.
        SubmitPatientSend(segments[0]);
        return 0;
    }

    /// <summary>Tells the end of the submitted send, now that the kernel has taken it.</summary>
    public void OnSendTaken()
    {
        var result = SendResult;
        if (result is -Errno.Again or -Errno.Interrupted && !_closed)
        {
            SubmitPatientSend(_pending);
            return;
        }

        CompleteSend(result == Whole ? _pending.Length : result);
        if (_closed && !_ended && !HasPending) _backend.ScheduleClose(this);
    }

    private void OnPatientSendCompleted(int result)
    {
        if (result is -Errno.Again or -Errno.Interrupted && !_closed) SubmitPatientSend(_pending);
        else CompleteSend(result);
    }

    private void CompleteSend(int result)
    {
        _sendState = SendState.Idle;
        _pending = default;
        if (_closed) return;
        if (result > 0) _events.OnSendCompleted(result);
        else Fail(Errno.ToSocketError(-result));
    }

    private void SubmitSend(Segment segment)
    {
        _sendState = SendState.Submitted;
        _pending = segment;
        SendResult = Whole;
        _backend.SubmitSend(this, _descriptor, _slot, segment.Block.Pointer + segment.Offset, segment.Length);
    }

    private void SubmitPatientSend(Segment segment)
    {
        _sendState = SendState.Patient;
        _pending = segment;
        var submission = _backend.Submit(Opcode.Send, _descriptor, _slot, Operation.PatientSend);
        submission->Address = (ulong)(segment.Block.Pointer + segment.Offset);
        submission->Length = (uint)segment.Length;
        submission->OperationFlags = Libc.MsgNoSignal;
    }

    /// <summary>Sends what the socket takes now: the bytes taken, 0 when it takes none or is broken.</summary>
    private nint SendNow(ReadOnlySpan<Segment> segments)
    {
        var count = Math.Min(segments.Length, MaxVectors);
        var vectors = stackalloc Libc.IoVector[MaxVectors];
        for (var i = 0; i < count; i++)
        {
            vectors[i].Base = segments[i].Block.Pointer + segments[i].Offset;
            vectors[i].Length = (nuint)segments[i].Length;
        }

        var message = new Libc.MessageHeader { Vectors = vectors, VectorCount = (nuint)count };
        nint sent;
        do sent = Libc.SendMessage(_descriptor, &message, Libc.MsgNoSignal | Libc.MsgDontWait);
        while (sent < 0 && Marshal.GetLastPInvokeError() == Errno.Interrupted);
        return Math.Max(0, sent);
    }
}
