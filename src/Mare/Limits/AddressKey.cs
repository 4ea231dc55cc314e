// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using System.Net;

namespace Mare;

/// <summary>
/// Is a client address as it is counted: an IPv4 address whole, of an IPv6 address the first 64 bits, which one client has to
/// itself (RFC 4291, section 2.5.4). Eight bytes, since every connection keeps one.
/// </summary>
internal readonly record struct AddressKey(ulong Value)
{
    // IPv4 stands in a part of IPv6 that is nobody's (RFC 4291, section 2.5.5: ::/32 holds mapped addresses and the like).
    private const ulong IPv4 = 0xFFFF_0000_0000;

    // The first 64 bits of ::1 are zero, which means none here.
    private const ulong Unspecified = 1;

    /// <summary>Gets whether there is no address to count by.</summary>
    public bool IsNone => Value == 0;

    /// <summary>Makes the key of an address.</summary>
    public static AddressKey Of(IPAddress address)
    {
        // A dual-stack socket shows IPv4 as IPv6.
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        if (length == sizeof(uint)) return new(IPv4 | BinaryPrimitives.ReadUInt32BigEndian(bytes));
        var prefix = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        return new(prefix == 0 ? Unspecified : prefix);
    }

    /// <summary>Tells whether a client is on this machine.</summary>
    public static bool IsLoopback(IPAddress address) =>
        IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);
}
