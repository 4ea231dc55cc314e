// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;

namespace Lori;

/// <summary>Knows which addresses belong to an IP version.</summary>
internal static class HostAddresses
{
    // What a name may have (RFC 1035, section 2.3.4); longer ones are no names to any resolver.
    public const int MaxNameLength = 255;

    public static AddressFamily FamilyOf(IPVersion version) => version switch
    {
        IPVersion.IPv4 => AddressFamily.InterNetwork,
        IPVersion.IPv6 => AddressFamily.InterNetworkV6,
        _ => AddressFamily.Unspecified,
    };

    public static bool IsOf(IPAddress address, IPVersion version) =>
        version == IPVersion.Any || address.AddressFamily == FamilyOf(version);

    /// <summary>Says, for a message, that a name has no address of the version.</summary>
    public static string Missing(IPVersion version) => version switch
    {
        IPVersion.IPv4 => "it has no IPv4 address",
        IPVersion.IPv6 => "it has no IPv6 address",
        _ => "the name has no address",
    };
}
