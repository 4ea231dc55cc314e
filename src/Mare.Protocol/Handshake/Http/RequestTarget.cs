// SPDX-License-Identifier: MIT
namespace Mare.Protocol;

/// <summary>Holds the parts of a request target (RFC 9112, section 3.2).</summary>
/// <param name="Path">The path, percent-encoding kept.</param>
/// <param name="QueryString">The query with its question mark, or empty.</param>
/// <param name="Authority">The host and port of an absolute URI, or null.</param>
internal readonly record struct RequestTarget(string Path, string QueryString, string? Authority)
{
    private static readonly string[] Schemes = ["http://", "https://", "ws://", "wss://"];

    /// <summary>Takes apart a path, an absolute URI, or the asterisk of <c>OPTIONS</c>.</summary>
    /// <returns>False for any other form: this is no proxy, so the authority of <c>CONNECT</c> is none.</returns>
    public static bool TryParse(string method, string target, out RequestTarget parsed)
    {
        parsed = default;
        if (target.StartsWith('/'))
        {
            parsed = FromPath(target, null);
            return true;
        }

        if (target == "*" && method == "OPTIONS")
        {
            parsed = new(target, "", null);
            return true;
        }

        return TryParseAbsolute(target, out parsed);
    }

    private static bool TryParseAbsolute(string target, out RequestTarget parsed)
    {
        parsed = default;
        string? scheme = Array.Find(Schemes, s => target.StartsWith(s, StringComparison.OrdinalIgnoreCase));
        if (scheme is null)
            return false;
        string rest = target[scheme.Length..];
        int end = rest.AsSpan().IndexOfAny('/', '?');
        if (end < 0)
            end = rest.Length;
        if (!FieldSyntax.IsAuthority(rest.AsSpan(0, end)))
            return false;
        parsed = FromPath(rest[end..], rest[..end]);
        return true;
    }

    private static RequestTarget FromPath(string pathAndQuery, string? authority)
    {
        int question = pathAndQuery.IndexOf('?', StringComparison.Ordinal);
        string path = question < 0 ? pathAndQuery : pathAndQuery[..question];
        string query = question < 0 ? "" : pathAndQuery[question..];
        return new(path.Length == 0 ? "/" : path, query, authority); // RFC 9110, section 4.2.3: no path is "/"
    }
}
