// SPDX-License-Identifier: MIT
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Lori.Backends.Linux;

namespace Lori.Backends.IoUring;

internal sealed unsafe partial class IoUringTransport
{
    // Past 64 blocks (1 MiB) a socket buffer is full anyhow.
    private const int MaxVectors = 64;

    // What the kernel takes (UIO_MAXIOV): it refuses more. Small sends that alternate between connections make many.
    private const int MaxSubmittedVectors = 1024;

    // What the kernel says of a send that went out whole: nothing.
    private const int Whole = int.MaxValue;

    private SendState _sendState;
    private Segment _pending; // what is in flight, or the first of it
    private int _pendingLength; // all of what was submitted
    private bool _endFollows;
    private SocketError _sendError; // what a send has met, inside a call

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

    public override bool IsSendUntold => _sendState == SendState.Submitted;

    /// <summary>Gets what a send has met, which is not told yet: the kernel says it once, and then that the stream has ended.</summary>
    private SocketError UntoldSendError => _sendState == SendState.Submitted && SendResult is < 0 and not (-Errno.Again or -Errno.Interrupted)
        ? Errno.ToSocketError(-SendResult)
        : _sendError;

    /// <summary>Gets the flags of each send: where the end follows, the last bytes wait for it.</summary>
    private int SendFlags => _endFollows ? Libc.MsgNoSignal | Libc.MsgMore : Libc.MsgNoSignal;

    public override void AnnounceEnd() => _endFollows = true;

    public override int Send(ReadOnlySpan<Segment> segments)
    {
        if (_closed || _failed) return 0;
        if (segments.Length > MaxSubmittedVectors) segments = segments[..MaxSubmittedVectors];
        var length = Length(segments);
        if (length <= LargestDeferred && _backend.TrySubmitSend(this, _descriptor, _slot, segments, SendFlags))
        {
            (_sendState, _pending, _pendingLength, SendResult) = (SendState.Submitted, segments[0], length, Whole);
            return 0;
        }

        return SendAtOnce(segments);
    }

    // Much at once: copying it outweighs a system call, and whoever sends so much wants to know what was taken.
    public override int SendAtOnce(ReadOnlySpan<Segment> segments)
    {
        if (_closed || _failed) return 0;
        var sent = SendNow(segments);
        if (sent > 0) return sent;
        // Not now; or broken, which its completion tells.
        SubmitPatientSend(segments[0]);
        return 0;
    }

    public override int SendUncopied(ReadOnlySpan<byte> head, ReadOnlySpan<byte> data)
    {
        if (_closed || _failed || _sendState != SendState.Idle) return 0;
        var sent = DirectSend.Send(_descriptor, head, data);
        if (sent >= 0) return sent;
        NoteSendError();
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

        CompleteSend(result == Whole ? _pendingLength : result);
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

    private void SubmitPatientSend(Segment segment)
    {
        _sendState = SendState.Patient;
        _pending = segment;
        var submission = _backend.Submit(Opcode.Send, _descriptor, _slot, Operation.PatientSend);
        submission->Address = (ulong)(segment.Block.Pointer + segment.Offset);
        submission->Length = (uint)segment.Length;
        submission->OperationFlags = (uint)SendFlags;
    }

    private static int Length(ReadOnlySpan<Segment> segments)
    {
        var length = 0L;
        foreach (ref readonly var segment in segments) length += segment.Length;
        return (int)Math.Min(int.MaxValue, length);
    }

    /// <summary>Sends what the socket takes now: the bytes taken, 0 when it takes none or is broken.</summary>
    private int SendNow(ReadOnlySpan<Segment> segments)
    {
        var vectors = stackalloc Libc.IoVector[MaxVectors];
        var message = new Libc.MessageHeader { Vectors = vectors };
        message.Describe(segments[..Math.Min(segments.Length, MaxVectors)]);
        var sent = DirectSend.Send(_descriptor, &message, SendFlags);
        if (sent < 0) NoteSendError();
        return Math.Max(0, sent);
    }

    /// <summary>Keeps the error that the thread has of a send: what is sent next fails too, and tells, unless the end is read before.</summary>
    private void NoteSendError() => _sendError = Errno.ToSocketError(Marshal.GetLastPInvokeError());
}
