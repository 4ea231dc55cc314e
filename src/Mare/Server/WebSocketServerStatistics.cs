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

    /// <summary>
    /// Gets how many connections of listed proxies were dropped since their PROXY header was malformed, cut short or late; see
    /// <see cref="WebSocketServerOptions.ProxyProtocol"/>.
    /// </summary>
    public long ProxyHeadersRefused { get; init; }
}
