// SPDX-License-Identifier: MIT
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Lori.Tls.SslStreams;

/// <summary>Is a server that speaks TLS by <see cref="SslStream"/>.</summary>
internal sealed class SslStreamServerContext : TlsContext
{
    private readonly ServerCertificates _certificates;
    private readonly Dictionary<CertificateWithChain, SslServerAuthenticationOptions> _options = [];

    /// <exception cref="TlsCertificateException">A certificate cannot be used.</exception>
    public SslStreamServerContext(TlsServerSettings settings)
    {
        _certificates = settings.Certificates;
        Verifier = settings.Verifier;
        RequiresCertificate = settings.ClientCertificates == TlsClientCertificates.Required;
        foreach (var certificate in settings.Certificates.All) _options[certificate] = Prepare(settings, certificate);
    }

    public override TlsImplementation Implementation => TlsImplementation.SslStream;

    /// <summary>Gets what judges the certificates of clients; null when they are not asked for.</summary>
    public PeerVerifier? Verifier { get; }

    public bool RequiresCertificate { get; }

    public override TlsSession CreateSession(EventLoop loop, ITlsSessionEvents events) => new SslStreamServerSession(this, loop, events);

    /// <summary>Finds what a connection is answered with; null when no certificate is for that name.</summary>
    public SslServerAuthenticationOptions? Find(string? serverName) =>
        _certificates.Find(serverName) is { } certificate ? _options[certificate] : null;

    private SslServerAuthenticationOptions Prepare(TlsServerSettings settings, CertificateWithChain certificate)
    {
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = ContextOf(certificate),
            EnabledSslProtocols = settings.Protocols,
            AllowRenegotiation = false,
            // A resumed session has the client's certificate without its chain, and .NET shares sessions of a process by the server's
            // certificate alone, with end points that ask no client for one.
            AllowTlsResume = settings.AllowResumption && Verifier is null,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            ApplicationProtocols = settings.ApplicationProtocols.Count == 0 ? null : [.. settings.ApplicationProtocols],
        };
        if (Verifier is null) return options;
        options.ClientCertificateRequired = true;
        options.CertificateChainPolicy = SslStreamSession.NoNetwork();
        options.RemoteCertificateValidationCallback = SslStreamSession.Judge;
        return options;
    }

    /// <summary>Prepares a certificate; what it lacks of its chain is not fetched.</summary>
    internal static SslStreamCertificateContext ContextOf(CertificateWithChain certificate)
    {
        try
        {
            return SslStreamCertificateContext.Create(certificate.Certificate, certificate.Chain, offline: true);
        }
        catch (Exception e) when (e is System.Security.Cryptography.CryptographicException or NotSupportedException or ArgumentException)
        {
            throw new TlsCertificateException($"The certificate of {certificate.Certificate.Subject} cannot be used: {e.Message}", e);
        }
    }
}
