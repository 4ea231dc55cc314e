// SPDX-License-Identifier: MIT
using System.Text;

namespace Lori.Tests.Proxies;

/// <summary>The line of version 1. Section 2.1 of the PROXY protocol.</summary>
public sealed class ProxyHeaderV1Tests
{
    [Theory]
    [InlineData("TCP4 192.0.2.1 198.51.100.7 56324 443", "192.0.2.1:56324", "198.51.100.7:443")]
    [InlineData("TCP4 255.255.255.255 255.255.255.255 65535 65535", "255.255.255.255:65535", "255.255.255.255:65535")]
    [InlineData("TCP4 0.0.0.0 0.0.0.0 0 0", "0.0.0.0:0", "0.0.0.0:0")]
    [InlineData("TCP6 2001:db8::1 2001:DB8::7 56324 443", "[2001:db8::1]:56324", "[2001:db8::7]:443")]
    [InlineData("TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535", "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535", "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535")]
    [InlineData("TCP6 ::ffff:192.0.2.1 ::1 1 2", "192.0.2.1:1", "[::1]:2")]
    public void Line_WithAddresses_SaysThem(string line, string source, string destination)
    {
        var header = ProxyHeaderFeeder.ReadComplete(Wire($"PROXY {line}\r\n"));
        Assert.True(header.IsProxied);
        Assert.Null(header.IsEncrypted);
        Assert.Equal(source, header.Source!.ToString());
        Assert.Equal(destination, header.Destination!.ToString());
    }

    [Theory]
    [InlineData("PROXY UNKNOWN\r\n")]
    [InlineData("PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\n")]
    [InlineData("PROXY UNKNOWN  whatever stands here\n \r\n")]
    public void Unknown_WithAnythingBehind_SaysNothing(string line) =>
        Assert.Same(ProxyHeader.Local, ProxyHeaderFeeder.ReadComplete(Wire(line)));

    [Fact]
    public void Unknown_Of107Bytes_IsTakenAndOf108IsNot()
    {
        Assert.Same(ProxyHeader.Local, ProxyHeaderFeeder.ReadComplete(Wire($"PROXY UNKNOWN {new string('x', 91)}\r\n")));
        ProxyHeaderFeeder.AssertMalformed(Wire($"PROXY UNKNOWN {new string('x', 92)}\r\n"));
    }

    [Fact]
    public void Line_ThatNeverEnds_IsRefusedAt107Bytes()
    {
        var wire = Wire("PROXY UNKNOWN " + new string('x', 200));
        Assert.Equal(ProxyHeaderStatus.NeedMore, ProxyHeaderFeeder.Read(wire[..106]).Status);
        Assert.Equal(ProxyHeaderStatus.Malformed, ProxyHeaderFeeder.Read(wire[..107]).Status);
        ProxyHeaderFeeder.AssertMalformed(wire);
    }

    [Fact]
    public void Line_WithBytesBehind_EndsAtItsOwnEnd()
    {
        var line = Wire("PROXY TCP4 192.0.2.1 198.51.100.7 56324 443\r\n");
        Assert.Equal((ProxyHeaderStatus.Complete, line.Length), Of(ProxyHeaderFeeder.Read([.. line, .. "GET / HTTP/1.1\r\n"u8])));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n")]
    [InlineData("proxy TCP4 192.0.2.1 198.51.100.7 1 2\r\n")]
    [InlineData("PROXY\tTCP4 192.0.2.1 198.51.100.7 1 2\r\n")]
    [InlineData("PROXY  TCP4 192.0.2.1 198.51.100.7 1 2\r\n")]
    [InlineData("PROXY TCP5 192.0.2.1 198.51.100.7 1 2\r\n")]
    [InlineData("PROXY UNKNOWNS\r\n")]
    [InlineData("PROXY TCP4\r\n")]
    [InlineData("PROXY TCP4 \r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.7 1\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.7 1 \r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.7 1 2 \r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.7 1 2 3\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1  198.51.100.7 1 2\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.7 1 2\nGET / HTTP/1.1\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.7 1 2\r\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.7 1 65536\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.7 1 -2\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.7 +1 2\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.7 01 2\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.7 1 000002\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100 1 2\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.7.8 1 2\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.256 1 2\r\n")]
    [InlineData("PROXY TCP4 192.0.2.01 198.51.100.7 1 2\r\n")]
    [InlineData("PROXY TCP4 192.0.2.0x1 198.51.100.7 1 2\r\n")]
    [InlineData("PROXY TCP4 3221225985 198.51.100.7 1 2\r\n")]
    [InlineData("PROXY TCP4 2001:db8::1 2001:db8::7 1 2\r\n")]
    [InlineData("PROXY TCP6 192.0.2.1 198.51.100.7 1 2\r\n")]
    [InlineData("PROXY TCP6 [2001:db8::1] 2001:db8::7 1 2\r\n")]
    [InlineData("PROXY TCP6 fe80::1%1 2001:db8::7 1 2\r\n")]
    [InlineData("PROXY TCP6 2001:db8::1::2 2001:db8::7 1 2\r\n")]
    [InlineData("PROXY TCP6 2001:db8::12345 2001:db8::7 1 2\r\n")]
    [InlineData("PROXY TCP6 2001:db8::1/64 2001:db8::7 1 2\r\n")]
    [InlineData("PROXY TCP6 2001:db8:0:0:0:0:0:0:1 2001:db8::7 1 2\r\n")]
    public void Line_ThatIsNone_IsRefused(string line) => ProxyHeaderFeeder.AssertMalformed(Wire(line));

    [Theory]
    [InlineData("G")]
    [InlineData("PROXYX")]
    [InlineData("PROXY TCP7")]
    public void Start_OfSomethingElse_IsRefusedBeforeALineEnds(string start) => ProxyHeaderFeeder.AssertMalformed(Wire(start));

    private static byte[] Wire(string text) => Encoding.Latin1.GetBytes(text);

    private static (ProxyHeaderStatus Status, int Length) Of((ProxyHeaderStatus Status, ProxyHeader?, int Length) read) => (read.Status, read.Length);
}
