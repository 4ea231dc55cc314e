// SPDX-License-Identifier: MIT
namespace Mare.Protocol;

/// <summary>Holds the one table from <see cref="ProtocolError"/> to what the peer is told.</summary>
/// <remarks>Any thread.</remarks>
public static class ProtocolErrors
{
    /// <summary>Finds the close code that answers an error. RFC 6455 section 7.4.1.</summary>
    /// <param name="error">The error; not <see cref="ProtocolError.None"/>.</param>
    /// <returns>The code.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="error"/> is no error.</exception>
    public static CloseCode CloseCodeOf(ProtocolError error) => Row(error).Code;

    /// <summary>Finds the sentence that goes into the close frame as its reason.</summary>
    /// <param name="error">The error; not <see cref="ProtocolError.None"/>.</param>
    /// <returns>ASCII of at most <see cref="CloseFrame.MaxReasonBytes"/> bytes.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="error"/> is no error.</exception>
    public static string ReasonOf(ProtocolError error) => Row(error).Reason;

    private static (CloseCode Code, string Reason) Row(ProtocolError error) => error switch
    {
        ProtocolError.ReservedBits => (CloseCode.ProtocolError, "A reserved bit is set."),
        ProtocolError.UnknownOpcode => (CloseCode.ProtocolError, "The opcode is reserved."),
        ProtocolError.UnmaskedFrame => (CloseCode.ProtocolError, "A client's frame must be masked."),
        ProtocolError.MaskedFrame => (CloseCode.ProtocolError, "A server's frame must not be masked."),
        ProtocolError.NonMinimalLength => (CloseCode.ProtocolError, "The length is not in its shortest form."),
        ProtocolError.LengthOverflow => (CloseCode.ProtocolError, "The length's top bit is set."),
        ProtocolError.ControlFrameTooLong => (CloseCode.ProtocolError, "A control frame is longer than 125 bytes."),
        ProtocolError.ControlFrameFragmented => (CloseCode.ProtocolError, "A control frame is fragmented."),
        ProtocolError.UnexpectedContinuation => (CloseCode.ProtocolError, "There is no message to continue."),
        ProtocolError.ExpectedContinuation => (CloseCode.ProtocolError, "A message began inside another."),
        ProtocolError.MessageTooBig => (CloseCode.MessageTooBig, "The message is too big."),
        ProtocolError.TooManyFragments => (CloseCode.MessageTooBig, "The message has too many fragments."),
        ProtocolError.PartialMessageBudgetExceeded => (CloseCode.TryAgainLater, "Too many messages are under way."),
        ProtocolError.InvalidDeflate => (CloseCode.InvalidPayload, "The compressed message is no DEFLATE."),
        ProtocolError.InflateRatioExceeded => (CloseCode.MessageTooBig, "The message is compressed too well."),
        ProtocolError.InvalidUtf8 => (CloseCode.InvalidPayload, "The text is not UTF-8."),
        ProtocolError.ClosePayloadTooShort => (CloseCode.ProtocolError, "The close payload is one byte."),
        ProtocolError.InvalidCloseCode => (CloseCode.ProtocolError, "The close code may not be sent."),
        ProtocolError.InvalidCloseReason => (CloseCode.InvalidPayload, "The close reason is not UTF-8."),
        _ => throw new ArgumentOutOfRangeException(nameof(error), error, "There is nothing to tell the peer."),
    };
}
