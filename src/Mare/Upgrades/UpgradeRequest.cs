// SPDX-License-Identifier: MIT
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Lori;
using Mare.Protocol;

namespace Mare;

/// <summary>Is a client's valid request to open a WebSocket connection. Immutable; may be kept.</summary>
public sealed class UpgradeRequest
{
    internal UpgradeRequest(RequestHead head, IReadOnlyList<string> subprotocols, WebSocketConnection connection)
    {
        var tcp = connection.Tcp;
        Path = head.Path;
        QueryString = head.QueryString;
        Host = head.Authority;
        Headers = head.Headers;
        Subprotocols = subprotocols;
        RemoteEndPoint = tcp.RemoteEndPoint;
        LocalEndPoint = tcp.LocalEndPoint;
        Tls = tcp.Tls;
        IsSecure = connection.IsEncrypted ?? false;
    }

    /// <summary>Gets the path, as sent: percent-encoding is kept, such as "/chat/room%201".</summary>
    public string Path { get; }

    /// <summary>Gets the query with its question mark, as sent; empty when there is none.</summary>
    public string QueryString { get; }

    /// <summary>Gets the host, with its port where the client sent one.</summary>
    public string? Host { get; }

    /// <summary>Gets the headers; names are looked up ignoring case. Never null; equal names are joined by a comma.</summary>
    public HeaderCollection Headers { get; }

    /// <summary>Gets the subprotocols that the client offers, the one it likes best first. RFC 6455, section 1.9.</summary>
    public IReadOnlyList<string> Subprotocols { get; }

    /// <summary>Gets the client's address; null over a Unix domain socket.</summary>
    public EndPoint? RemoteEndPoint { get; }

    /// <summary>Gets this side's address; null over a Unix domain socket.</summary>
    public EndPoint? LocalEndPoint { get; }

    /// <summary>
    /// Gets whether the connection is under TLS: the end point's own, or that of an SslStream that is served. What a proxy in
    /// front speaks is not known here.
    /// </summary>
    public bool IsSecure { get; }

    /// <summary>Gets what TLS has agreed on; null without TLS of the server's own.</summary>
    public TlsConnectionInfo? Tls { get; }

    /// <summary>
    /// Gets the client's certificate, which has been verified; null when it sent none, or was not asked for one. See
    /// <see cref="TlsServerOptions.ClientCertificates"/>.
    /// </summary>
    public X509Certificate2? ClientCertificate => Tls?.PeerCertificate;
}
