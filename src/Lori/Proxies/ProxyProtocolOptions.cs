// SPDX-License-Identifier: MIT
using System.Net;

namespace Lori;

/// <summary>
/// Says which proxies tell the addresses of their clients by the PROXY protocol, version 1 or 2: HAProxy's
/// <c>send-proxy-v2</c>, nginx's <c>proxy_protocol on</c> in a stream block, load balancers of clouds. Copied when listening starts.
/// </summary>
/// <remarks>
/// Whoever is listed here can be anybody: name the proxies' own addresses, not a network in which clients live. A connection
/// from elsewhere is served as it comes, and a header in front of it is a protocol error of whatever is spoken, so a port that
/// only proxies should reach needs a firewall.
/// </remarks>
public sealed class ProxyProtocolOptions
{
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromDays(24);

    /// <summary>
    /// Gets or sets the proxies' networks, such as <c>IPNetwork.Parse("10.0.0.7/32")</c>. Default none. From these a header is
    /// required: a connection whose header is malformed, longer than 4,096 bytes or late is dropped, counted and, now and then, logged.
    /// </summary>
    public IReadOnlyList<IPNetwork> Sources { get; set; } = [];

    /// <summary>Gets or sets whether connections over a Unix domain socket begin with a header. Default false.</summary>
    public bool UnixSockets { get; set; }

    /// <summary>
    /// Gets or sets how long a header may take to arrive whole. More than zero, at most 24 days; default 10 seconds. The
    /// protocol asks for 3 at least, so that one lost packet does not matter.
    /// </summary>
    public TimeSpan HeaderTimeout { get; set; } = TimeSpan.FromSeconds(10);

    internal ProxyProtocolOptions Clone()
    {
        var copy = (ProxyProtocolOptions)MemberwiseClone();
        copy.Sources = Sources is null ? null! : [.. Sources]; // Validate says so
        return copy;
    }

    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(Sources);
        if (HeaderTimeout <= TimeSpan.Zero || HeaderTimeout > LongestTimeout)
            throw new ArgumentOutOfRangeException(nameof(HeaderTimeout), HeaderTimeout, "ProxyProtocolOptions.HeaderTimeout must be more than zero and at most 24 days.");
    }
}
