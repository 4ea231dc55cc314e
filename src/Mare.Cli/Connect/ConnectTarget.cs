// SPDX-License-Identifier: MIT
using System.Diagnostics.CodeAnalysis;

namespace Mare.Cli.Connect;

/// <summary>Is where a URL leads. RFC 6455, section 3.</summary>
/// <param name="Url">The URL, for people.</param>
/// <param name="Host">The host to connect to: a name, or an address without brackets.</param>
/// <param name="Port">The port.</param>
/// <param name="Authority">The host and port as the request names them: without the port that the scheme implies.</param>
/// <param name="Resource">The path and query that are asked for.</param>
/// <param name="IsSecure">Whether TLS is spoken: wss.</param>
internal sealed record ConnectTarget(string Url, string Host, int Port, string Authority, string Resource, bool IsSecure)
{
    /// <summary>Reads a URL; one without a scheme is meant as ws.</summary>
    /// <param name="text">What the user wrote.</param>
    /// <param name="target">The target, or null.</param>
    /// <param name="error">What is wrong with it, or null.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out ConnectTarget? target, [NotNullWhen(false)] out string? error)
    {
        target = null;
        var isUrl = Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : $"ws://{text}", UriKind.Absolute, out var uri);
        error = !isUrl || uri!.Host.Length == 0 ? $"'{text}' is no URL: use ws://HOST[:PORT][/PATH], or wss://."
            : uri.Scheme is not ("ws" or "wss") ? $"'{uri.Scheme}' is no WebSocket scheme: use ws:// or wss://."
            : uri.Fragment.Length > 0 ? "A WebSocket URL has no fragment: leave the # out, or write it as %23."
            : uri.UserInfo.Length > 0 ? "A URL with a user name is not supported: use --header 'Authorization: ...'."
            : null;
        if (error is not null) return false;
        target = new ConnectTarget(uri!.AbsoluteUri, uri.IdnHost, uri.Port, AuthorityOf(uri), uri.PathAndQuery, uri.Scheme == Uri.UriSchemeWss);
        return true;
    }

    private static string AuthorityOf(Uri uri)
    {
        // .NET's IdnHost has no brackets.
        var host = uri.HostNameType == UriHostNameType.IPv6 ? $"[{uri.IdnHost}]" : uri.IdnHost;
        return uri.IsDefaultPort ? host : $"{host}:{uri.Port}";
    }
}
