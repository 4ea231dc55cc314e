// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Lori.Backends.Linux;

/// <summary>Keeps a peer's address as the kernel gave it: 28 bytes, where an <see cref="EndPoint"/> takes over a hundred.</summary>
[InlineArray(Size)]
internal struct SocketAddressBytes
{
    /// <summary>The size of struct sockaddr_in6, the longest that is kept; a Unix socket's peer has no name.</summary>
    public const int Size = 28;

    private byte _first;

    public static SocketAddressBytes Of(IPEndPoint endPoint)
    {
        var bytes = default(SocketAddressBytes);
        var address = endPoint.Serialize();
        address.Buffer.Span[..Math.Min(address.Size, Size)].CopyTo(bytes);
        return bytes;
    }

    public readonly EndPoint? ToEndPoint()
    {
        ReadOnlySpan<byte> bytes = this;
        var family = (AddressFamily)BitConverter.ToUInt16(bytes);
        // Linux: AF_INET is 2, AF_INET6 is 10; .NET calls the latter 23.
        switch ((int)family)
        {
            case 2:
                return Create(AddressFamily.InterNetwork, bytes[..16]);
            case 10:
                var endPoint = Create(AddressFamily.InterNetworkV6, bytes);
                return endPoint.Address.IsIPv4MappedToIPv6 ? new IPEndPoint(endPoint.Address.MapToIPv4(), endPoint.Port) : endPoint;
            default:
                return null;
        }
    }

    private static IPEndPoint Create(AddressFamily family, ReadOnlySpan<byte> bytes)
    {
        var address = new SocketAddress(family, bytes.Length);
        bytes[2..].CopyTo(address.Buffer.Span[2..]);
        var any = new IPEndPoint(family == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        return (IPEndPoint)any.Create(address);
    }
}
