// SPDX-License-Identifier: MIT
namespace Mare;

/// <summary>
/// Names the close codes that may be sent. The ranges 3000-3999 (registered) and 4000-4999 (private) are reached by a
/// cast: <c>(CloseCode)4001</c>. RFC 6455 sections 7.4.1 and 7.4.2, and the IANA registry.
/// </summary>
/// <remarks>What is reported has a type of its own, <see cref="CloseStatus"/>: 1005 and 1006 are never sent.</remarks>
public enum CloseCode : ushort
{
    /// <summary>Says that the purpose of the connection is fulfilled.</summary>
    Normal = 1000,

    /// <summary>Says that this side goes away: a server stops, a page is left.</summary>
    GoingAway = 1001,

    /// <summary>Says that the peer broke the protocol.</summary>
    ProtocolError = 1002,

    /// <summary>Says that this side cannot take that kind of data, such as binary where text is wanted.</summary>
    UnsupportedData = 1003,

    /// <summary>Says that a message was not what its kind promises, such as text that is not UTF-8.</summary>
    InvalidPayload = 1007,

    /// <summary>Says that a message broke a rule of this side, where no other code fits.</summary>
    PolicyViolation = 1008,

    /// <summary>Says that a message is larger than this side takes.</summary>
    MessageTooBig = 1009,

    /// <summary>Says that a client misses an extension it needs. A server has no use for it: it refuses the handshake
    /// instead (RFC 6455 section 7.4.1).</summary>
    MandatoryExtension = 1010,

    /// <summary>Says that this side met a condition it did not expect.</summary>
    InternalError = 1011,

    /// <summary>Says that the server restarts; the client may come back after a while.</summary>
    ServiceRestart = 1012,

    /// <summary>Says that the server is overloaded; the client may come back later.</summary>
    TryAgainLater = 1013,
}
