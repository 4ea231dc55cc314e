// SPDX-License-Identifier: MIT
using System.Buffers;
using System.Net;
using System.Text;

namespace Mare.Protocol;

/// <summary>Knows the character classes and small grammars that every part of a head shares.</summary>
internal static class FieldSyntax
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const string Digits = "0123456789";
    private const string TokenText = "!#$%&'*+-.^_`|~" + Digits + Letters;

    /// <summary>Holds tchar (RFC 9110, section 5.6.2).</summary>
    public static readonly SearchValues<byte> TokenBytes = SearchValues.Create(Encoding.ASCII.GetBytes(TokenText));

    /// <summary>Holds what a value may hold: HTAB, SP, VCHAR and obs-text (RFC 9110, section 5.5).</summary>
    public static readonly SearchValues<byte> ValueBytes = SearchValues.Create(BytesWhere(
        static b => b is (byte)'\t' or (>= 0x20 and not 0x7F)));

    /// <summary>
    /// Holds what a request target may hold: every visible ASCII character but the fragment's mark. RFC 3986 has
    /// fewer, but browsers send <c>{ | } ^</c> in queries as they are (URL standard, query percent-encode set).
    /// </summary>
    public static readonly SearchValues<byte> TargetBytes = SearchValues.Create(BytesWhere(
        static b => b is > 0x20 and < 0x7F and not (byte)'#'));

    private static readonly SearchValues<char> TokenChars = SearchValues.Create(TokenText);
    private static readonly SearchValues<char> HostChars = SearchValues.Create("-._~!$&'()*+,;=%" + Digits + Letters);
    private static readonly SearchValues<char> Ipv6Chars = SearchValues.Create(":.ABCDEFabcdef" + Digits);

    /// <summary>Checks for a token: at least one tchar and nothing else.</summary>
    public static bool IsToken(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExcept(TokenChars);

    /// <summary>Counts the characters of the token that a text begins with; 0 when with none.</summary>
    public static int TokenLength(ReadOnlySpan<char> text)
    {
        int length = text.IndexOfAnyExcept(TokenChars);
        return length < 0 ? text.Length : length;
    }

    /// <summary>Checks for characters that a value may hold; each must fit one byte.</summary>
    public static bool IsValue(ReadOnlySpan<char> text) => IsAllOf(text, ValueBytes);

    /// <summary>Checks for characters that a request target may hold.</summary>
    public static bool IsTarget(ReadOnlySpan<char> text) => IsAllOf(text, TargetBytes);

    /// <summary>Checks for a comma-separated list of tokens, some with a version (<c>h2c/1</c>).</summary>
    /// <remarks>Empty elements count for nothing (RFC 9110, section 5.6.1.2).</remarks>
    public static bool IsTokenList(ReadOnlySpan<char> list)
    {
        foreach (Range range in list.Split(','))
        {
            ReadOnlySpan<char> element = list[range].Trim(" \t");
            int slash = element.IndexOf('/');
            bool valid = slash < 0
                ? element.IsEmpty || IsToken(element)
                : IsToken(element[..slash]) && IsToken(element[(slash + 1)..]);
            if (!valid)
                return false;
        }

        return true;
    }

    /// <summary>Looks for an element of a comma-separated list, ignoring ASCII case.</summary>
    public static bool ListHas(ReadOnlySpan<char> list, string token)
    {
        foreach (Range range in list.Split(','))
        {
            if (list[range].Trim(" \t").Equals(token, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    /// <summary>Checks for a host with an optional port and no user information (RFC 9110, section 4.2).</summary>
    public static bool IsAuthority(ReadOnlySpan<char> text)
    {
        int hostEnd = text.StartsWith('[') ? text.IndexOf(']') + 1 : text.IndexOf(':');
        if (hostEnd < 0)
            hostEnd = text.Length;
        ReadOnlySpan<char> host = text[..hostEnd];
        ReadOnlySpan<char> port = text[hostEnd..];
        return IsHost(host) && (port.IsEmpty || IsPort(port));
    }

    private static bool IsAllOf(ReadOnlySpan<char> text, SearchValues<byte> allowed)
    {
        foreach (char c in text)
        {
            if (c > 0xFF || !allowed.Contains((byte)c))
                return false;
        }

        return true;
    }

    private static bool IsHost(ReadOnlySpan<char> host)
    {
        if (host.IsEmpty)
            return false;
        if (host[0] != '[')
            return !host.ContainsAnyExcept(HostChars) && HasWholeEscapes(host);
        ReadOnlySpan<char> address = host[1..^1];
        return !address.ContainsAnyExcept(Ipv6Chars)
            && address.Contains(':') // else it is version 4, which has no brackets
            && IPAddress.TryParse(address, out _);
    }

    private static bool HasWholeEscapes(ReadOnlySpan<char> text)
    {
        for (int at = text.IndexOf('%'); at >= 0; at = text.IndexOf('%'))
        {
            if (text.Length < at + 3 || !char.IsAsciiHexDigit(text[at + 1]) || !char.IsAsciiHexDigit(text[at + 2]))
                return false;
            text = text[(at + 3)..];
        }

        return true;
    }

    // A port may be empty (RFC 3986, section 3.2.3).
    private static bool IsPort(ReadOnlySpan<char> text)
    {
        if (text[0] != ':' || text[1..].ContainsAnyExceptInRange('0', '9'))
            return false;
        return text.Length == 1 || ushort.TryParse(text[1..], out _);
    }

    private static byte[] BytesWhere(Func<byte, bool> belongs) =>
        [.. Enumerable.Range(0, 256).Select(static n => (byte)n).Where(belongs)];
}
