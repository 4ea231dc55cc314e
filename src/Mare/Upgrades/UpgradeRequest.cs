// SPDX-License-Identifier: MIT
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Lori;
using Mare.Protocol;

namespace Mare;

/// <summary>Is a client's valid request to open a WebSocket connection. Immutable; may be kept.</summary>
public sealed class UpgradeRequest
{
    internal UpgradeRequest(RequestHead head, IReadOnlyList<string> subprotocols, ClientFacts client, TcpConnection tcp)
    {
        Path = head.Path;
        QueryString = head.QueryString;
        Host = client.Host;
        Headers = head.Headers;
        // What is a token is no subprotocol: choosing it would send it back.
        TokenSubprotocols = subprotocols.Any(BearerToken.IsToken) ? [.. subprotocols.Where(BearerToken.IsToken)] : [];
        Subprotocols = TokenSubprotocols.Count == 0 ? subprotocols : [.. subprotocols.Where(static s => !BearerToken.IsToken(s))];
        ClientAddress = client.Address;
        IsEncrypted = client.IsEncrypted;
        RemoteEndPoint = tcp.RemoteEndPoint;
        LocalEndPoint = tcp.LocalEndPoint;
        Tls = tcp.Tls;
    }

    /// <summary>Gets the path, as sent: percent-encoding is kept, such as "/chat/room%201".</summary>
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
    /// Gets the subprotocols that the client offers, the one it likes best first, without those that are a token (see
    /// <see cref="BearerToken"/>). RFC 6455, section 1.9.
    /// </summary>
    public IReadOnlyList<string> Subprotocols { get; }

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

    /// <summary>Gets what TLS has agreed on; null without TLS of the server's own.</summary>
    public TlsConnectionInfo? Tls { get; }

    /// <summary>
    /// Gets the client's certificate, which has been verified; null when it sent none, or was not asked for one. See
    /// <see cref="TlsServerOptions.ClientCertificates"/>.
    /// </summary>
    public X509Certificate2? ClientCertificate => Tls?.PeerCertificate;

    /// <summary>Gets the subprotocols that are a token.</summary>
    internal IReadOnlyList<string> TokenSubprotocols { get; }
}
