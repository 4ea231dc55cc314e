// SPDX-License-Identifier: MIT
namespace Lori;

/// <summary>
/// Reads the header that a proxy writes ahead of a client's bytes: the PROXY protocol, versions 1 and 2, of
/// <see href="https://www.haproxy.org/download/3.2/doc/proxy-protocol.txt"/>. No I/O, no state: it is given all that has
/// arrived, again when there is more. What begins no header is refused at its first byte that does not fit.
/// </summary>
internal static class ProxyHeaderReader
{
    /// <summary>
    /// The longest header that is taken, in bytes. Version 1 ends at 107; version 2 could announce 64 KiB, of which addresses
    /// take 216 at most and what proxies add a few hundred.
    /// </summary>
    public const int MaxSize = 4096;

    /// <summary>Looks for a header at the start of a connection's bytes.</summary>
    /// <param name="data">Everything that has arrived.</param>
    /// <param name="header">The header, once complete.</param>
    /// <param name="length">Its length in bytes, once complete, at most <see cref="MaxSize"/>: what follows is the client's.</param>
    public static ProxyHeaderStatus Read(ReadOnlySpan<byte> data, out ProxyHeader? header, out int length)
    {
        header = null;
        length = 0;
        if (data.IsEmpty) return ProxyHeaderStatus.NeedMore;
        return data[0] == ProxyHeaderV2.Signature[0]
            ? ProxyHeaderV2.Read(data, out header, out length)
            : ProxyHeaderV1.Read(data, out header, out length);
    }

    /// <summary>Whether data begins with a prefix, as far as it goes.</summary>
    public static bool MayBegin(ReadOnlySpan<byte> data, ReadOnlySpan<byte> prefix) =>
        data.Length < prefix.Length ? prefix.StartsWith(data) : data.StartsWith(prefix);
}
