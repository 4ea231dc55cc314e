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
    internal PlainRequest(RequestHead head, ClientFacts client, EndPoint? remote, EndPoint? local, bool isDraining)
    {
        Method = head.Method;
        Path = head.Path;
        QueryString = head.QueryString;
        Host = client.Host;
        Headers = head.Headers;
        ClientAddress = client.Address;
        IsEncrypted = client.IsEncrypted;
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

    /// <summary>
    /// Gets the host, with its port where the client sent one; behind a trusted proxy that says so, the host that the proxy was asked for.
    /// </summary>
    public string? Host { get; }

    /// <summary>Gets the headers; names are looked up ignoring case. Never null; equal names are joined by a comma.</summary>
    public HeaderCollection Headers { get; }

    /// <summary>
    /// Gets the client's address: behind a proxy of <see cref="WebSocketServerOptions.Forwarded"/> what that says, else
    /// <see cref="RemoteEndPoint"/>'s; null where it has none.
    /// </summary>
    public IPAddress? ClientAddress { get; }

    /// <summary>
    /// Gets whether the client speaks TLS, with this server or with a trusted proxy in front; null when that cannot be known.
    /// </summary>
    public bool? IsEncrypted { get; }

    /// <summary>Gets the other end of the connection, a proxy's where one is in front that speaks HTTP; null over a Unix domain socket.</summary>
    public EndPoint? RemoteEndPoint { get; }

    /// <summary>Gets this side's address; null over a Unix domain socket.</summary>
    public EndPoint? LocalEndPoint { get; }

    /// <summary>
    /// Gets whether the server was letting its connections go when the request came: a health check should fail, as
    /// <see cref="PlainResponse.Health"/> does.
    /// </summary>
    public bool IsDraining { get; }
}
