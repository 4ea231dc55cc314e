// SPDX-License-Identifier: MIT
using System.Net;
using Mare.Tests.Upgrades;

namespace Mare.Tests.Limits;

/// <summary>How many connections one client address may have.</summary>
public sealed class AddressLimitTests
{
    [Fact]
    public void Connection_BeyondTheLimitOfItsAddress_Is429AtOnceAndOthersAreNotConcerned()
    {
        using var server = OfTwoEach();
        var (first, _) = (server.Open("192.0.2.1"), server.Connect("192.0.2.1"));
        var answer = OpeningTests.AssertRefused(server.Connect("192.0.2.1"), 429);
        Assert.Equal("Too many connections from this address\n", answer.Body);
        Assert.Equal(1, server.Server.Statistics.AddressesRefused);
        server.Open("192.0.2.2");
        first.Leave();
        server.Open("192.0.2.1");
    }

    [Fact]
    public void Client_ThatComesBackInALoop_IsNeverOneTooMany()
    {
        using var server = OfTwoEach();
        for (var i = 0; i < 200; i++)
        {
            var client = server.Open("192.0.2.1");
            if (i % 3 == 0) client.Send(ClientFrames.Close());
            if (i % 3 == 1) client.Reset();
            else client.Leave();
        }

        Assert.Equal((0, 0, 0, 0), server.Server.Admission.Taken);
        Assert.Equal(default, server.Server.Statistics);
    }

    [Fact]
    public void Client_ThatIsRefusedInALoop_TakesNothing()
    {
        using var server = OfTwoEach();
        var (first, second) = (server.Open("192.0.2.1"), server.Open("192.0.2.1"));
        for (var i = 0; i < 200; i++)
        {
            var refused = server.Connect("192.0.2.1");
            Assert.Equal(429, refused.ReadAnswer().Status);
            refused.Leave();
        }

        Assert.Equal((2, 0, 2, 1), server.Server.Admission.Taken);
        Assert.Equal(200, server.Server.Statistics.AddressesRefused);
        first.Leave();
        second.Leave();
        server.Open("192.0.2.1");
    }

    [Theory]
    [InlineData("2001:db8::1", "2001:db8::2", true)]
    [InlineData("2001:db8::1", "2001:db8:0:0:ffff:ffff:ffff:ffff", true)]
    [InlineData("2001:db8::1", "2001:db8:0:1::1", false)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("192.0.2.1", "2001:db8:c000:201::", false)]
    public void Addresses_OfOneClient_AreOne(string one, string other, bool same)
    {
        Assert.Equal(same, AddressKey.Of(IPAddress.Parse(one)) == AddressKey.Of(IPAddress.Parse(other)));
        using var server = new MemoryServer(configure: static o => o.ConnectionLimits.MaxConnectionsPerAddress = 1);
        server.Open(one);
        if (same) Assert.Equal(429, server.Connect(other).ReadAnswer().Status);
        else server.Open(other);
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    [InlineData("::1")]
    public void Address_OfZeros_IsOneAllTheSame(string address) => Assert.False(AddressKey.Of(IPAddress.Parse(address)).IsNone);

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.8.9.10")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::1")]
    public void Client_OfThisMachine_CountsOnlyWhereAskedTo(string address)
    {
        for (var i = 0; i < 2; i++)
        {
            using var server = new MemoryServer(configure: o =>
                (o.ConnectionLimits.MaxConnectionsPerAddress, o.ConnectionLimits.CountLoopback) = (1, i == 1));
            server.Open(address);
            if (i == 0) server.Open(address);
            else Assert.Equal(429, server.Connect(address).ReadAnswer().Status);
        }
    }

    [Fact]
    public void Clients_OfATrustedProxy_AreCountedByTheirOwnAddresses()
    {
        using var server = new MemoryServer(configure: static o =>
        {
            o.ConnectionLimits.MaxConnectionsPerAddress = 1;
            o.Forwarded.TrustedProxies = [IPNetwork.Parse("192.0.2.1/32")];
        });
        // More connections of the proxy than an address may have, before anybody knows whose they are.
        var (first, second, third) = (server.Connect("192.0.2.1"), server.Connect("192.0.2.1"), server.Connect("192.0.2.1"));
        first.Send(Requests.Upgrade("/", "X-Forwarded-For: 198.51.100.1"));
        second.Send(Requests.Upgrade("/", "X-Forwarded-For: 198.51.100.2"));
        third.Send(Requests.Upgrade("/", "X-Forwarded-For: 198.51.100.2"));
        Assert.Equal((101, 101, 429), (first.ReadAnswer().Status, second.ReadAnswer().Status, third.ReadAnswer().Status));
    }

    [Fact]
    public void Connections_OnSeveralLoops_CountTogether()
    {
        using var server = new MemoryServer(loops: 4, configure: static o => o.ConnectionLimits.MaxConnectionsPerAddress = 3);
        for (var i = 0; i < 3; i++) server.Open("192.0.2.1");
        for (var i = 0; i < 3; i++) Assert.Equal(429, server.Connect("192.0.2.1").ReadAnswer().Status);
    }

    [Fact]
    public void Peers_OfAnInMemoryNetwork_HaveTheAddressTheyAreGiven()
    {
        using var server = new MemoryServer();
        server.Open("192.0.2.7");
        Assert.Equal("192.0.2.7", Assert.IsType<IPEndPoint>(server.Actor.Connection.RemoteEndPoint).Address.ToString());
    }

    private static MemoryServer OfTwoEach() => new(configure: static o => o.ConnectionLimits.MaxConnectionsPerAddress = 2);
}
