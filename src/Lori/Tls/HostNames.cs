// SPDX-License-Identifier: MIT
namespace Lori.Tls;

/// <summary>Knows which names a server can be asked for, and its certificate be checked against.</summary>
internal static class HostNames
{
    /// <summary>Gets whether this is a name, or an address, of a host.</summary>
    public static bool IsHost(string name) => Uri.CheckHostName(name) != UriHostNameType.Unknown;
}
