// SPDX-License-Identifier: MIT
namespace Lori;

/// <summary>Holds what a <see cref="TlsAcceptor"/> has counted.</summary>
public readonly record struct TlsStatistics
{
    /// <summary>Gets how many handshakes are under way.</summary>
    public int HandshakesUnderWay { get; init; }

    /// <summary>Gets how many have succeeded.</summary>
    public long HandshakesCompleted { get; init; }

    /// <summary>Gets how many have failed, those that took too long included.</summary>
    public long HandshakesFailed { get; init; }

    /// <summary>Gets how many of those that have failed were dropped to make room, at <see cref="TlsServerOptions.MaxHandshakes"/>.</summary>
    public long HandshakesDropped { get; init; }
}
