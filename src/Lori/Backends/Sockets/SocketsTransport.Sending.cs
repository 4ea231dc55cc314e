// SPDX-License-Identifier: MIT
using System.Net.Sockets;

namespace Lori.Backends.Sockets;

internal sealed partial class SocketsTransport
{
    // .NET describes up to so many to the kernel on its stack (Unix: 8, Windows: 16), and allocates for more.
    private const int MaxSegments = 8;

    private SocketsOperation? _send; // a send that could not be done at once
    private bool _sendPending; // its block is the system's

    public override int Send(ReadOnlySpan<Segment> segments)
    {
        // Broken: the failure is about to be told.
        if (_closed || _failure != SocketError.Success) return 0;
        SocketError error;
        try
        {
            var sent = SendNow(segments, out error);
            if (error == SocketError.WouldBlock) sent = SendLater(segments[0], out error);
            if (error == SocketError.Success) return sent;
        }
        catch (ObjectDisposedException)
        {
            if (_send is not null) ReturnSend();
            error = SocketError.OperationAborted;
        }

        Fail(error);
        return 0;
    }

    /// <summary>Sends what the socket takes now.</summary>
    private int SendNow(ReadOnlySpan<Segment> segments, out SocketError error)
    {
        if (segments.Length == 1)
        {
            var (block, offset, length) = (segments[0].Block, segments[0].Offset, segments[0].Length);
            return _socket.Send(block.Array.AsSpan(offset, length), SocketFlags.None, out error);
        }

        var gather = _backend.Gather;
        gather.Clear();
        foreach (var segment in segments[..Math.Min(segments.Length, MaxSegments)])
            gather.Add(new ArraySegment<byte>(segment.Block.Array, segment.Offset, segment.Length));
        return _socket.Send(gather, SocketFlags.None, out error);
    }

    /// <summary>Has the system send one segment when it can; the rest is tried again after that.</summary>
    /// <returns>0 while it is pending; what was sent if it could after all.</returns>
    private int SendLater(Segment first, out SocketError error)
    {
        error = SocketError.Success;
        _send = _backend.Rent(this);
        _send.SetBuffer(first.Block.Array, first.Offset, first.Length);
        _sendPending = _socket.SendAsync(_send);
        if (_sendPending) return 0;
        error = _send.SocketError;
        var sent = _send.BytesTransferred;
        ReturnSend();
        return sent;
    }

    private void OnSent()
    {
        _sendPending = false;
        // While it was pending the end could not be told.
        if (_disposed) _backend.ScheduleClose(this);
        else if (!_closed) _backend.Enqueue(this);
    }

    private void TellSent()
    {
        var (sent, error) = (_send!.BytesTransferred, _send.SocketError);
        ReturnSend();
        if (error == SocketError.Success) _events.OnSendCompleted(sent);
        else Fail(error);
    }

    private void ReturnSend()
    {
        _backend.Return(_send!);
        _send = null;
    }
}
