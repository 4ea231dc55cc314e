// SPDX-License-Identifier: MIT
namespace Mare;

/// <summary>
/// Names how a connection ended: what the peer's close frame said, or what stands for the missing of one. Any other
/// number is by value; see <see cref="CloseStatusExtensions.IsOther"/>. RFC 6455 sections 7.1.5 and 7.4.
/// </summary>
public enum CloseStatus : ushort
{
    /// <summary>Reports that the purpose of the connection is fulfilled.</summary>
    Normal = 1000,

    /// <summary>Reports that an end goes away: a server stops, a page is left.</summary>
    GoingAway = 1001,

    /// <summary>Reports a violation of the protocol.</summary>
    ProtocolError = 1002,

    /// <summary>Reports a kind of data that cannot be taken.</summary>
    UnsupportedData = 1003,

    /// <summary>Reports a close frame without a code. Never on the wire.</summary>
    NoStatusReceived = 1005,

    /// <summary>Reports that no close frame came before the transport ended. Never on the wire.</summary>
    AbnormalClosure = 1006,

    /// <summary>Reports a message that was not what its kind promises.</summary>
    InvalidPayload = 1007,

    /// <summary>Reports a message that broke a rule.</summary>
    PolicyViolation = 1008,

    /// <summary>Reports a message that was too large.</summary>
    MessageTooBig = 1009,

    /// <summary>Reports a client that misses an extension.</summary>
    MandatoryExtension = 1010,

    /// <summary>Reports a condition that was not expected.</summary>
    InternalError = 1011,

    /// <summary>Reports a restart.</summary>
    ServiceRestart = 1012,

    /// <summary>Reports an overload.</summary>
    TryAgainLater = 1013,
}
