// SPDX-License-Identifier: MIT
using System.Security.Authentication;
using Lori.Tls;

namespace Lori.Tests.Tls.OpenSsl;

/// <summary>The two implementations against each other: neither shares the other's mistakes.</summary>
public sealed class CrossTests
{
    [Theory]
    [InlineData(TlsImplementation.SslStream, TlsImplementation.OpenSsl, SslProtocols.Tls12)]
    [InlineData(TlsImplementation.SslStream, TlsImplementation.OpenSsl, SslProtocols.Tls13)]
    [InlineData(TlsImplementation.OpenSsl, TlsImplementation.SslStream, SslProtocols.Tls12)]
    [InlineData(TlsImplementation.OpenSsl, TlsImplementation.SslStream, SslProtocols.Tls13)]
    public void Connection_OfBoth_AgreesCarriesAndCloses(TlsImplementation client, TlsImplementation server, SslProtocols protocol)
    {
        Assert.SkipUnless(TlsSelector.Choose(TlsImplementation.Auto, null) == TlsImplementation.OpenSsl, "there is no OpenSSL 3");
        var random = new Random(5);
        using var pair = SessionPair.Connected(
            TlsSelector.CreateClient(client, Settings.Client(protocol, certificate: TestCertificates.Client, alpn: "http/1.1")),
            TlsSelector.CreateServer(server, Settings.Server(clientCertificates: TlsClientCertificates.Required, alpn: "http/1.1")),
            () => random.Next(1, 3000));
        var (own, other) = (pair.Client.Session.GetInfo(), pair.Server.Session.GetInfo());
        Assert.Equal((protocol, protocol), (own.Protocol, other.Protocol));
        Assert.Equal((own.CipherSuite, "http/1.1", "http/1.1"), (other.CipherSuite, own.ApplicationProtocol, other.ApplicationProtocol));
        using var ofServer = own.PeerCertificate;
        using var ofClient = other.PeerCertificate;
        Assert.Equal(TestCertificates.Server.Current.Certificate.Thumbprint, ofServer?.Thumbprint);
        Assert.Equal(TestCertificates.Client.Current.Certificate.Thumbprint, ofClient?.Thumbprint);

        var up = new byte[100_000];
        random.NextBytes(up);
        for (var at = 0; at < up.Length; at += TlsSession.MaxSend)
        {
            pair.Client.Session.Send(up.AsMemory(at, Math.Min(TlsSession.MaxSend, up.Length - at)));
            pair.Server.Session.Send(up.AsMemory(at, Math.Min(TlsSession.MaxSend, up.Length - at)));
        }

        pair.Run();
        Assert.Equal(up, pair.Server.Received);
        Assert.Equal(up, pair.Client.Received);
        pair.Client.Session.SendCloseNotify();
        pair.Run();
        Assert.Equal((1, null), (pair.Server.CloseNotifies, pair.Server.Failure));
    }
}
