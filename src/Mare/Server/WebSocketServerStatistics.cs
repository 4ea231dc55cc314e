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

    /// <summary>Gets how many TCP connections were closed when they were accepted, since there were <see cref="ConnectionLimits.MaxTcpConnections"/>.</summary>
    public long TcpConnectionsRefused { get; init; }

    /// <summary>Gets how many upgrades were answered by 503, since <see cref="ConnectionLimits.MaxConnections"/> were open.</summary>
    public long ConnectionsRefused { get; init; }

    /// <summary>Gets how many connections were answered by 429, since their address had <see cref="ConnectionLimits.MaxConnectionsPerAddress"/>.</summary>
    public long AddressesRefused { get; init; }

    /// <summary>Gets how many connections were answered by 503, since <see cref="ConnectionLimits.MaxHandshakes"/> were at their request.</summary>
    public long HandshakesRefused { get; init; }

    /// <summary>Gets how many requests were answered by 408, since they did not arrive within <see cref="WebSocketServerOptions.HandshakeTimeout"/>.</summary>
    public long HandshakesTimedOut { get; init; }

    /// <summary>Gets how many requests were answered by 431 or 414, since they were longer than <see cref="WebSocketServerOptions.MaxHandshakeSize"/> allows.</summary>
    public long HandshakesTooLarge { get; init; }

    /// <summary>
    /// Gets how many connections of listed proxies were dropped since their PROXY header was malformed, cut short or late; see
    /// <see cref="WebSocketServerOptions.ProxyProtocol"/>.
    /// </summary>
    public long ProxyHeadersRefused { get; init; }

    /// <summary>Gets how many sends found the queue of a slow client full and were refused (<see cref="SlowPeerPolicy.Refuse"/>).</summary>
    public long SendsRefused { get; init; }

    /// <summary>Gets how many connections were closed with 1013, since the client reads too slowly (<see cref="SlowPeerPolicy.Close"/>).</summary>
    public long SlowPeersClosed { get; init; }

    /// <summary>Gets how many messages that waited for slow clients were dropped for newer ones (<see cref="SlowPeerPolicy.DropOldest"/>).</summary>
    public long MessagesDropped { get; init; }

    /// <summary>Gets how many messages that waited were replaced by newer ones of their <see cref="MessageKey"/>.</summary>
    public long MessagesReplaced { get; init; }

    /// <summary>Gets how many TLS handshakes are under way now. See <see cref="Lori.TlsServerOptions.MaxHandshakes"/>.</summary>
    public int TlsHandshakesUnderWay { get; init; }

    /// <summary>Gets how many TLS handshakes have succeeded.</summary>
    public long TlsHandshakesCompleted { get; init; }

    /// <summary>Gets how many TLS handshakes have failed, those that took too long and those that spoke no TLS included.</summary>
    public long TlsHandshakesFailed { get; init; }

    /// <summary>
    /// Gets how many of those that have failed were dropped since <see cref="Lori.TlsServerOptions.MaxHandshakes"/> were under way
    /// and they waited for their client.
    /// </summary>
    public long TlsHandshakesDropped { get; init; }

    /// <summary>Gets how often a client sent messages or bytes faster than <see cref="RateLimits"/> allow, and was paused or closed with 1008.</summary>
    public long RatesExceeded { get; init; }

    /// <summary>Gets how many connections were closed with 1008 for more than <see cref="RateLimits.ControlFramesPerSecond"/>.</summary>
    public long ControlFloods { get; init; }

    /// <summary>
    /// Gets how many connections were closed with 1009, for a message that is too long, in too many fragments, or compressed
    /// too well.
    /// </summary>
    public long MessagesTooBig { get; init; }

    /// <summary>Gets how many connections were closed with 1013, since a loop held <see cref="WebSocketServerOptions.MaxPartialBytes"/>.</summary>
    public long PartialMessagesRefused { get; init; }

    /// <summary>Gets how often a connection was idle for <see cref="WebSocketServerOptions.IdleTimeout"/>.</summary>
    public long IdleTimeouts { get; init; }

    /// <summary>Gets how many peers did not answer a close frame within <see cref="WebSocketServerOptions.CloseTimeout"/>.</summary>
    public long CloseTimeouts { get; init; }
}
