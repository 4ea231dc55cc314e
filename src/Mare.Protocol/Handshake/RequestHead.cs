// SPDX-License-Identifier: MIT
namespace Mare.Protocol;

/// <summary>Holds the request line and the headers of a request whose grammar is valid.</summary>
/// <remarks>Immutable: any thread may read. RFC 9112, sections 3 and 5.</remarks>
public sealed class RequestHead
{
    internal RequestHead(string method, string target, RequestTarget parts, int versionMinor, HeaderCollection headers)
    {
        Method = method;
        Target = target;
        Path = parts.Path;
        QueryString = parts.QueryString;
        VersionMinor = versionMinor;
        Headers = headers;
        // RFC 9112, section 3.2.2: the authority of an absolute target overrides Host.
        Authority = parts.Authority ?? headers[HeaderNames.Host];
        IsUpgrade = method == "GET"
            && versionMinor >= 1
            && HasToken(HeaderNames.Upgrade, "websocket")
            && HasToken(HeaderNames.Connection, "upgrade");
        IsPersistent = versionMinor >= 1
            && (!headers.TryGetValue(HeaderNames.Connection, out string? options)
                || (FieldSyntax.IsTokenList(options) && !FieldSyntax.ListHas(options, "close")));
    }

    /// <summary>Gets the method, whose case counts.</summary>
    public string Method { get; }

    /// <summary>Gets the request target as it was sent.</summary>
    public string Target { get; }

    /// <summary>Gets the path, percent-encoding kept; <c>*</c> for that target of <c>OPTIONS</c>.</summary>
    public string Path { get; }

    /// <summary>Gets the query with its question mark, percent-encoding kept; empty when there is none.</summary>
    public string QueryString { get; }

    /// <summary>Gets the host and port that are asked for: those of an absolute target, else of <c>Host</c>.</summary>
    /// <value>Null when there is neither; checked only by <see cref="OpeningHandshake.Validate"/>.</value>
    public string? Authority { get; }

    /// <summary>Gets the minor version of HTTP/1: 0, or 1 for 1 and anything higher.</summary>
    public int VersionMinor { get; }

    /// <summary>Gets the headers; each byte of a value is one character.</summary>
    public HeaderCollection Headers { get; }

    /// <summary>
    /// Gets whether this asks for a WebSocket: <c>GET</c>, HTTP/1.1, <c>Upgrade</c> with <c>websocket</c> and
    /// <c>Connection</c> with <c>upgrade</c>.
    /// </summary>
    /// <value>Whether it asks well is for <see cref="OpeningHandshake.Validate"/>. RFC 6455, section 4.2.1.</value>
    public bool IsUpgrade { get; }

    /// <summary>Gets whether the client would send another request behind this one.</summary>
    /// <value>False for HTTP/1.0 and for <c>Connection: close</c>. RFC 9112, section 9.3.</value>
    public bool IsPersistent { get; }

    /// <summary>Gets whether a body follows: <c>Transfer-Encoding</c>, or a <c>Content-Length</c> that is not zero.</summary>
    /// <value>RFC 9112, section 6. A length that is malformed counts as a body.</value>
    public bool HasBody => OpeningHandshake.CheckNoBody(Headers) is not null;

    private bool HasToken(string name, string token) =>
        Headers.TryGetValue(name, out string? list)
        && FieldSyntax.IsTokenList(list)
        && FieldSyntax.ListHas(list, token);
}
