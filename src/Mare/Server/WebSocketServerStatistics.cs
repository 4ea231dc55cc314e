// SPDX-License-Identifier: MIT
namespace Mare;

/// <summary>Holds what a server has counted since it started: how often each of its limits was met.</summary>
public readonly record struct WebSocketServerStatistics
{
    /// <summary>Gets how many requests were answered by 403, for a page of an origin that is not allowed.</summary>
    public long OriginsRefused { get; init; }

    /// <summary>Gets how many requests were answered by 421, for a host that is not the server's.</summary>
    public long HostsRefused { get; init; }

    /// <summary>Gets how many connections were dropped since the peer answered no ping.</summary>
    public long DeadPeers { get; init; }

    /// <summary>Gets how many TLS handshakes are under way now. See <see cref="Lori.TlsServerOptions.MaxHandshakes"/>.</summary>
    public int TlsHandshakesUnderWay { get; init; }

    /// <summary>Gets how many TLS handshakes have succeeded.</summary>
    public long TlsHandshakesCompleted { get; init; }

    /// <summary>Gets how many TLS handshakes have failed, those that took too long and those that spoke no TLS included.</summary>
    public long TlsHandshakesFailed { get; init; }
}
