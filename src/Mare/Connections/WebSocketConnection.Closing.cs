// SPDX-License-Identifier: MIT
using System.Buffers;
using System.Text;
using Lori;
using Mare.Protocol;

namespace Mare;

public sealed partial class WebSocketConnection
{
    /// <summary>
    /// Closes the connection: all that was accepted goes out, then the close frame; sends answer Closed from now on, and
    /// messages that still come are discarded. OnClosed comes when the peer has answered and TCP has
    /// ended; a peer that never answers is given <see cref="WebSocketServerOptions.CloseTimeout"/>, then the linger time. Does nothing when closing already, nor before
    /// OnOpen: refuse in OnUpgradeRequest instead. Any thread. RFC 6455, section 7.1.2.
    /// </summary>
    /// <param name="code">Why. Default <see cref="CloseCode.Normal"/>.</param>
    /// <param name="reason">More about it, for people: at most 123 bytes of UTF-8.</param>
    /// <exception cref="ArgumentException">The code may not be sent, or the reason is too long.</exception>
    public void Close(CloseCode code = CloseCode.Normal, string reason = "")
    {
        ArgumentNullException.ThrowIfNull(reason);
        CloseFrame.Validate(code, reason);
        if (_loop.IsCurrent) BeginClose(code, reason);
        else CloseFromElsewhere(code, reason);
    }

    /// <summary>
    /// Drops the connection at once, without a close frame: the peer sees a reset. What was accepted and not sent is lost, and
    /// counted in <see cref="UnsentBytes"/>; what came and was not delivered is lost too. Any thread.
    /// </summary>
    public void Abort()
    {
        if (_loop.IsCurrent) Drop();
        else _loop.Post(static me => me.Drop(), this);
    }

    /// <summary>Takes an exception that escaped the actor: 1011, and nobody else is touched.</summary>
    internal void OnActorException(Exception exception)
    {
        if (_opening is not null)
        {
            _opening.Fail(exception, _actor);
            return;
        }

        Log.ActorFailed(_server.Logger, ActorName, exception);
        BeginClose(CloseCode.InternalError, "");
    }

    /// <summary>Ends the connection since the server stops: by this code when open, else at once. Loop only.</summary>
    internal void Stop(CloseCode code, string reason)
    {
        if (_opening is not null) _opening.Stop();
        else BeginClose(code, reason);
    }

    private void Drop()
    {
        if (_open) ClosedBy = CloseInitiator.Self;
        LeaveOpen();
        _tcp.Abort();
    }

    /// <summary>Hands a close to the loop; false when another came first.</summary>
    private bool CloseFromElsewhere(CloseCode code, string reason)
    {
        // Before it is open there is nothing to close, and its inbox is still needed.
        if (!IsOpen) return false;
        var buffer = ArrayPool<byte>.Shared.Rent(CloseFrame.MaxSize);
        BitConverter.TryWriteBytes(buffer, (ushort)code);
        var length = sizeof(ushort) + Encoding.UTF8.GetBytes(reason, buffer.AsSpan(sizeof(ushort)));
        var status = _tcp.SendForeign(ForeignClose, buffer.AsSpan(0, length), isLast: true);
        ArrayPool<byte>.Shared.Return(buffer);
        return status.IsAccepted();
    }

    private void BeginClose(CloseCode code, string reason)
    {
        if (!_open) return;
        _tcp.DrainInbox();
        // What another thread sent before may have been a close.
        if (!_open) return;
        EndSending(CloseInitiator.Self, (CloseStatus)code, reason);
        Span<byte> frame = stackalloc byte[CloseFrame.MaxSize];
        WriteClose(frame[.._protocol.StartClose(frame, code, reason)]);
        // Frames are read on, for the answer; a paused connection would never see it.
        ReadOnForClose();
        _timer.Restart(_server.Options.CloseTimeout);
    }

    /// <summary>Answers the peer's close frame, or takes it as the answer to ours; the server then ends TCP. RFC 6455, section 7.1.1.</summary>
    private void OnPeerClose(CloseStatus status, ReadOnlySpan<byte> reason)
    {
        if (_open) EndSending(CloseInitiator.Peer, status, Encoding.UTF8.GetString(reason));
        Span<byte> frame = stackalloc byte[CloseFrame.MaxSize];
        WriteClose(frame[.._protocol.AnswerClose(frame)]);
        EndTcp();
    }

    /// <summary>Fails the connection: the close frame says why, and no answer is awaited. RFC 6455, section 7.1.7.</summary>
    private void FailConnection(ProtocolError error)
    {
        Log.Failed(_server.Logger, error);
        if (Counts.Of(error) is { } what) _server.Count(_loop, what);
        if (_open) EndSending(CloseInitiator.Self, (CloseStatus)ProtocolErrors.CloseCodeOf(error), ProtocolErrors.ReasonOf(error));
        Span<byte> frame = stackalloc byte[CloseFrame.MaxSize];
        WriteClose(frame[.._protocol.FailClose(frame, error)]);
        EndTcp();
    }

    /// <summary>Ends TCP, which has bounds of its own from here on: no close frame is awaited any more.</summary>
    private void EndTcp()
    {
        _timer.Cancel();
        _tcp.Close();
    }

    private void EndSending(CloseInitiator initiator, CloseStatus status, string reason)
    {
        LeaveOpen();
        ClosedBy = initiator;
        _closeStatus = status;
        _closeReason = reason;
        _tcp.SealSends();
    }

    private void WriteClose(ReadOnlySpan<byte> frame)
    {
        if (frame.IsEmpty) return;
        _tcp.WriteWire(frame);
        _tcp.AfterWrite();
    }

    private void OnCloseTimeout()
    {
        // The peer never answered. TCP's own end, with its linger limits, is all that is left.
        Log.CloseTimedOut(_server.Logger);
        _server.Count(_loop, Counted.CloseTimedOut);
        _tcp.Close();
    }
}
