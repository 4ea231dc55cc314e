// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using System.Net;

namespace Lori.Tests.Proxies;

/// <summary>Writes PROXY headers as a proxy does, in a way of its own.</summary>
internal static class ProxyHeaderBytes
{
    public const byte IPv4Stream = 0x11;
    public const byte IPv6Stream = 0x21;
    public const byte UnixStream = 0x31;

    public static byte[] Signature => Convert.FromHexString("0D0A0D0A000D0A515549540A");

    public static byte[] V2(byte command, byte family, params byte[] block)
    {
        var header = new byte[16 + block.Length];
        Signature.CopyTo(header, 0);
        header[12] = command;
        header[13] = family;
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(14), (ushort)block.Length);
        block.CopyTo(header, 16);
        return header;
    }

    public static byte[] V2(IPEndPoint source, IPEndPoint destination, params byte[] tlvs) =>
        V2(0x21, source.Address.GetAddressBytes().Length == 4 ? IPv4Stream : IPv6Stream, [.. Addresses(source, destination), .. tlvs]);

    public static byte[] V1(IPEndPoint source, IPEndPoint destination)
    {
        var family = source.Address.GetAddressBytes().Length == 4 ? "TCP4" : "TCP6";
        return System.Text.Encoding.ASCII.GetBytes(
            $"PROXY {family} {source.Address} {destination.Address} {source.Port} {destination.Port}\r\n");
    }

    public static byte[] Addresses(IPEndPoint source, IPEndPoint destination) =>
    [
        .. source.Address.GetAddressBytes(), .. destination.Address.GetAddressBytes(),
        (byte)(source.Port >> 8), (byte)source.Port, (byte)(destination.Port >> 8), (byte)destination.Port,
    ];

    public static byte[] Tlv(byte type, params byte[] value) => [type, (byte)(value.Length >> 8), (byte)value.Length, .. value];

    /// <summary>Puts the right checksum where a header has four bytes for it, bit by bit (RFC 4960, appendix B).</summary>
    public static byte[] WithChecksum(byte[] header, int at)
    {
        var copy = header.ToArray();
        copy.AsSpan(at, 4).Clear();
        var crc = uint.MaxValue;
        foreach (var b in copy)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
        }

        BinaryPrimitives.WriteUInt32BigEndian(copy.AsSpan(at), ~crc);
        return copy;
    }
}
