// SPDX-License-Identifier: MIT
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Lori;

/// <summary>Says what the two sides of a TLS connection have agreed on. Immutable; may be kept.</summary>
public sealed class TlsConnectionInfo
{
    internal TlsConnectionInfo()
    {
    }

    /// <summary>Gets what speaks TLS on this side.</summary>
    public required TlsImplementation Implementation { get; init; }

    /// <summary>Gets the version: TLS 1.2 or TLS 1.3.</summary>
    public required SslProtocols Protocol { get; init; }

    /// <summary>Gets the cipher suite.</summary>
    public required TlsCipherSuite CipherSuite { get; init; }

    /// <summary>Gets what was agreed on by ALPN, such as "http/1.1"; null for nothing. RFC 7301.</summary>
    public required string? ApplicationProtocol { get; init; }

    /// <summary>Gets the name that the client asked for (SNI), an international one in ASCII ("xn--"); null for none. RFC 6066, section 3.</summary>
    public required string? ServerName { get; init; }

    /// <summary>Gets the peer's certificate, trusted unless this side accepts any; null for none. The caller's to dispose of.</summary>
    public required X509Certificate2? PeerCertificate { get; init; }

    /// <summary>Gets whether an earlier session was resumed; null where the implementation does not tell (SslStream).</summary>
    public required bool? IsResumed { get; init; }
}
