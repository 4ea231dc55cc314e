// SPDX-License-Identifier: MIT
using System.Security.Cryptography;

namespace Lori.Tls;

/// <summary>
/// Is what an end point's session tickets are encrypted with, made at random, and kept for as long as the end point. With TLS 1.3 who
/// gets hold of it can take up a session, but reads none that was recorded: each has a key exchange of its own. Immutable.
/// </summary>
internal sealed class TlsTicketKeys
{
    private readonly byte[] _bytes = RandomNumberGenerator.GetBytes(80);

    /// <summary>Gets 80 bytes: a name, a key to sign with, a key to encrypt with, as libssl divides them.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;
}
