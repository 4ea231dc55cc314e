// SPDX-License-Identifier: MIT
using System.Net;

namespace Lori;

/// <summary>Tells of the proxy through which a connection came, by the PROXY protocol. Immutable.</summary>
public sealed class ProxyConnectionInfo
{
    internal ProxyConnectionInfo(EndPoint? proxy, ProxyHeader header)
    {
        ProxyEndPoint = proxy;
        IsProxied = header.IsProxied;
        IsClientEncrypted = header.IsEncrypted;
    }

    /// <summary>Gets the proxy's own address, from which the connection came; null over a Unix domain socket.</summary>
    public EndPoint? ProxyEndPoint { get; }

    /// <summary>
    /// Gets whether there is a client behind it, whose addresses the connection has taken over. False where the proxy speaks for
    /// itself (LOCAL, such as a health check) or does not know for whom (UNKNOWN): the connection keeps the proxy's.
    /// </summary>
    public bool IsProxied { get; }

    /// <summary>Gets whether the client speaks TLS with the proxy; null when it does not say (HAProxy does with <c>send-proxy-v2-ssl</c>).</summary>
    public bool? IsClientEncrypted { get; }
}
