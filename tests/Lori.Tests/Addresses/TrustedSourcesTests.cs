// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;

namespace Lori.Tests.Addresses;

public sealed class TrustedSourcesTests
{
    private static readonly TrustedSources Sources = new([IPNetwork.Parse("10.0.0.0/24"), IPNetwork.Parse("2001:db8::/64")], unixSockets: false);

    [Theory]
    [InlineData("10.0.0.0", true)]
    [InlineData("10.0.0.255", true)]
    [InlineData("10.0.1.0", false)]
    [InlineData("9.255.255.255", false)]
    [InlineData("::ffff:10.0.0.7", true)]
    [InlineData("::ffff:10.0.1.7", false)]
    [InlineData("::10.0.0.7", false)]
    [InlineData("2001:db8::7", true)]
    [InlineData("2001:db8:0:1::7", false)]
    public void Address_OfAListedNetwork_IsTrusted(string address, bool isTrusted) =>
        Assert.Equal(isTrusted, Sources.Contains(new IPEndPoint(IPAddress.Parse(address), 1)));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void UnixSocket_IsTrustedWhereItIsNamed(bool named)
    {
        var sources = new TrustedSources([], named);
        Assert.Equal(named, sources.Contains((EndPoint?)null));
        Assert.Equal(!named, sources.IsEmpty);
        Assert.False(sources.Contains(new IPEndPoint(IPAddress.Loopback, 1)));
    }

    [Fact]
    public void EndPoint_OfAnotherKind_IsTrustedByNobody() =>
        Assert.False(new TrustedSources([IPNetwork.Parse("0.0.0.0/0"), IPNetwork.Parse("::/0")], unixSockets: true).Contains(new DnsEndPoint("localhost", 1, AddressFamily.InterNetwork)));
}
