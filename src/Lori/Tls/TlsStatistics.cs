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
}
