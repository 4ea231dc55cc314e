// SPDX-License-Identifier: MIT
using System.Security.Authentication;

namespace Lori.Tests.Tls.OpenSsl;

/// <summary>What a server asks its clients for, and what it answers to those that have nothing good.</summary>
public sealed class ClientCertificateTests
{
    [Theory]
    [InlineData(TlsClientCertificates.Off, SslProtocols.Tls12, false)]
    [InlineData(TlsClientCertificates.Off, SslProtocols.Tls13, false)]
    [InlineData(TlsClientCertificates.Optional, SslProtocols.Tls12, true)]
    [InlineData(TlsClientCertificates.Optional, SslProtocols.Tls13, true)]
    [InlineData(TlsClientCertificates.Required, SslProtocols.Tls12, true)]
    [InlineData(TlsClientCertificates.Required, SslProtocols.Tls13, true)]
    public void Client_WithTrustedCertificate_IsKnownWhereItIsAsked(TlsClientCertificates asked, SslProtocols protocol, bool known)
    {
        using var pair = SessionPair.Connected(
            Settings.OpenSsl(Settings.Client(protocol, certificate: TestCertificates.Client)), Settings.OpenSsl(Settings.Server(clientCertificates: asked)));
        using var certificate = pair.Server.Session.GetInfo().PeerCertificate;
        Assert.Equal(known ? TestCertificates.Client.Current.Certificate.Thumbprint : null, certificate?.Thumbprint);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public void Client_WithoutCertificateWhereOptional_IsLetIn(SslProtocols protocol)
    {
        using var pair = SessionPair.Connected(
            Settings.OpenSsl(Settings.Client(protocol)), Settings.OpenSsl(Settings.Server(clientCertificates: TlsClientCertificates.Optional)));
        Assert.Null(pair.Server.Session.GetInfo().PeerCertificate);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12, "alert 40")] // handshake_failure
    [InlineData(SslProtocols.Tls13, "alert 116")] // certificate_required
    public void Client_WithoutCertificateWhereRequired_IsRefused(SslProtocols protocol, string alert)
    {
        using var pair = new SessionPair(
            Settings.OpenSsl(Settings.Client(protocol)), Settings.OpenSsl(Settings.Server(clientCertificates: TlsClientCertificates.Required)));
        pair.Handshake();
        Assert.Equal((TlsFailure.CertificateRefused, TlsFailure.RefusedByPeer), (pair.Server.Failure, pair.Client.Failure));
        Assert.Contains(alert, pair.Client.Detail, StringComparison.Ordinal);
        Assert.Equal(0, pair.Server.Handshakes);
    }

    [Theory]
    [InlineData(TlsClientCertificates.Optional, SslProtocols.Tls12)]
    [InlineData(TlsClientCertificates.Optional, SslProtocols.Tls13)]
    [InlineData(TlsClientCertificates.Required, SslProtocols.Tls12)]
    [InlineData(TlsClientCertificates.Required, SslProtocols.Tls13)]
    public void Client_WithCertificateOfAnotherRoot_IsRefused(TlsClientCertificates asked, SslProtocols protocol)
    {
        using var pair = new SessionPair(
            Settings.OpenSsl(Settings.Client(protocol, certificate: TestCertificates.Client)),
            Settings.OpenSsl(Settings.Server(clientCertificates: asked, roots: [TestCertificates.Server.Current.Certificate])));
        pair.Handshake();
        Assert.Equal((TlsFailure.CertificateRefused, TlsFailure.RefusedByPeer), (pair.Server.Failure, pair.Client.Failure));
        Assert.Contains("alert 48", pair.Client.Detail, StringComparison.Ordinal); // unknown_ca
    }

    [Fact]
    public void Client_WithServersCertificate_IsRefused()
    {
        using var pair = new SessionPair(
            Settings.OpenSsl(Settings.Client(certificate: TestCertificates.Server)),
            Settings.OpenSsl(Settings.Server(clientCertificates: TlsClientCertificates.Required)));
        pair.Handshake();
        Assert.Equal(TlsFailure.CertificateRefused, pair.Server.Failure);
        Assert.Contains("alert 43", pair.Client.Detail, StringComparison.Ordinal); // unsupported_certificate
    }
}
