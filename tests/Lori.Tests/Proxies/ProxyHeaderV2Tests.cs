// SPDX-License-Identifier: MIT
using System.Net;

namespace Lori.Tests.Proxies;

/// <summary>The binary header of version 2. Section 2.2 of the PROXY protocol.</summary>
public sealed class ProxyHeaderV2Tests
{
    private const byte Local = 0x20;
    private const byte Proxy = 0x21;

    private static readonly IPEndPoint Source = IPEndPoint.Parse("192.0.2.1:56324");
    private static readonly IPEndPoint Destination = IPEndPoint.Parse("198.51.100.7:443");

    [Fact]
    public void Header_AsHex_SaysItsAddresses()
    {
        var header = ProxyHeaderFeeder.ReadComplete(Convert.FromHexString(
            "0D0A0D0A000D0A515549540A" + "21" + "11" + "000C" + "C0000201" + "C6336407" + "DC04" + "01BB"));
        Assert.True(header.IsProxied);
        Assert.Null(header.IsEncrypted);
        Assert.Equal(Source, header.Source);
        Assert.Equal(Destination, header.Destination);
    }

    [Theory]
    [InlineData("192.0.2.1:56324", "198.51.100.7:443", "192.0.2.1:56324")]
    [InlineData("[2001:db8::1]:1", "[2001:db8::7]:65535", "[2001:db8::1]:1")]
    [InlineData("[::ffff:192.0.2.1]:1", "[2001:db8::7]:65535", "192.0.2.1:1")]
    public void Header_WithAddresses_SaysThem(string source, string destination, string said)
    {
        var header = ProxyHeaderFeeder.ReadComplete(ProxyHeaderBytes.V2(IPEndPoint.Parse(source), IPEndPoint.Parse(destination)));
        Assert.Equal(said, header.Source!.ToString());
        Assert.Equal(destination, header.Destination!.ToString());
    }

    [Fact]
    public void Header_OfAUnixSocket_HasAClientWithoutAddress()
    {
        var header = ProxyHeaderFeeder.ReadComplete(ProxyHeaderBytes.V2(Proxy, ProxyHeaderBytes.UnixStream, new byte[216]));
        Assert.True(header.IsProxied);
        Assert.Null(header.Source);
        Assert.Null(header.Destination);
    }

    [Fact]
    public void Header_OfDatagrams_SaysItsAddresses()
    {
        // A proxy that speaks QUIC with its client and TCP with us.
        var header = ProxyHeaderFeeder.ReadComplete(ProxyHeaderBytes.V2(Proxy, 0x12, ProxyHeaderBytes.Addresses(Source, Destination)));
        Assert.Equal(Source, header.Source);
    }

    [Theory]
    [InlineData(Local, 0x00, "")]
    [InlineData(Local, 0x11, "C0000201C6336407DC0401BB")]
    [InlineData(Local, 0x11, "00")]
    [InlineData(Local, 0xFF, "FFFF")]
    [InlineData(Proxy, 0x00, "")]
    [InlineData(Proxy, 0x00, "FFFFFFFF")]
    [InlineData(Proxy, 0x01, "FFFFFFFF")]
    [InlineData(Proxy, 0x10, "FF")]
    public void Header_ThatSpeaksOfNoClient_SaysNothing(byte command, byte family, string block) =>
        Assert.Same(ProxyHeader.Local, ProxyHeaderFeeder.ReadComplete(ProxyHeaderBytes.V2(command, family, Convert.FromHexString(block))));

    [Theory]
    [InlineData(0x22, 0x11)] // a command that does not exist
    [InlineData(0x2F, 0x11)]
    [InlineData(0x11, 0x11)] // another version
    [InlineData(0x31, 0x11)]
    [InlineData(Proxy, 0x41)] // a family that does not exist
    [InlineData(Proxy, 0x13)] // a transport that does not exist
    public void Header_WithAnUnknownValue_IsRefusedAtThatByte(byte command, byte family)
    {
        var header = ProxyHeaderBytes.V2(command, family, ProxyHeaderBytes.Addresses(Source, Destination));
        ProxyHeaderFeeder.AssertMalformed(header);
        ProxyHeaderFeeder.AssertMalformed(header[..14]);
    }

    [Theory]
    [InlineData(ProxyHeaderBytes.IPv4Stream, 11)]
    [InlineData(ProxyHeaderBytes.IPv6Stream, 35)]
    [InlineData(ProxyHeaderBytes.UnixStream, 215)]
    public void Header_TooShortForItsAddresses_IsRefusedBeforeTheyCome(byte family, int size) =>
        ProxyHeaderFeeder.AssertMalformed(ProxyHeaderBytes.V2(Proxy, family, new byte[size])[..16]);

