// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using System.Net;
using System.Numerics;

namespace Lori;

/// <summary>Reads the PROXY protocol's version 2, which is binary. Section 2.2 of its document.</summary>
/// <remarks>
/// <code>
///  0                               12       13       14              16
/// +-------------------------------+--------+--------+---------------+-----------+------------+
/// | 0D 0A 0D 0A 00 0D 0A          | ver. 2 | family | length of     | addresses | TLVs: type |
/// | 51 55 49 54 0A (the signature)| command| transp.| what follows  |           | length ... |
/// +-------------------------------+--------+--------+---------------+-----------+------------+
/// </code>
/// </remarks>
internal static class ProxyHeaderV2
{
    private const int FixedSize = 16;
    private const int TlvHeadSize = 3;
    private const byte Crc32CType = 0x03;
    private const byte SslType = 0x20;
    private const byte ClientUsedSsl = 0x01;

    private enum Family : byte
    {
        Unspecified,
        IPv4,
        IPv6,
        Unix,
    }

    /// <summary>Gets what begins every header of this version, and nothing else: no client of any protocol says so.</summary>
    public static ReadOnlySpan<byte> Signature => [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A];

    public static ProxyHeaderStatus Read(ReadOnlySpan<byte> data, out ProxyHeader? header, out int length)
    {
        header = null;
        length = 0;
        if (!MayBeHeader(data)) return ProxyHeaderStatus.Malformed;
        if (data.Length < FixedSize) return ProxyHeaderStatus.NeedMore;
        var isLocal = IsLocal(data);
        var family = FamilyOf(data);
        var size = FixedSize + BinaryPrimitives.ReadUInt16BigEndian(data[14..]);
        if (size > ProxyHeaderReader.MaxSize) return ProxyHeaderStatus.Malformed;
        if (!isLocal && size < FixedSize + AddressSizeOf(family)) return ProxyHeaderStatus.Malformed;
        if (data.Length < size) return ProxyHeaderStatus.NeedMore;
        data = data[..size];
        // "The receiver should ignore address information" of what it does not know, and all of LOCAL.
        header = isLocal || family == Family.Unspecified ? ProxyHeader.Local : Parse(data, family);
        if (header is null) return ProxyHeaderStatus.Malformed;
        length = size;
        return ProxyHeaderStatus.Complete;
    }

    private static bool MayBeHeader(ReadOnlySpan<byte> data)
    {
        if (!ProxyHeaderReader.MayBegin(data, Signature)) return false;
        // Version 2; LOCAL or PROXY. "Receivers must drop connections presenting unexpected values here."
        if (data.Length > 12 && data[12] is not (0x20 or 0x21)) return false;
        // A LOCAL header's family is ignored, whatever it is.
        return data.Length <= 13 || IsLocal(data) || (data[13] >> 4 <= (int)Family.Unix && (data[13] & 0x0F) <= 2);
    }

    private static bool IsLocal(ReadOnlySpan<byte> data) => data[12] == 0x20;

    /// <summary>Gets the family; unspecified too where the transport is, since the two go together.</summary>
    private static Family FamilyOf(ReadOnlySpan<byte> data) => (data[13] & 0x0F) == 0 ? Family.Unspecified : (Family)(data[13] >> 4);

    private static int AddressSizeOf(Family family) => family switch
    {
        Family.IPv4 => 2 * (4 + 2),
        Family.IPv6 => 2 * (16 + 2),
        Family.Unix => 2 * 108,
        _ => 0,
    };

    private static ProxyHeader? Parse(ReadOnlySpan<byte> data, Family family)
    {
        var addresses = data.Slice(FixedSize, AddressSizeOf(family));
        if (!TryReadTlvs(data, FixedSize + addresses.Length, out var isEncrypted)) return null;
        // The paths of Unix domain sockets are the proxy's own affair.
        if (family == Family.Unix) return new ProxyHeader(null, null, isEncrypted);
        var size = family == Family.IPv4 ? 4 : 16;
        return new ProxyHeader(
            EndPointOf(addresses[..size], addresses[(2 * size)..]),
            EndPointOf(addresses.Slice(size, size), addresses[(2 * size + 2)..]),
            isEncrypted);
    }

    private static IPEndPoint EndPointOf(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> port)
    {
        var address = new IPAddress(bytes);
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return new IPEndPoint(address, BinaryPrimitives.ReadUInt16BigEndian(port));
    }

    /// <summary>Walks over what stands behind the addresses; false when it does not fill the header, or its checksum is wrong.</summary>
    private static bool TryReadTlvs(ReadOnlySpan<byte> data, int at, out bool? isEncrypted)
    {
        isEncrypted = null;
        var checksumAt = 0;
        while (at < data.Length)
        {
            if (data.Length - at < TlvHeadSize) return false;
            var type = data[at];
            var length = BinaryPrimitives.ReadUInt16BigEndian(data[(at + 1)..]);
            at += TlvHeadSize;
            if (length > data.Length - at) return false;
            switch (type)
            {
                case Crc32CType:
                    if (length != sizeof(uint) || checksumAt != 0) return false;
                    checksumAt = at;
                    break;
                case SslType:
                    // Client flags, result of the verification, then TLVs of its own.
                    if (length < 1 + sizeof(uint)) return false;
                    isEncrypted = (data[at] & ClientUsedSsl) != 0;
                    break;
            }

            at += length;
        }

        return checksumAt == 0 || HasChecksum(data, checksumAt);
    }

    /// <summary>Whether the checksum is that of the whole header with zeroes in its place. Section 2.2.3.</summary>
    private static bool HasChecksum(ReadOnlySpan<byte> data, int at)
    {
        var crc = uint.MaxValue;
        for (var i = 0; i < data.Length; i++) crc = BitOperations.Crc32C(crc, i >= at && i < at + sizeof(uint) ? (byte)0 : data[i]);
        return ~crc == BinaryPrimitives.ReadUInt32BigEndian(data[at..]);
    }
}
