// SPDX-License-Identifier: MIT
namespace Mare;

/// <summary>Says why an opening handshake was refused.</summary>
/// <remarks>
/// Each value has one HTTP answer. RFC 6455, section 4.2.1 and 4.4; RFC 9110, section 15.5.
/// </remarks>
public enum HandshakeError
{
    /// <summary>Reports a head longer than its limit, or with more header lines. Answered with 431.</summary>
    RequestTooLarge,

    /// <summary>Reports a request target longer than its limit. Answered with 414.</summary>
    TargetTooLong,

    /// <summary>Reports a head that breaks the grammar of HTTP/1.1 or of the handshake. Answered with 400.</summary>
    InvalidHttp,

    /// <summary>Reports an HTTP/1.1 request with no <c>Host</c>, or an empty one. Answered with 400.</summary>
    MissingHost,

    /// <summary>
    /// Reports an <c>Upgrade</c> or <c>Connection</c> that is no list of tokens, or, to a client, one that does not
    /// name the upgrade. Answered with 400.
    /// </summary>
    MissingUpgrade,

    /// <summary>Reports a <c>Sec-WebSocket-Version</c> that is not 13, or none. Answered with 426.</summary>
    WrongVersion,

    /// <summary>Reports an upgrade without <c>Sec-WebSocket-Key</c>. Answered with 400.</summary>
    MissingKey,

    /// <summary>Reports a <c>Sec-WebSocket-Key</c> that is not base64 of 16 bytes. Answered with 400.</summary>
    InvalidKey,

    /// <summary>
    /// Reports that <c>Sec-WebSocket-Accept</c> could not be computed or, to a client, does not answer the key it
    /// sent. Answered with 500.
    /// </summary>
    AcceptKeyFailed,
}