    [Fact]
    public void Header_Of4096Bytes_IsTakenAndALongerOneRefusedBeforeItComes()
    {
        var addresses = ProxyHeaderBytes.Addresses(Source, Destination);
        byte[] Block(int size) => [.. addresses, .. ProxyHeaderBytes.Tlv(0x04, new byte[size - addresses.Length - 3])];
        Assert.Equal(Source, ProxyHeaderFeeder.ReadComplete(ProxyHeaderBytes.V2(Proxy, ProxyHeaderBytes.IPv4Stream, Block(4080))).Source);
        ProxyHeaderFeeder.AssertMalformed(ProxyHeaderBytes.V2(Proxy, ProxyHeaderBytes.IPv4Stream, Block(4081))[..16]);
        ProxyHeaderFeeder.AssertMalformed(ProxyHeaderBytes.V2(Local, 0, new byte[65535])[..16]);
    }

    [Fact]
    public void Tlvs_OfAnyType_AreSkipped()
    {
        var header = ProxyHeaderFeeder.ReadComplete(ProxyHeaderBytes.V2(
            Source,
            Destination,
            [.. ProxyHeaderBytes.Tlv(0x02, "example.com"u8.ToArray()), .. ProxyHeaderBytes.Tlv(0xEA), .. ProxyHeaderBytes.Tlv(0x04, new byte[300])]));
        Assert.Equal(Source, header.Source);
    }

    [Theory]
    [InlineData("01")] // a type alone
    [InlineData("0100")] // half a length
    [InlineData("010001")] // its byte is missing
    [InlineData("01FFFF00")] // longer than the header
    [InlineData("04000100" + "02")] // the second is cut off
    public void Tlvs_ThatDoNotFillTheHeader_AreRefused(string tlvs) =>
        ProxyHeaderFeeder.AssertMalformed(ProxyHeaderBytes.V2(Source, Destination, Convert.FromHexString(tlvs)));

    [Theory]
    [InlineData("01" + "00000000", true)]
    [InlineData("07" + "00000000" + "21000354 4C53", true)]
    [InlineData("00" + "00000000", false)]
    [InlineData("06" + "00000001", false)]
    public void Tlv_OfTls_SaysWhetherTheClientSpeaksIt(string value, bool isEncrypted)
    {
        var tlv = ProxyHeaderBytes.Tlv(0x20, Convert.FromHexString(value.Replace(" ", "", StringComparison.Ordinal)));
        Assert.Equal(isEncrypted, ProxyHeaderFeeder.ReadComplete(ProxyHeaderBytes.V2(Source, Destination, tlv)).IsEncrypted);
    }

    [Fact]
    public void Tlv_OfTlsTooShort_IsRefused() =>
        ProxyHeaderFeeder.AssertMalformed(ProxyHeaderBytes.V2(Source, Destination, ProxyHeaderBytes.Tlv(0x20, new byte[4])));

    [Fact]
    public void Checksum_ThatIsRight_IsTakenAndEachBitOfTheHeaderCounts()
    {
        var header = ProxyHeaderBytes.WithChecksum(
            ProxyHeaderBytes.V2(Source, Destination, [.. ProxyHeaderBytes.Tlv(0x03, new byte[4]), .. ProxyHeaderBytes.Tlv(0x04, 1, 2, 3)]), 16 + 12 + 3);
        Assert.Equal(Source, ProxyHeaderFeeder.ReadComplete(header).Source);
        // Behind what is checked for itself: addresses, ports, the sum, what follows it.
        foreach (var at in Enumerable.Range(16, 12).Concat(Enumerable.Range(31, 4)).Concat(Enumerable.Range(38, 3)))
        {
            var changed = header.ToArray();
            changed[at] ^= 0x10;
            ProxyHeaderFeeder.AssertMalformed(changed);
        }
    }

    [Fact]
    public void Checksum_OfAnotherSizeOrTwice_IsRefused()
    {
        ProxyHeaderFeeder.AssertMalformed(ProxyHeaderBytes.V2(Source, Destination, ProxyHeaderBytes.Tlv(0x03, new byte[3])));
        ProxyHeaderFeeder.AssertMalformed(ProxyHeaderBytes.V2(Source, Destination, ProxyHeaderBytes.Tlv(0x03, new byte[5])));
        var once = ProxyHeaderBytes.Tlv(0x03, new byte[4]);
        ProxyHeaderFeeder.AssertMalformed(ProxyHeaderBytes.WithChecksum(ProxyHeaderBytes.V2(Source, Destination, [.. once, .. once]), 31));
    }

    [Theory]
    [InlineData("0D0A0D0B")]
    [InlineData("0D0A0D0A000D0A515549540D")]
    [InlineData("160301")] // a client that speaks TLS at once
    [InlineData("00")]
    public void Start_OfSomethingElse_IsRefused(string start) => ProxyHeaderFeeder.AssertMalformed(Convert.FromHexString(start));
}
