// SPDX-License-Identifier: MIT
using System.Security.Authentication;
using Lori.Tls;
using Lori.Tls.OpenSsl;

namespace Lori.Tests.Tls.OpenSsl;

/// <summary>Sessions that are taken up again, by tickets.</summary>
public sealed class ResumptionTests
{
    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public void Session_WithTicket_IsResumed(SslProtocols protocol)
    {
        var client = Settings.OpenSsl(Settings.Client(protocol));
        var server = Settings.OpenSsl(Settings.Server());
        Assert.Equal((false, false), Connect(client, server));
        Assert.Equal((true, true), Connect(client, server));
        Assert.Equal((true, true), Connect(client, server));
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public void Session_OverAReloadWithTheSameKeys_IsResumed(SslProtocols protocol)
    {
        var client = Settings.OpenSsl(Settings.Client(protocol));
        var keys = new TlsTicketKeys();
        Assert.Equal((false, false), Connect(client, Settings.OpenSsl(Settings.Server(ticketKeys: keys))));
        Assert.Equal((true, true), Connect(client, Settings.OpenSsl(Settings.Server(ticketKeys: keys))));
        Assert.Equal((false, false), Connect(client, Settings.OpenSsl(Settings.Server())));
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public void Session_WhereResumptionIsOff_IsNotResumed(SslProtocols protocol)
    {
        var client = Settings.OpenSsl(Settings.Client(protocol));
        var server = Settings.OpenSsl(Settings.Server(allowResumption: false));
        Assert.Equal((false, false), Connect(client, server));
        Assert.Equal((false, false), Connect(client, server));
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public void Session_WithClientCertificate_IsResumedWithIt(SslProtocols protocol)
    {
        var client = Settings.OpenSsl(Settings.Client(protocol, certificate: TestCertificates.Client));
        var server = Settings.OpenSsl(Settings.Server(clientCertificates: TlsClientCertificates.Required));
        Assert.Equal((false, false), Connect(client, server));
        using var pair = SessionPair.Connected(client, server);
        var info = pair.Server.Session.GetInfo();
        Assert.True(info.IsResumed);
        using var certificate = info.PeerCertificate;
        Assert.Equal(TestCertificates.Client.Current.Certificate.Thumbprint, certificate?.Thumbprint);
    }

    [Fact]
    public void Session_OfAServerThatAsksForNoCertificate_IsNotResumedWhereOneIsRequired()
    {
        var client = Settings.OpenSsl(Settings.Client(certificate: TestCertificates.Client));
        var keys = new TlsTicketKeys();
        Assert.Equal((false, false), Connect(client, Settings.OpenSsl(Settings.Server(ticketKeys: keys))));
        Assert.Equal((false, false), Connect(client, Settings.OpenSsl(Settings.Server(clientCertificates: TlsClientCertificates.Required, ticketKeys: keys))));
    }

    private static (bool?, bool?) Connect(OpenSslContext client, OpenSslContext server)
    {
        using var pair = SessionPair.Connected(client, server);
        pair.Server.Send("carries the ticket of TLS 1.3 too");
        pair.Run();
        Assert.NotEmpty(pair.Client.Text);
        return (pair.Client.Session.GetInfo().IsResumed, pair.Server.Session.GetInfo().IsResumed);
    }
}
