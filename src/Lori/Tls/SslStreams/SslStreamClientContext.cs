// SPDX-License-Identifier: MIT
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Lori.Tls.SslStreams;

/// <summary>Is a client that speaks TLS by <see cref="SslStream"/>.</summary>
internal sealed class SslStreamClientContext : TlsContext
{
    /// <exception cref="TlsCertificateException">The client's certificate cannot be used.</exception>
    public SslStreamClientContext(TlsClientSettings settings)
    {
        Verifier = settings.Verifier;
        Options = new SslClientAuthenticationOptions
        {
            TargetHost = settings.TargetHost,
            EnabledSslProtocols = settings.Protocols,
            AllowRenegotiation = false,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            CertificateChainPolicy = SslStreamSession.NoNetwork(),
            RemoteCertificateValidationCallback = SslStreamSession.Judge,
            ApplicationProtocols = settings.ApplicationProtocols.Count == 0 ? null : [.. settings.ApplicationProtocols],
        };
        if (settings.Certificate is { } certificate) Options.ClientCertificateContext = SslStreamServerContext.ContextOf(certificate);
    }

    public override TlsImplementation Implementation => TlsImplementation.SslStream;

    /// <summary>Gets what judges the server's certificate; null accepts any.</summary>
    public PeerVerifier? Verifier { get; }

    public SslClientAuthenticationOptions Options { get; }

    public override TlsSession CreateSession(EventLoop loop, ITlsSessionEvents events) => new SslStreamClientSession(this, loop, events);
}
