// SPDX-License-Identifier: MIT
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Lori.Tls;

/// <summary>
/// Knows which names a server can be asked for, and its certificate be checked against; and how the wire and certificates have
/// them: international ones in ASCII ("xn--"). RFC 5890, section 2.3.2.1; RFC 6066, section 3.
/// </summary>
internal static class HostNames
{
    private static readonly IdnMapping Mapping = new();

    /// <summary>Gets whether this is a name, or an address, of a host.</summary>
    public static bool IsHost(string name) => Uri.CheckHostName(name) != UriHostNameType.Unknown && TryToAscii(name, out _);

    /// <summary>Writes a name in ASCII; one that cannot be, as it is.</summary>
    public static string ToAscii(string name) => TryToAscii(name, out var ascii) ? ascii : name;

    private static bool TryToAscii(string name, [NotNullWhen(true)] out string? ascii)
    {
        ascii = null;
        try
        {
            // What is ASCII already stays as it is, its capitals too.
            ascii = Ascii.IsValid(name) ? name : Mapping.GetAscii(name);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
