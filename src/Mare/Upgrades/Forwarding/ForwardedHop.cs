// SPDX-License-Identifier: MIT
using System.Net;

namespace Mare;

/// <summary>Is what one proxy says of whoever connected to it; what it does not say is null.</summary>
/// <param name="For">The address, as it was written.</param>
/// <param name="Proto">The scheme.</param>
/// <param name="Host">The host that was asked for.</param>
internal readonly record struct ForwardedHop(string? For, string? Proto, string? Host)
{
    /// <summary>
    /// Reads the address of a hop: IPv4 or IPv6, with or without a port, IPv6 with one in brackets. Null for "unknown", made-up
    /// names ("_hidden") and anything else. RFC 7239, section 6.
    /// </summary>
    public static IPAddress? ParseAddress(ReadOnlySpan<char> text)
    {
        var address = text;
        if (text is ['[', ..])
        {
            var end = text.IndexOf(']');
            if (end < 0 || !IsPort(text[(end + 1)..])) return null;
            address = text[1..end];
            if (!address.Contains(':')) return null;
        }
        else if (text.Count(':') == 1)
        {
            var colon = text.IndexOf(':');
            if (!IsPort(text[colon..])) return null;
            address = text[..colon];
        }

        if (address.Contains('%') || !IPAddress.TryParse(address, out var parsed)) return null;
        // .NET also takes "1" and "0x7f.1" for IPv4 addresses.
        if (!address.Contains(':')) return address.SequenceEqual(parsed.ToString()) ? parsed : null;
        return parsed.IsIPv4MappedToIPv6 ? parsed.MapToIPv4() : parsed;
    }

    private static bool IsPort(ReadOnlySpan<char> text) =>
        text.IsEmpty || (text[0] == ':' && text.Length is >= 2 and <= 6 && !text[1..].ContainsAnyExceptInRange('0', '9'));
}
