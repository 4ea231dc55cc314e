// SPDX-License-Identifier: MIT
using System.Buffers;
using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Lori;

/// <summary>Reads the PROXY protocol's version 1, one line of text. Section 2.1 of its document.</summary>
/// <remarks>
/// <code>
/// PROXY TCP4 192.0.2.1 198.51.100.7 56324 443\r\n
/// PROXY TCP6 2001:db8::1 2001:db8::7 56324 443\r\n
/// PROXY UNKNOWN ...\r\n
/// </code>
/// </remarks>
internal static class ProxyHeaderV1
{
    // What the longest line takes, that of UNKNOWN with two addresses, CRLF included.
    public const int MaxSize = 107;

    // "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255"
    private const int LongestAddress = 45;

    private static readonly SearchValues<byte> AddressBytes = SearchValues.Create("0123456789abcdefABCDEF:."u8);

    public static ProxyHeaderStatus Read(ReadOnlySpan<byte> data, out ProxyHeader? header, out int length)
    {
        header = null;
        length = 0;
        var line = data[..Math.Min(data.Length, MaxSize)];
        if (!MayBeHeader(line)) return ProxyHeaderStatus.Malformed;
        var end = line.IndexOf((byte)'\r');
        if (end < 0 || end + 1 == line.Length)
            return line.Length == MaxSize ? ProxyHeaderStatus.Malformed : ProxyHeaderStatus.NeedMore;
        if (line[end + 1] != '\n') return ProxyHeaderStatus.Malformed;
        header = Parse(line[..end]);
        if (header is null) return ProxyHeaderStatus.Malformed;
        length = end + 2;
        return ProxyHeaderStatus.Complete;
    }

    private static bool MayBeHeader(ReadOnlySpan<byte> line) =>
        ProxyHeaderReader.MayBegin(line, "PROXY TCP4 "u8)
        || ProxyHeaderReader.MayBegin(line, "PROXY TCP6 "u8)
        || ProxyHeaderReader.MayBegin(line, "PROXY UNKNOWN"u8);

    private static ProxyHeader? Parse(ReadOnlySpan<byte> line)
    {
        var rest = line["PROXY ".Length..];
        var family = TakeWord(ref rest);
        // "the receiver must ignore anything presented before the CRLF"
        if (family.SequenceEqual("UNKNOWN"u8)) return ProxyHeader.Local;
        var isFour = family.SequenceEqual("TCP4"u8);
        if (!isFour && !family.SequenceEqual("TCP6"u8)) return null;
        var source = ParseAddress(TakeWord(ref rest), isFour);
        var destination = ParseAddress(TakeWord(ref rest), isFour);
        if (source is null || destination is null) return null;
        if (!TryParseNumber(TakeWord(ref rest), 65535, out var sourcePort) || !TryParseNumber(rest, 65535, out var destinationPort)) return null;
        return new ProxyHeader(new IPEndPoint(source, sourcePort), new IPEndPoint(destination, destinationPort), isEncrypted: null);
    }

    /// <summary>Takes what stands before the next space; nothing is left when there is none.</summary>
    private static ReadOnlySpan<byte> TakeWord(ref ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOf((byte)' ');
        var word = end < 0 ? rest : rest[..end];
        rest = end < 0 ? default : rest[(end + 1)..];
        return word;
    }

    private static IPAddress? ParseAddress(ReadOnlySpan<byte> text, bool isFour) => isFour ? ParseFour(text) : ParseSix(text);

    /// <summary>Takes four numbers without leading zeroes: .NET's parser also takes "1.2" and octal numbers.</summary>
    private static IPAddress? ParseFour(ReadOnlySpan<byte> text)
    {
        Span<byte> address = stackalloc byte[4];
        for (var i = 0; i < address.Length; i++)
        {
            var end = i < 3 ? text.IndexOf((byte)'.') : text.Length;
            if (end < 0 || !TryParseNumber(text[..end], 255, out var number)) return null;
            address[i] = (byte)number;
            if (i < 3) text = text[(end + 1)..];
        }

        return new IPAddress(address);
    }

    private static IPAddress? ParseSix(ReadOnlySpan<byte> text)
    {
        // No brackets, no scope.
        if (text.IsEmpty || text.Length > LongestAddress || text.ContainsAnyExcept(AddressBytes)) return null;
        Span<char> chars = stackalloc char[LongestAddress];
        var length = Encoding.ASCII.GetChars(text, chars);
        if (!IPAddress.TryParse(chars[..length], out var address) || address.AddressFamily != AddressFamily.InterNetworkV6) return null;
        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
    }

    /// <summary>Takes a decimal number without sign, space or leading zero.</summary>
    private static bool TryParseNumber(ReadOnlySpan<byte> text, int largest, out int number)
    {
        number = 0;
        if (text.Length is 0 or > 5 || text.ContainsAnyExceptInRange((byte)'0', (byte)'9') || (text[0] == '0' && text.Length > 1)) return false;
        return Utf8Parser.TryParse(text, out number, out _) && number <= largest;
    }
}
