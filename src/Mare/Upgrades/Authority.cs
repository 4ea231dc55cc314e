// SPDX-License-Identifier: MIT
using System.Buffers;
using System.Globalization;

namespace Mare;

/// <summary>Is a host with its port, as <c>Host</c> and origins spell them. RFC 3986, section 3.2.</summary>
internal readonly ref struct Authority
{
    /// <summary>The port of an authority that names none.</summary>
    public const int NoPort = -1;

    // RFC 9110, section 4.2: what a scheme has when none is named.
    private const int HttpPort = 80;
    private const int HttpsPort = 443;

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

    /// <summary>Takes "example.com", "example.com:8080" or "[::1]:8080" apart, the port of which may be empty; false for anything else.</summary>
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
            // An empty port is none: RFC 3986, section 6.2.3.
            if (colon + 1 < text.Length && !TryReadPort(text[(colon + 1)..], out port)) return false;
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

    /// <summary>Gets the port, or that which the scheme has when none is named.</summary>
    public int PortOf(ReadOnlySpan<char> scheme)
    {
        if (Port != NoPort) return Port;
        if (scheme.Equals("https", StringComparison.OrdinalIgnoreCase)) return HttpsPort;
        return scheme.Equals("http", StringComparison.OrdinalIgnoreCase) ? HttpPort : NoPort;
    }

    /// <summary>Says whether this is the port, be it that which the scheme has when none is named.</summary>
    /// <param name="port">The port.</param>
    /// <param name="isEncrypted">Whether the scheme is that of TLS; null for either.</param>
    public bool HasPort(int port, bool? isEncrypted)
    {
        if (Port != NoPort) return port == Port;
        return (port == HttpsPort && isEncrypted != false) || (port == HttpPort && isEncrypted != true);
    }

    private static bool TryReadPort(ReadOnlySpan<char> text, out int port)
    {
        var isPort = ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        port = number;
        return isPort;
    }

    private static bool IsHost(ReadOnlySpan<char> host) =>
        !host.IsEmpty
        && (host[0] == '[' ? IsBracketed(host) : !host.ContainsAny(NotInNames));

    private static bool IsBracketed(ReadOnlySpan<char> host) =>
        host.Length > 2 && host[^1] == ']' && !host[1..^1].ContainsAny(NotInAddresses);
}
