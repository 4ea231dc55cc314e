// SPDX-License-Identifier: MIT
namespace Lori;

/// <summary>Says why an outgoing connection was not made.</summary>
public enum ConnectFailure
{
    /// <summary>None of the others; the message has what the system said.</summary>
    Other,

    /// <summary>The name has no address, or none of the wanted IP version.</summary>
    NoAddress,

    /// <summary>Nobody listens there, or whoever does takes no more.</summary>
    Refused,

    /// <summary>No answer came in time.</summary>
    TimedOut,

    /// <summary>This machine has no way to the address.</summary>
    Unreachable,

    /// <summary>This process may not connect there.</summary>
    AccessDenied,

    /// <summary>The system has no descriptor, no port or no memory left for one more connection.</summary>
    Exhausted,

    /// <summary>The connection was made, but TLS failed; the message says why.</summary>
    TlsFailed,

    /// <summary>The caller gave up.</summary>
    Cancelled,

    /// <summary>The event loop ended first.</summary>
    LoopEnded,
}
