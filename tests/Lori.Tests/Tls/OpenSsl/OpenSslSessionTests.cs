// SPDX-License-Identifier: MIT
using System.Security.Authentication;

namespace Lori.Tests.Tls.OpenSsl;

public sealed class OpenSslSessionTests
{
    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public void Handshake_EachVersion_CarriesTextBothWays(SslProtocols protocol)
    {
        using var pair = SessionPair.Connected(
            Settings.OpenSsl(Settings.Client(protocol)), Settings.OpenSsl(Settings.Server()));
        Assert.Equal(protocol, pair.Server.Session.GetInfo().Protocol);
        pair.Client.Send("hello");
        pair.Server.Send("welcome");
        pair.Run();
        Assert.Equal(("welcome", "hello"), (pair.Client.Text, pair.Server.Text));
    }
}
