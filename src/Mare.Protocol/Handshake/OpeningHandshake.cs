// SPDX-License-Identifier: MIT
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Mare.Protocol;

/// <summary>Decides what a request is worth as an opening handshake.</summary>
/// <remarks>Pure functions: any thread may call. RFC 6455, section 4.2.</remarks>
public static class OpeningHandshake
{
    private const int KeyBytes = 16;
    private const int KeyChars = 24;

    // Appended to the key before hashing (RFC 6455, section 1.3).
    private static ReadOnlySpan<byte> AcceptGuid => "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"u8;

    /// <summary>Checks a request against the rules for servers.</summary>
    /// <param name="head">What <see cref="RequestReader"/> has read.</param>
    /// <returns>An upgrade with what it offers, a plain request, or a refusal with its reason.</returns>
    public static HandshakeResult Validate(RequestHead head)
    {
        ArgumentNullException.ThrowIfNull(head);
        HandshakeFailure? failure = CheckHost(head) ?? CheckUpgrade(head);
        if (failure is not null)
            return HandshakeResult.Refused(failure);
        if (!head.IsUpgrade)
            return HandshakeResult.Plain;

        failure = CheckNoBody(head.Headers) ?? CheckVersion(head.Headers) ?? CheckKey(head.Headers);
        if (failure is not null)
            return HandshakeResult.Refused(failure);
        if (!TryReadSubprotocols(head.Headers, out IReadOnlyList<string> subprotocols))
            return HandshakeResult.Refused(HandshakeFailure.BadSubprotocol);
        IReadOnlyList<ExtensionOffer> extensions = [];
        if (head.Headers.TryGetValue(HeaderNames.Extensions, out string? offers)
            && !ExtensionHeader.TryParse(offers, out extensions))
            return HandshakeResult.Refused(HandshakeFailure.BadExtension);
        return HandshakeResult.Upgrade(ComputeAcceptKey(head.Headers[HeaderNames.Key]!), subprotocols, extensions);
    }

    /// <summary>Computes the answer to a key: base64 of the SHA-1 of the key and a fixed GUID.</summary>
    /// <param name="key">The value of <c>Sec-WebSocket-Key</c>: the base64 form of 16 bytes.</param>
    /// <returns>The value of <c>Sec-WebSocket-Accept</c>, 28 characters.</returns>
    /// <exception cref="ArgumentException">The key is not the base64 form of 16 bytes.</exception>
    /// <remarks>RFC 6455, section 4.2.2, step 5.</remarks>
    [SuppressMessage("Security", "CA5350", Justification = "RFC 6455 asks for SHA-1; it proves no identity here.")]
    public static string ComputeAcceptKey(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (!IsValidKey(key))
            throw new ArgumentException("The key must be the base64 form of 16 bytes.", nameof(key));
        Span<byte> text = stackalloc byte[KeyChars + AcceptGuid.Length];
        Encoding.ASCII.GetBytes(key, text);
        AcceptGuid.CopyTo(text[KeyChars..]);
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
        SHA1.HashData(text, hash);
        return Convert.ToBase64String(hash);
    }

    /// <summary>Says whether a subprotocol is among those offered; its case counts.</summary>
    /// <param name="offered">What the client offers.</param>
    /// <param name="subprotocol">What the server would choose.</param>
    /// <returns>False when choosing it would break the handshake. RFC 6455, section 4.2.2, step 5.</returns>
    public static bool IsOffered(IReadOnlyList<string> offered, string subprotocol)
    {
        ArgumentNullException.ThrowIfNull(offered);
        return offered.Contains(subprotocol, StringComparer.Ordinal);
    }

    /// <summary>Checks for the one text that encodes 16 bytes: no white space, no spare bits set.</summary>
    internal static bool IsValidKey(string key)
    {
        if (key.Length != KeyChars)
            return false;
        Span<byte> bytes = stackalloc byte[KeyBytes];
        Span<char> canonical = stackalloc char[KeyChars];
        return Convert.TryFromBase64String(key, bytes, out int length)
            && length == KeyBytes
            && Convert.TryToBase64Chars(bytes, canonical, out _)
            && canonical.SequenceEqual(key);
    }

    /// <summary>Checks that nothing but frames can follow the head: a body would be read as frames.</summary>
    internal static HandshakeFailure? CheckNoBody(HeaderCollection headers)
    {
        bool hasBody = headers.Contains(HeaderNames.TransferEncoding)
            || (headers.TryGetValue(HeaderNames.ContentLength, out string? length)
                && (length.Length == 0 || length.AsSpan().ContainsAnyExcept('0')));
        return hasBody ? HandshakeFailure.HasBody : null;
    }

    // RFC 9112, section 3.2. An empty Host is for targets without an authority, and neither http nor ws has such.
    private static HandshakeFailure? CheckHost(RequestHead head)
    {
        string? host = head.Headers[HeaderNames.Host];
        if (host is null && head.VersionMinor == 0)
            return null;
        if (string.IsNullOrEmpty(host))
            return HandshakeFailure.MissingHost;
        return FieldSyntax.IsAuthority(host) ? null : HandshakeFailure.BadHost;
    }

    // RFC 9110, sections 7.6.1 and 7.8. What has no Upgrade, or may not upgrade, is a plain request.
    private static HandshakeFailure? CheckUpgrade(RequestHead head)
    {
        if (head.IsUpgrade || head.Method != "GET" || head.VersionMinor == 0
            || !head.Headers.TryGetValue(HeaderNames.Upgrade, out string? upgrade))
            return null;
        bool valid = FieldSyntax.IsTokenList(upgrade) && FieldSyntax.IsTokenList(head.Headers[HeaderNames.Connection]);
        return valid ? null : HandshakeFailure.BadUpgrade;
    }

    // RFC 6455, section 4.4: the answer to another version, or none, names the one that is known.
    private static HandshakeFailure? CheckVersion(HeaderCollection headers) =>
        headers[HeaderNames.Version] == "13" ? null : HandshakeFailure.WrongVersion;

    private static HandshakeFailure? CheckKey(HeaderCollection headers)
    {
        if (!headers.TryGetValue(HeaderNames.Key, out string? key))
            return HandshakeFailure.MissingKey;
        return IsValidKey(key) ? null : HandshakeFailure.InvalidKey;
    }

    // RFC 6455, section 11.3.4: a list of tokens; section 4.1, item 10: not empty, and each unique.
    private static bool TryReadSubprotocols(HeaderCollection headers, out IReadOnlyList<string> subprotocols)
    {
        subprotocols = [];
        if (!headers.TryGetValue(HeaderNames.Subprotocol, out string? list))
            return true;
        string[] names = list.Split(',');
        var unique = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < names.Length; i++)
        {
            names[i] = names[i].Trim(' ', '\t');
            if (!FieldSyntax.IsToken(names[i]) || !unique.Add(names[i]))
                return false;
        }

        subprotocols = names;
        return true;
    }
}
