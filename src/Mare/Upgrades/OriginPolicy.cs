// SPDX-License-Identifier: MIT
namespace Mare;

/// <summary>
/// Knows whose pages may open a WebSocket: those of the server's own origin, and those that are named. RFC 6455, section
/// 10.2; RFC 6454.
/// </summary>
internal sealed class OriginPolicy(IReadOnlyList<string> allowed, bool allowsAny)
{
    // What a browser sends for a page that has no origin to speak of: a sandboxed frame, a file. RFC 6454, section 7.3.
    private const string Opaque = "null";
    private const string SchemeEnd = "://";

    private readonly string[] _allowed = [.. allowed];

    public static bool IsValid(string? entry) => entry == Opaque || (entry is not null && Authority.IsNameable(entry) && TrySplit(entry, out _, out _));

    /// <summary>Says whether a page may connect.</summary>
    /// <param name="origin">What the browser says; null when it is none.</param>
    /// <param name="host">The host that the request asks for.</param>
    /// <param name="isEncrypted">Whether the connection is; null when this side cannot know, since a proxy or the user's own stream is below.</param>
    public bool Allows(string? origin, string? host, bool? isEncrypted)
    {
        if (origin is null || allowsAny) return true;
        if (origin == Opaque || !TrySplit(origin, out var scheme, out var page)) return IsNamed(origin);
        return IsOwn(scheme, page, host, isEncrypted) || IsNamed(origin, scheme, page);
    }

    private static bool IsOwn(ReadOnlySpan<char> scheme, Authority page, string? host, bool? isEncrypted)
    {
        var isHttps = scheme.Equals("https", StringComparison.OrdinalIgnoreCase);
        if (!isHttps && !scheme.Equals("http", StringComparison.OrdinalIgnoreCase)) return false;
        if (isEncrypted is { } encrypted && encrypted != isHttps) return false;
        return host is not null && Authority.TryParse(host, out var own) && page.HasHost(own.Host) && page.PortOf(scheme) == own.PortOf(scheme);
    }

    private bool IsNamed(string origin) => _allowed.Contains(origin, StringComparer.OrdinalIgnoreCase);

    private bool IsNamed(string origin, ReadOnlySpan<char> scheme, Authority page)
    {
        if (IsNamed(origin)) return true;
        foreach (var entry in _allowed)
        {
            // "https://example.com:443" is "https://example.com".
            if (entry != Opaque && TrySplit(entry, out var knownScheme, out var known)
                && knownScheme.Equals(scheme, StringComparison.OrdinalIgnoreCase)
                && known.HasHost(page.Host) && known.PortOf(scheme) == page.PortOf(scheme))
                return true;
        }

        return false;
    }

    /// <summary>Takes "https://example.com:8443" apart; an origin has no path.</summary>
    private static bool TrySplit(string origin, out ReadOnlySpan<char> scheme, out Authority authority)
    {
        scheme = default;
        authority = default;
        var end = origin.IndexOf(SchemeEnd, StringComparison.Ordinal);
        if (end <= 0) return false;
        scheme = origin.AsSpan(0, end);
        return Authority.TryParse(origin.AsSpan(end + SchemeEnd.Length), out authority);
    }
}
