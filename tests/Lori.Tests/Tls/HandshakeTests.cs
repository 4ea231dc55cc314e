// SPDX-License-Identifier: MIT

namespace Lori.Tests.Tls;

public sealed class HandshakeTests
{
    public static TheoryData<TlsImplementation> Implementations => TlsImplementations.All;

    [Theory, MemberData(nameof(Implementations))]
    public void Handshake_Succeeds_AnnouncesBothAndCarriesBytes(TlsImplementation implementation)
    {
        using var tls = new TlsNetwork(implementation);
        var client = tls.Connect();
        Assert.Equal(["OnStarted"], tls.Server.Calls);
        tls.On(client, static c => c.Connection.Send("hello"u8));
        tls.On(tls.Server, static s => s.Connection.Send("you too"u8));
        Assert.Equal("hello"u8, tls.Server.Received);
        Assert.Equal("you too"u8, client.Received);
        Assert.Equal((5, 7), (tls.Server.Connection.BytesReceived, tls.Server.Connection.BytesSent));
        Assert.Equal(new TlsStatistics { HandshakesCompleted = 1 }, tls.Statistics);
    }
}
