// SPDX-License-Identifier: MIT
using System.Buffers;
using System.Text;

namespace Mare;

/// <summary>Reads the value of a <c>Forwarded</c> header. RFC 7239, section 4.</summary>
/// <remarks><c>for=192.0.2.43;proto=https, for="[2001:db8:cafe::17]:4711";host=example.com</c>: the last hop is the nearest.</remarks>
internal static class ForwardedSyntax
{
    // RFC 9110, section 5.6.2; a value that is no token is in quotes. Colons are often seen without, and do no harm.
    private static readonly SearchValues<char> TokenChars =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz:");

    /// <summary>Reads all hops; false when the header is malformed anywhere, so that nothing of it is believed.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, List<ForwardedHop> hops)
    {
        while (true)
        {
            text = text.TrimStart(" \t");
            // An element that is empty is none: RFC 9110, section 5.6.1. A client's empty line may be joined to a proxy's.
            if (!text.IsEmpty && text[0] != ',')
            {
                if (!TryTakeHop(ref text, out var hop)) return false;
                hops.Add(hop);
            }

            if (text.IsEmpty) return true;
            text = text[1..]; // the comma
        }
    }

    private static bool TryTakeHop(ref ReadOnlySpan<char> text, out ForwardedHop hop)
    {
        hop = default;
        while (true)
        {
            text = text.TrimStart(" \t");
            // Section 4: there may be nothing before, between and behind semicolons.
            if (IsHopEnd(text)) return true;
            if (text[0] == ';')
            {
                text = text[1..];
                continue;
            }

            if (!TryTakePair(ref text, out var name, out var value)) return false;
            // Each name once (section 4); what is not known is skipped.
            if (name.Equals("for", StringComparison.OrdinalIgnoreCase))
            {
                if (hop.For is not null) return false;
                hop = hop with { For = value };
            }
            else if (name.Equals("proto", StringComparison.OrdinalIgnoreCase))
            {
                if (hop.Proto is not null) return false;
                hop = hop with { Proto = value };
            }
            else if (name.Equals("host", StringComparison.OrdinalIgnoreCase))
            {
                if (hop.Host is not null) return false;
                hop = hop with { Host = value };
            }

            text = text.TrimStart(" \t");
            if (!IsHopEnd(text) && text[0] != ';') return false;
        }
    }

    private static bool IsHopEnd(ReadOnlySpan<char> text) => text.IsEmpty || text[0] == ',';

    private static bool TryTakePair(ref ReadOnlySpan<char> text, out ReadOnlySpan<char> name, out string value)
    {
        value = "";
        name = default;
        var end = text.IndexOf('=');
        if (end <= 0) return false;
        name = text[..end];
        if (name.ContainsAnyExcept(TokenChars)) return false;
        text = text[(end + 1)..];
        if (text is ['"', ..]) return TryTakeQuoted(ref text, out value);
        end = text.IndexOfAnyExcept(TokenChars);
        if (end < 0) end = text.Length;
        value = text[..end].ToString();
        text = text[end..];
        return value.Length > 0;
    }

    private static bool TryTakeQuoted(ref ReadOnlySpan<char> text, out string value)
    {
        var content = new StringBuilder();
        value = "";
        for (var i = 1; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '"':
                    value = content.ToString();
                    text = text[(i + 1)..];
                    return true;
                case '\\' when i + 1 < text.Length:
                    content.Append(text[++i]);
                    break;
                default:
                    content.Append(text[i]);
                    break;
            }
        }

        return false;
    }
}
