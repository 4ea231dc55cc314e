// SPDX-License-Identifier: MIT
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Lori.Tls;
using Lori.Tls.OpenSsl;

namespace Lori.Tests.Tls.OpenSsl;

/// <summary>Makes contexts with what most tests want.</summary>
internal static class Settings
{
    public const SslProtocols Both = SslProtocols.Tls12 | SslProtocols.Tls13;

    /// <summary>Makes a server's context; where libssl cannot be used, the test is skipped.</summary>
    public static OpenSslContext OpenSsl(TlsServerSettings settings)
    {
        Assert.SkipUnless(OpenSslLibrary.IsAvailable, OpenSslLibrary.Missing ?? "");
        return new OpenSslServerContext(settings);
    }

    /// <summary>Makes a client's context; where libssl cannot be used, the test is skipped.</summary>
    public static OpenSslContext OpenSsl(TlsClientSettings settings)
    {
        Assert.SkipUnless(OpenSslLibrary.IsAvailable, OpenSslLibrary.Missing ?? "");
        return new OpenSslClientContext(settings);
    }

    public static TlsServerSettings Server(
        SslProtocols protocols = Both,
        ServerCertificates? certificates = null,
        TlsClientCertificates clientCertificates = TlsClientCertificates.Off,
        X509Certificate2Collection? roots = null,
        bool allowResumption = true,
        TlsTicketKeys? ticketKeys = null,
        params string[] alpn) => new()
        {
            Certificates = certificates ?? Certificates(TestCertificates.Server),
            ClientCertificates = clientCertificates,
            Verifier = clientCertificates == TlsClientCertificates.Off
                ? null
                : PeerVerifier.OfClients(roots ?? TestCertificates.Roots, X509RevocationMode.NoCheck),
            ApplicationProtocols = [.. alpn.Select(static p => new SslApplicationProtocol(p))],
            Protocols = protocols,
            AllowResumption = allowResumption,
            TicketKeys = ticketKeys ?? new TlsTicketKeys(),
        };

    /// <summary>Makes the certificates of a server that has one by default, and one by each name.</summary>
    public static ServerCertificates Certificates(TlsCertificate? certificate, params string[] names) => new(
        certificate?.Current,
        names.ToDictionary(static n => n, static n => TlsCertificate.From(TestCertificates.MakeServer(n), TestCertificates.Intermediates).Current));

    public static TlsClientSettings Client(
        SslProtocols protocols = Both,
        string host = "server.test",
        TlsCertificate? certificate = null,
        bool acceptAny = false,
        X509Certificate2Collection? roots = null,
        params string[] alpn) => new()
        {
            TargetHost = host,
            Verifier = acceptAny ? null : PeerVerifier.OfServer(host, roots ?? TestCertificates.Roots, X509RevocationMode.NoCheck),
            Certificate = certificate?.Current,
            ApplicationProtocols = [.. alpn.Select(static p => new SslApplicationProtocol(p))],
            Protocols = protocols,
        };
}
