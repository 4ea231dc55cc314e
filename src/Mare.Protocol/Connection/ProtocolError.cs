// SPDX-License-Identifier: MIT
namespace Mare.Protocol;

/// <summary>Names each way in which a peer's bytes can be refused; see <see cref="ProtocolErrors"/> for the close code
/// of each.</summary>
public enum ProtocolError : byte
{
    /// <summary>Nothing is wrong.</summary>
    None,

    /// <summary>RSV1, RSV2 or RSV3 is set and no extension gave it a meaning. RFC 6455 section 5.2.</summary>
    ReservedBits,

    /// <summary>The opcode is 3-7 or 11-15. RFC 6455 section 5.2.</summary>
    UnknownOpcode,

    /// <summary>A client sent a frame without a mask. RFC 6455 section 5.1.</summary>
    UnmaskedFrame,

    /// <summary>A server sent a frame with a mask. RFC 6455 section 5.1.</summary>
    MaskedFrame,

    /// <summary>A length is written in more bytes than it needs. RFC 6455 section 5.2.</summary>
    NonMinimalLength,

    /// <summary>A 64-bit length has its top bit set. RFC 6455 section 5.2.</summary>
    LengthOverflow,

    /// <summary>A control frame announces more than 125 bytes. RFC 6455 section 5.5.</summary>
    ControlFrameTooLong,

    /// <summary>A control frame is not final. RFC 6455 section 5.5.</summary>
    ControlFrameFragmented,

    /// <summary>A continuation came with no message to continue. RFC 6455 section 5.4.</summary>
    UnexpectedContinuation,

    /// <summary>A new message began inside an unfinished one. RFC 6455 section 5.4.</summary>
    ExpectedContinuation,

    /// <summary>A message announced more than <see cref="MessageLimits.MaxMessageBytes"/>.</summary>
    MessageTooBig,

    /// <summary>A message came in more frames than <see cref="MessageLimits.MaxFragments"/>.</summary>
    TooManyFragments,

    /// <summary>The messages under way of all connections would pass the <see cref="PartialMessageBudget"/>.</summary>
    PartialMessageBudgetExceeded,

    /// <summary>A text message is not UTF-8. RFC 6455 section 8.1.</summary>
    InvalidUtf8,

    /// <summary>A close frame has one byte of payload. RFC 6455 section 5.5.1.</summary>
    ClosePayloadTooShort,

    /// <summary>A close frame carries a code that may not be sent. RFC 6455 section 7.4.</summary>
    InvalidCloseCode,

    /// <summary>A close reason is not UTF-8. RFC 6455 sections 5.5.1 and 8.1.</summary>
    InvalidCloseReason,

    /// <summary>A compressed message is no DEFLATE. RFC 7692 section 7.2.2.</summary>
    InvalidDeflate,

    /// <summary>A compressed message became larger than <see cref="MessageLimits.MaxInflateRatio"/> allows.</summary>
    InflateRatioExceeded,
}
