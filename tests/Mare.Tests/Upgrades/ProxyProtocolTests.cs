// SPDX-License-Identifier: MIT
using System.Net;
using System.Text;
using Mare.Testing;

namespace Mare.Tests.Upgrades;

/// <summary>A server behind a proxy that speaks the PROXY protocol. (What that is made of is tested in Lori.)</summary>
public sealed class ProxyProtocolTests
{
    private static readonly byte[] Header = Encoding.ASCII.GetBytes("PROXY TCP4 192.0.2.1 198.51.100.7 56324 443\r\n");

    // The same with version 2, and with what HAProxy's send-proxy-v2-ssl adds.
    private const string V2 = "0D0A0D0A000D0A515549540A2111";
    private const string V2Addresses = "C0000201C6336407DC0401BB";

    [Fact]
    public void Request_BehindAHeader_IsTheClients()
    {
        using var server = Listed();
        var client = server.Request([.. Header, .. Requests.Upgrade()]);
        Assert.Equal(101, client.ReadAnswer().Status);
        var request = server.Actor.Request!;
        Assert.Equal("192.0.2.1:56324", request.RemoteEndPoint!.ToString());
        Assert.Equal("198.51.100.7:443", request.LocalEndPoint!.ToString());
        Assert.Equal("192.0.2.1", request.ClientAddress!.ToString());
        server.OnLoop(static a => Assert.Equal("192.0.2.1:56324", a.Connection.RemoteEndPoint!.ToString()));
        client.Send(ClientFrames.Text("hello"));
        Assert.Equal("OnTextMessage hello", server.Actor.Calls[^1]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Request_BehindAHeaderOnAHostileNetwork_IsTheClients(int seed)
    {
        using var server = Listed(InMemoryNetworkOptions.Hostile(seed), loops: 3);
        for (var i = 0; i < 3; i++) Assert.Equal(101, server.Request([.. Header, .. Requests.Upgrade()]).ReadAnswer().Status);
        Assert.All(server.Actors, static a => Assert.Equal("192.0.2.1:56324", a.Request!.RemoteEndPoint!.ToString()));
    }

    [Fact]
    public void Request_WithoutTheHeader_IsDroppedAndCounted()
    {
        using var server = Listed();
        var client = server.Request(Requests.Upgrade());
        Assert.True(client.Peer.WasReset);
        Assert.Equal(1, server.Server.Statistics.ProxyHeadersRefused);
        Assert.Empty(server.Actors);
        var late = server.Connect();
        server.Advance(10);
        Assert.True(late.IsEnded);
        Assert.Equal(2, server.Server.Statistics.ProxyHeadersRefused);
    }

    [Fact]
    public void Header_WhereNoneIsExpected_IsABadRequest()
    {
        using var server = new MemoryServer();
        OpeningTests.AssertRefused(server.Request([.. Header, .. Requests.Upgrade()]), 400);
    }

    [Theory]
    [InlineData("", "https://example.com", 101)] // the proxy may speak TLS in front, and does not say
    [InlineData("", "http://example.com", 101)]
    [InlineData("", "https://evil.example", 403)]
    [InlineData("2000050100000000", "https://example.com", 101)]
    [InlineData("2000050100000000", "http://example.com", 403)]
    [InlineData("2000050000000000", "https://example.com", 403)]
    [InlineData("2000050000000000", "http://example.com", 101)]
    public void Page_BehindAProxy_PassesByTheSchemeThatTheHeaderSays(string tlvs, string origin, int status)
    {
        using var server = Listed();
        var length = (V2Addresses.Length + tlvs.Length) / 2;
        var header = Convert.FromHexString($"{V2}{length:X4}{V2Addresses}{tlvs}");
        var client = server.Request([.. header, .. Requests.Upgrade("/", $"Origin: {origin}")]);
        Assert.Equal(status, client.ReadAnswer().Status);
    }

    [Fact]
    public void Headers_OfAClientBehindTheProxy_AreOfNoUse()
    {
        // What counts for X-Forwarded-For is who the header says it is.
        using var server = Listed(configure: static o => o.Forwarded.TrustedProxies = [IPNetwork.Parse("127.0.0.1/32")]);
        server.Request([.. Header, .. Requests.Upgrade("/", "X-Forwarded-For: 203.0.113.1")]);
        Assert.Equal("192.0.2.1", server.Actor.Request!.ClientAddress!.ToString());
    }

    [Fact]
    public void HttpProxy_BehindATcpProxy_TellsOfItsClients()
    {
        using var server = Listed(configure: static o => o.Forwarded.TrustedProxies = [IPNetwork.Parse("192.0.2.1/32")]);
        server.Request([.. Header, .. Requests.Upgrade("/", "X-Forwarded-For: 203.0.113.1")]);
        Assert.Equal("203.0.113.1", server.Actor.Request!.ClientAddress!.ToString());
    }

    [Fact]
    public void Server_ThatStops_DropsWhoHasNoHeaderYet()
    {
        using var server = Listed(loops: 2);
        var client = server.Connect();
        server.Loops.RunUntilDone(server.Server.StopAsync());
        Assert.True(client.IsEnded);
    }

    private static MemoryServer Listed(
        InMemoryNetworkOptions? network = null, int loops = 1, Action<WebSocketServerOptions>? configure = null) => new(
        network: network,
        loops: loops,
        configure: o =>
        {
            o.ProxyProtocol.Sources = [IPNetwork.Parse("127.0.0.1/32")];
            configure?.Invoke(o);
        });
}
