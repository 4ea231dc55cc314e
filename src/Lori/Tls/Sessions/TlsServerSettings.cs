// SPDX-License-Identifier: MIT
using System.Net.Security;
using System.Security.Authentication;

namespace Lori.Tls;

/// <summary>Is what a server's <see cref="TlsContext"/> is made of: checked options, certificates loaded. Immutable.</summary>
internal sealed class TlsServerSettings
{
    public required ServerCertificates Certificates { get; init; }

    public required TlsClientCertificates ClientCertificates { get; init; }

    /// <summary>Gets what judges the certificates of clients; null when they are not asked for.</summary>
    public required PeerVerifier? Verifier { get; init; }

    /// <summary>Gets what is offered by ALPN, the best first; empty for none. A client that offers none of them fails.</summary>
    public required IReadOnlyList<SslApplicationProtocol> ApplicationProtocols { get; init; }

    /// <summary>Gets TLS 1.2, TLS 1.3 or both.</summary>
    public required SslProtocols Protocols { get; init; }

    /// <summary>Gets whether sessions may be resumed.</summary>
    public required bool AllowResumption { get; init; }

    /// <summary>
    /// Gets what session tickets are encrypted with: the same from one set of certificates to the next, so that sessions outlive a
    /// reload.
    /// </summary>
    public required TlsTicketKeys TicketKeys { get; init; }
}
