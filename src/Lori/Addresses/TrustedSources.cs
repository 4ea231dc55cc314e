// SPDX-License-Identifier: MIT
using System.Net;

namespace Lori;

/// <summary>Knows from which addresses something is believed that nobody else may say. Immutable; any thread.</summary>
internal sealed class TrustedSources(IReadOnlyList<IPNetwork> networks, bool unixSockets)
{
    private readonly IPNetwork[] _networks = [.. networks];

    /// <summary>Gets whether nobody is trusted.</summary>
    public bool IsEmpty => _networks.Length == 0 && !unixSockets;

    /// <summary>Says whether an end of a connection is trusted.</summary>
    /// <param name="endPoint">Its address; null is a Unix domain socket's.</param>
    public bool Contains(EndPoint? endPoint) => endPoint is IPEndPoint ip ? Contains(ip.Address) : endPoint is null && unixSockets;

    /// <summary>Says whether an address is trusted; an IPv4 address within IPv6 is that IPv4 address.</summary>
    public bool Contains(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        foreach (var network in _networks)
        {
            if (network.Contains(address)) return true;
        }

        return false;
    }
}
