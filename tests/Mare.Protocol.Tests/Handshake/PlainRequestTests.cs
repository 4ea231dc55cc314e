// SPDX-License-Identifier: MIT
using Xunit;

namespace Mare.Protocol.Tests.Handshake;

/// <summary>RFC 9112, sections 6 and 9.3: what a plain request says of its body and of what follows it.</summary>
public sealed class PlainRequestTests
{
    [Theory]
    [InlineData("GET / HTTP/1.1", "X: 1", true)]
    [InlineData("GET / HTTP/1.1", "Connection:", true)]
    [InlineData("GET / HTTP/1.1", "Connection: keep-alive, closed", true)]
    [InlineData("GET / HTTP/1.2", "X: 1", true)]
    [InlineData("GET / HTTP/1.1", "Connection: close", false)]
    [InlineData("GET / HTTP/1.1", "Connection: upgrade, CLOSE", false)]
    [InlineData("GET / HTTP/1.1", "Connection: x\r\nConnection: close", false)]
    [InlineData("GET / HTTP/1.1", "Connection: no token", false)]
    [InlineData("GET / HTTP/1.0", "X: 1", false)]
    [InlineData("GET / HTTP/1.0", "Connection: keep-alive", false)]
    public void IsPersistent_FollowsVersionAndConnection(string line, string header, bool expected) =>
        Assert.Equal(expected, HandshakeFeeder.Request(UpgradeText.Head(line, "Host: x", header)).Head!.IsPersistent);

    [Theory]
    [InlineData("X: 1", false)]
    [InlineData("Content-Length: 0", false)]
    [InlineData("Content-Length: 00", false)]
    [InlineData("Content-Length: 1", true)]
    [InlineData("Content-Length:", true)]
    [InlineData("Content-Length: none", true)]
    [InlineData("Content-Length: 0, 0", true)]
    [InlineData("Content-Length: 0\r\nContent-Length: 9", true)]
    [InlineData("Transfer-Encoding: chunked", true)]
    [InlineData("Transfer-Encoding: identity\r\nContent-Length: 0", true)]
    public void HasBody_AnythingButNoLength_IsTrue(string header, bool expected) =>
        Assert.Equal(expected, HandshakeFeeder.Request(UpgradeText.Head("GET / HTTP/1.1", "Host: x", header)).Head!.HasBody);
}
