// SPDX-License-Identifier: MIT
using System.Security.Authentication;
using System.Text;

namespace Lori.Tls;

/// <summary>Knows what both sides' options may be.</summary>
internal static class TlsRanges
{
    // What .NET's timers bear (2^31 milliseconds), rounded down.
    public static readonly TimeSpan LongestTimeout = TimeSpan.FromDays(24);

    public static bool AreProtocols(SslProtocols protocols) =>
        protocols != SslProtocols.None && (protocols & ~(SslProtocols.Tls12 | SslProtocols.Tls13)) == SslProtocols.None;

    // One byte of length: RFC 7301, section 3.1.
    public static bool IsApplicationProtocol(string? protocol) =>
        protocol is not null && Encoding.UTF8.GetByteCount(protocol) is >= 1 and <= byte.MaxValue;
}
