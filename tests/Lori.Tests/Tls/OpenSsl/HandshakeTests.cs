// SPDX-License-Identifier: MIT
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using Lori.Tls;

namespace Lori.Tests.Tls.OpenSsl;

/// <summary>libssl on both sides: what is agreed on, and what is not.</summary>
public sealed class HandshakeTests
{
    [Theory]
    [InlineData(SslProtocols.Tls12, TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256)]
    [InlineData(SslProtocols.Tls13, TlsCipherSuite.TLS_AES_128_GCM_SHA256)]
    public void Handshake_EachVersion_AgreesAndCarriesBothWays(SslProtocols protocol, TlsCipherSuite suite)
    {
        using var pair = SessionPair.Connected(Settings.OpenSsl(Settings.Client(protocol)), Settings.OpenSsl(Settings.Server()));
        pair.Client.Send("hello");
        pair.Server.Send("welcome");
        pair.Run();
        Assert.Equal(("welcome", "hello"), (pair.Client.Text, pair.Server.Text));

        var info = pair.Server.Session.GetInfo();
        Assert.Equal((protocol, suite, "server.test"), (info.Protocol, info.CipherSuite, info.ServerName));
        Assert.Equal((TlsImplementation.OpenSsl, null, false), (info.Implementation, info.ApplicationProtocol, info.IsResumed));
        Assert.Null(info.PeerCertificate);
        using var certificate = pair.Client.Session.GetInfo().PeerCertificate;
        Assert.Equal(TestCertificates.Server.Current.Certificate.Thumbprint, certificate?.Thumbprint);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public void Handshake_ByteByByte_Succeeds(SslProtocols protocol)
    {
        using var pair = SessionPair.Connected(Settings.OpenSsl(Settings.Client(protocol)), Settings.OpenSsl(Settings.Server()), static () => 1);
        pair.Client.Send("hello");
        pair.Run();
        Assert.Equal("hello", pair.Server.Text);
    }

    [Fact]
    public void Handshake_NoVersionInCommon_FailsOnBothSides()
    {
        using var pair = new SessionPair(
            Settings.OpenSsl(Settings.Client(SslProtocols.Tls12)), Settings.OpenSsl(Settings.Server(SslProtocols.Tls13)));
        pair.Handshake();
        Assert.Equal((TlsFailure.NothingInCommon, TlsFailure.RefusedByPeer), (pair.Server.Failure, pair.Client.Failure));
        Assert.Contains("alert 70", pair.Client.Detail, StringComparison.Ordinal); // protocol_version
    }

    [Fact]
    public void Handshake_RsaKey_Succeeds()
    {
        using var key = RSA.Create(2048);
        var certificates = Settings.Certificates(TlsCertificate.From(TestCertificates.MakeServer("server.test", key), TestCertificates.Intermediates));
        using var pair = SessionPair.Connected(
            Settings.OpenSsl(Settings.Client(SslProtocols.Tls12)), Settings.OpenSsl(Settings.Server(certificates: certificates)));
        Assert.Equal(TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, pair.Server.Session.GetInfo().CipherSuite);
    }

    [Fact]
    public void Context_WeakKey_SaysWhichCertificate()
    {
        using var key = RSA.Create(1024);
        var certificates = Settings.Certificates(TlsCertificate.From(TestCertificates.MakeServer("weak", key)));
        var error = Assert.Throws<TlsCertificateException>(() => Settings.OpenSsl(Settings.Server(certificates: certificates)));
        Assert.Contains("CN=weak", error.Message, StringComparison.Ordinal);
        Assert.Contains("key too small", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("b a", "a b", "b")]
    [InlineData("http/1.1", "h2 http/1.1", "http/1.1")]
    [InlineData("", "a", null)]
    [InlineData("a", "", null)]
    public void Alpn_Offers_TheServersFirstIsChosen(string server, string client, string? chosen)
    {
        using var pair = SessionPair.Connected(
            Settings.OpenSsl(Settings.Client(alpn: client.Split(' ', StringSplitOptions.RemoveEmptyEntries))),
            Settings.OpenSsl(Settings.Server(alpn: server.Split(' ', StringSplitOptions.RemoveEmptyEntries))));
        Assert.Equal(
            (chosen, chosen), (pair.Client.Session.GetInfo().ApplicationProtocol, pair.Server.Session.GetInfo().ApplicationProtocol));
    }

    [Fact]
    public void Alpn_NothingInCommon_Fails()
    {
        using var pair = new SessionPair(Settings.OpenSsl(Settings.Client(alpn: "h2")), Settings.OpenSsl(Settings.Server(alpn: "http/1.1")));
        pair.Handshake();
        Assert.Equal((TlsFailure.NothingInCommon, TlsFailure.RefusedByPeer), (pair.Server.Failure, pair.Client.Failure));
        Assert.Contains("alert 120", pair.Client.Detail, StringComparison.Ordinal); // no_application_protocol
    }

    [Theory]
    [InlineData("other.example.com", "other.example.com")]
    [InlineData("OTHER.example.com", "other.example.com")]
    [InlineData("any.example.com", "*.example.com")]
    [InlineData("two.labels.example.com", "server.test")]
    [InlineData("example.org", "server.test")]
    [InlineData("127.0.0.1", "server.test")] // an address is not sent as a name
    public void ServerName_Asked_ChoosesTheCertificate(string host, string subject)
    {
        using var pair = SessionPair.Connected(
            Settings.OpenSsl(Settings.Client(host: host, acceptAny: true)), Settings.OpenSsl(Settings.Server(certificates: ByName(true))));
        using var certificate = pair.Client.Session.GetInfo().PeerCertificate;
        Assert.Equal($"CN={subject}", certificate?.Subject);
        Assert.Equal(host == "127.0.0.1" ? null : host, pair.Server.Session.GetInfo().ServerName);
    }

    [Theory]
    [InlineData("example.org", "there is no certificate for example.org")]
    [InlineData("127.0.0.1", "the client asked for no server name")]
    public void ServerName_UnknownWithoutDefault_Fails(string host, string detail)
    {
        using var pair = new SessionPair(
            Settings.OpenSsl(Settings.Client(host: host, acceptAny: true)), Settings.OpenSsl(Settings.Server(certificates: ByName(false))));
        pair.Handshake();
        Assert.Equal((TlsFailure.NothingInCommon, detail), (pair.Server.Failure, pair.Server.Detail));
        Assert.Contains("alert 112", pair.Client.Detail, StringComparison.Ordinal); // unrecognized_name
    }

    [Theory]
    [InlineData("elsewhere", "alert 42")] // bad_certificate
    public void Client_CertificateOfAnotherName_IsRefused(string host, string alert)
    {
        using var pair = new SessionPair(Settings.OpenSsl(Settings.Client(host: host)), Settings.OpenSsl(Settings.Server()));
        pair.Handshake();
        Assert.Equal((TlsFailure.CertificateRefused, TlsFailure.RefusedByPeer), (pair.Client.Failure, pair.Server.Failure));
        Assert.Contains(alert, pair.Server.Detail, StringComparison.Ordinal);
        Assert.Contains(host, pair.Client.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Client_UnknownRoot_IsRefused()
    {
        using var pair = new SessionPair(
            Settings.OpenSsl(Settings.Client(roots: [TestCertificates.Client.Current.Certificate])), Settings.OpenSsl(Settings.Server()));
        pair.Handshake();
        Assert.Equal((TlsFailure.CertificateRefused, TlsFailure.RefusedByPeer), (pair.Client.Failure, pair.Server.Failure));
        Assert.Contains("alert 48", pair.Server.Detail, StringComparison.Ordinal); // unknown_ca
    }

    [Fact]
    public void Client_ExpiredCertificate_IsRefused()
    {
        var expired = TestCertificates.MakeServer("server.test", notAfter: new DateTimeOffset(1991, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var certificates = Settings.Certificates(TlsCertificate.From(expired, TestCertificates.Intermediates));
        using var pair = new SessionPair(Settings.OpenSsl(Settings.Client()), Settings.OpenSsl(Settings.Server(certificates: certificates)));
        pair.Handshake();
        Assert.Equal(TlsFailure.CertificateRefused, pair.Client.Failure);
        Assert.Contains("alert 45", pair.Server.Detail, StringComparison.Ordinal); // certificate_expired
    }

    [Fact]
    public void Client_ByAddress_FindsItInTheCertificate()
    {
        using var pair = SessionPair.Connected(Settings.OpenSsl(Settings.Client(host: "127.0.0.1")), Settings.OpenSsl(Settings.Server()));
        Assert.Null(pair.Server.Session.GetInfo().ServerName);
    }

    private static ServerCertificates ByName(bool hasDefault) =>
        Settings.Certificates(hasDefault ? TestCertificates.Server : null, "other.example.com", "*.example.com");
}
