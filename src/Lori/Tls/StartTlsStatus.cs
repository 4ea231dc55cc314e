// SPDX-License-Identifier: MIT
namespace Lori;

/// <summary>Says whether TLS starts on an open connection.</summary>
public enum StartTlsStatus
{
    /// <summary>It starts; what becomes of it is told later.</summary>
    Started,

    /// <summary>It does not: more came in the clear behind what starts it. The connection should be closed.</summary>
    PlaintextBehind,

    /// <summary>It does not: the connection is closing, or the peer has ended.</summary>
    Closed,
}
