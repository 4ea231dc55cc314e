// SPDX-License-Identifier: MIT
namespace Mare.Protocol;

public sealed partial class WebSocketProtocol
{
    /// <summary>Begins the closing handshake: writes this side's close frame, after which nothing is sent.</summary>
    /// <remarks>
    /// A message that was coming in is given up, and its buffer goes back. Payload that an event handed out stays
    /// valid. RFC 6455 sections 5.5.1 and 7.1.2.
    /// </remarks>
    /// <param name="destination">Where the frame goes; at least <see cref="CloseFrame.MaxSize"/> bytes.</param>
    /// <param name="code">The code, or null for none. 1010 is meant for clients, see
    /// <see cref="CloseCode.MandatoryExtension"/>.</param>
    /// <param name="reason">The reason, at most <see cref="CloseFrame.MaxReasonBytes"/> bytes of UTF-8; empty without a
    /// code.</param>
    /// <returns>The number of bytes written; 0 when the connection is not open any more.</returns>
    /// <exception cref="ArgumentException">The code may not be sent, the reason is too long, or
    /// <paramref name="destination"/> is too short.</exception>
    /// <exception cref="InvalidOperationException">The opening handshake is not completed.</exception>
    public int StartClose(Span<byte> destination, CloseCode? code, ReadOnlySpan<char> reason = default)
    {
        CloseFrame.Validate(code, reason);
        RequireRoom(destination);
        if (!_state.StartClose())
            return 0;
        if (_partial is { Message.IsComplete: false } partial)
        {
            partial.Message.DropBuffer(_pool, _budget);
            _deflate?.EndMessage();
        }
        return CloseFrame.WriteUnchecked(destination, (ushort?)code, reason, OwnMaskingKey());
    }

    /// <summary>Answers the peer's close frame with its own status, and ends the connection.</summary>
    /// <remarks>RFC 6455 section 5.5.1: the answer echoes the status code; it has no reason.</remarks>
    /// <param name="destination">Where the frame goes; at least <see cref="CloseFrame.MaxSize"/> bytes.</param>
    /// <returns>The number of bytes written; 0 when this side's close frame went out before.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    /// <exception cref="InvalidOperationException">No close frame came.</exception>
    public int AnswerClose(Span<byte> destination)
    {
        RequireRoom(destination);
        if (!_state.AnswerClose())
            return 0;
        ushort? code = _receivedStatus == CloseStatus.NoStatusReceived ? null : (ushort)_receivedStatus;
        return CloseFrame.WriteUnchecked(destination, code, default, OwnMaskingKey());
    }

    /// <summary>Fails the connection: tells the peer what was wrong, and ends the connection. RFC 6455 section
    /// 7.1.7.</summary>
    /// <param name="destination">Where the frame goes; at least <see cref="CloseFrame.MaxSize"/> bytes.</param>
    /// <param name="error">What was wrong; <see cref="ProtocolErrors"/> has its code and reason.</param>
    /// <returns>The number of bytes written; 0 when this side's close frame went out before.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short, or <paramref name="error"/> is
    /// no error.</exception>
    /// <exception cref="InvalidOperationException">The opening handshake is not completed.</exception>
    public int FailClose(Span<byte> destination, ProtocolError error)
    {
        CloseCode code = ProtocolErrors.CloseCodeOf(error);
        RequireRoom(destination);
        if (!_state.FailConnection())
            return 0;
        return CloseFrame.WriteUnchecked(
            destination, (ushort)code, ProtocolErrors.ReasonOf(error), OwnMaskingKey());
    }

    // Asked for before the state changes, so that a caller's mistake leaves the connection as it was.
    private static void RequireRoom(Span<byte> destination)
    {
        if (destination.Length < CloseFrame.MaxSize)
        {
            throw new ArgumentException(
                $"The destination needs room for CloseFrame.MaxSize ({CloseFrame.MaxSize}) bytes.", nameof(destination));
        }
    }

    private uint? OwnMaskingKey() => _role == Role.Client ? Masking.NewKey() : null;
}
