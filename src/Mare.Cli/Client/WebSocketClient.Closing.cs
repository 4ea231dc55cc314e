// SPDX-License-Identifier: MIT
using Mare.Protocol;

namespace Mare.Cli.Client;

internal abstract partial class WebSocketClient
{
    /// <summary>
    /// Begins the closing handshake; does nothing when closing already. Before the connection is open, it is dropped. The
    /// server's end is awaited, so that it is the server that keeps TCP's last state. Loop only. RFC 6455, section 7.1.1.
    /// </summary>
    /// <param name="code">Why, or null for no code.</param>
    /// <param name="reason">More about it: at most 123 bytes of UTF-8.</param>
    protected void Close(CloseCode? code = CloseCode.Normal, string reason = "")
    {
        if (_protocol.State == ProtocolState.Handshaking)
        {
            Abort("Cancelled during the opening handshake");
            return;
        }

        Span<byte> frame = stackalloc byte[CloseFrame.MaxSize];
        var size = _protocol.StartClose(frame, code, reason);
        if (size == 0) return;
        _end = new WebSocketClientEnd(
            CloseStatus.AbnormalClosure, reason, CloseInitiator.Self, false, "The server did not answer the close frame");
        SendLast(frame[..size]);
    }

    private void OnPeerClose(CloseStatus status, string reason)
    {
        // The answer to ours repeats our code; what counts is what began the closing handshake.
        var isAnswer = _end is { ClosedBy: CloseInitiator.Self };
        _end = new WebSocketClientEnd(status, isAnswer ? _end!.Reason : reason, isAnswer ? CloseInitiator.Self : CloseInitiator.Peer, true, null);
        Span<byte> frame = stackalloc byte[CloseFrame.MaxSize];
        SendLast(frame[.._protocol.AnswerClose(frame)]);
    }

    /// <summary>Fails the connection: tells the server what it did wrong, and ends TCP. RFC 6455, section 7.1.7.</summary>
    private void FailConnection(ProtocolError error)
    {
        var code = ProtocolErrors.CloseCodeOf(error);
        var reason = ProtocolErrors.ReasonOf(error);
        _end ??= new WebSocketClientEnd((CloseStatus)code, reason, CloseInitiator.Self, false, $"The server broke the protocol: {reason.TrimEnd('.')}");
        Span<byte> frame = stackalloc byte[CloseFrame.MaxSize];
        SendLast(frame[.._protocol.FailClose(frame, error)]);
        Connection.Close();
    }

    /// <summary>Sends the close frame, if there is one, and gives the server its time to go on.</summary>
    private void SendLast(ReadOnlySpan<byte> frame)
    {
        if (!frame.IsEmpty) Connection.Send(frame);
        _timer!.Restart(_options.CloseTimeout);
    }

    private void Abort(string error)
    {
        _isAborted = true;
        _end ??= WebSocketClientEnd.Failed(error);
        // Without a timer there is no connection yet: its start will see to it.
        if (_timer is not null) Connection.Abort();
    }

    private void OnTimeout()
    {
        if (_protocol.State == ProtocolState.Handshaking) Abort($"The server did not answer the opening handshake within {_options.HandshakeTimeout.TotalSeconds:0.###} s");
        // It had its time, twice: TCP's own end, with its linger limits, is all that is left.
        else Connection.Close();
    }
}
