// SPDX-License-Identifier: MIT
using System.Net.Security;
using System.Security.Authentication;

namespace Lori.Tls;

/// <summary>Is what a client's <see cref="TlsContext"/> is made of: checked options. Immutable.</summary>
internal sealed class TlsClientSettings
{
    /// <summary>Gets the name, in ASCII, that the server is asked for (SNI) and that its certificate must have; an address is no SNI.</summary>
    public required string TargetHost { get; init; }

    /// <summary>Gets what judges the server's certificate, its name included; null accepts any.</summary>
    public required PeerVerifier? Verifier { get; init; }

    /// <summary>Gets the client's own certificate; null for none.</summary>
    public required CertificateWithChain? Certificate { get; init; }

    /// <summary>Gets what is offered by ALPN, the best first; empty for none.</summary>
    public required IReadOnlyList<SslApplicationProtocol> ApplicationProtocols { get; init; }

    /// <summary>Gets TLS 1.2, TLS 1.3 or both.</summary>
    public required SslProtocols Protocols { get; init; }
}
