// SPDX-License-Identifier: MIT
namespace Lori;

/// <summary>Says why a TCP connection ended.</summary>
public enum CloseCause
{
    /// <summary>This side closed it, after sending what was accepted.</summary>
    ClosedLocally,

    /// <summary>The peer closed it (FIN), and this side followed.</summary>
    ClosedByPeer,

    /// <summary>This side dropped it without waiting: an abort, an exception in a callback, or too much held for it.</summary>
    Aborted,

    /// <summary>The connection broke: reset by the peer, timed out, unreachable.</summary>
    Broken,

    /// <summary>TLS failed: what came was not what the peer sent, or the handshake that was started on it did not succeed.</summary>
    TlsFailed,

    /// <summary>The peer took nothing for the linger time while this side was closing.</summary>
    LingerTimedOut,
}
