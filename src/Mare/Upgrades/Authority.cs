// SPDX-License-Identifier: MIT
using System.Buffers;
using System.Globalization;

namespace Mare;

/// <summary>Is a host with its port, as <c>Host</c> and origins spell them. RFC 3986, section 3.2.</summary>
internal readonly ref struct Authority
{
    /// <summary>The port of an authority that names none.</summary>
    public const int NoPort = -1;

    private static readonly SearchValues<char> NotInNames = SearchValues.Create("[]:/@?#\\ ");
    private static readonly SearchValues<char> NotInAddresses = SearchValues.Create("[]/@?#\\ ");

    private Authority(ReadOnlySpan<char> host, int port)
    {
        Host = host;
        Port = port;
    }

    /// <summary>Gets the host; an IPv6 address with its brackets.</summary>
    public ReadOnlySpan<char> Host { get; }

    public int Port { get; }

    /// <summary>Takes "example.com", "example.com:8080" or "[::1]:8080" apart; false for anything else.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Authority authority)
    {
        authority = default;
        // A colon inside of brackets belongs to the address.
        var colon = text[(text.LastIndexOf(']') + 1)..].LastIndexOf(':');
        var host = text;
        var port = NoPort;
        if (colon >= 0)
        {
            colon += text.LastIndexOf(']') + 1;
            host = text[..colon];
            if (!ushort.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return false;
            port = number;
        }

        if (!IsHost(host)) return false;
        authority = new Authority(host, port);
        return true;
    }

    /// <summary>
    /// Says whether an option's host can ever be asked for: there are no wildcards, and clients spell names that are not ASCII by
    /// their punycode. RFC 5891.
    /// </summary>
    public static bool IsNameable(ReadOnlySpan<char> text) => !text.Contains('*') && !text.ContainsAnyExceptInRange('!', '~');

    public bool HasHost(ReadOnlySpan<char> host) => Host.Equals(host, StringComparison.OrdinalIgnoreCase);

    /// <summary>Gets the port, or that which the scheme has when none is named. RFC 9110, section 4.2.</summary>
    public int PortOf(ReadOnlySpan<char> scheme)
    {
        if (Port != NoPort) return Port;
        if (scheme.Equals("https", StringComparison.OrdinalIgnoreCase)) return 443;
        return scheme.Equals("http", StringComparison.OrdinalIgnoreCase) ? 80 : NoPort;
    }

    private static bool IsHost(ReadOnlySpan<char> host) =>
        !host.IsEmpty
        && (host[0] == '[' ? IsBracketed(host) : !host.ContainsAny(NotInNames));

    private static bool IsBracketed(ReadOnlySpan<char> host) =>
        host.Length > 2 && host[^1] == ']' && !host[1..^1].ContainsAny(NotInAddresses);
}
