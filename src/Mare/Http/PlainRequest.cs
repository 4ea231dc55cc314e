// SPDX-License-Identifier: MIT
using System.Net;
using Mare.Protocol;

namespace Mare;

/// <summary>
/// Is a client's HTTP request that asks for no upgrade, GET or HEAD and without a body, as
/// <see cref="WebSocketServerOptions.HttpHandler"/> gets it. Immutable; may be kept.
/// </summary>
public sealed class PlainRequest
{
    internal PlainRequest(RequestHead head, EndPoint? remote, EndPoint? local, bool isDraining)
    {
        Method = head.Method;
        Path = head.Path;
        QueryString = head.QueryString;
        Host = head.Authority;
        Headers = head.Headers;
        RemoteEndPoint = remote;
        LocalEndPoint = local;
        IsDraining = isDraining;
    }

    /// <summary>Gets "GET" or "HEAD". Both are answered alike: the body of the answer to HEAD is counted and not sent.</summary>
    public string Method { get; }

    /// <summary>Gets the path, as sent: percent-encoding is kept, and so are ".." and "//".</summary>
    public string Path { get; }

    /// <summary>Gets the query with its question mark, as sent; empty when there is none.</summary>
    public string QueryString { get; }

    /// <summary>Gets the host, with its port where the client sent one.</summary>
    public string? Host { get; }

    /// <summary>Gets the headers; names are looked up ignoring case. Never null; equal names are joined by a comma.</summary>
    public HeaderCollection Headers { get; }

    /// <summary>Gets the client's address; null over a Unix domain socket.</summary>
    public EndPoint? RemoteEndPoint { get; }

    /// <summary>Gets this side's address; null over a Unix domain socket.</summary>
    public EndPoint? LocalEndPoint { get; }

    /// <summary>
    /// Gets whether the server was letting its connections go when the request came: a health check should fail, as
    /// <see cref="PlainResponse.Health"/> does.
    /// </summary>
    public bool IsDraining { get; }
}
