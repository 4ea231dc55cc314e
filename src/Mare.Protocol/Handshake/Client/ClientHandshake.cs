// SPDX-License-Identifier: MIT
using System.Buffers;
using System.Security.Cryptography;

namespace Mare.Protocol;

/// <summary>Holds what a client asks for in its opening handshake, and writes the request.</summary>
/// <remarks>Immutable: any thread may read. RFC 6455, section 4.1.</remarks>
public sealed class ClientHandshake
{
    private const int KeyBytes = 16;

    /// <summary>Asks a host for a resource.</summary>
    /// <param name="host">The host, with a port unless it is the scheme's; a literal IPv6 address in brackets.</param>
    /// <param name="target">The path, which begins with a slash, and the query; percent-encoded, no fragment.</param>
    /// <exception cref="ArgumentException">The host or the target is malformed.</exception>
    public ClientHandshake(string host, string target)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(target);
        if (!FieldSyntax.IsAuthority(host))
            throw new ArgumentException("The host must be a name or an address, with an optional port.", nameof(host));
        if (!target.StartsWith('/') || !FieldSyntax.IsTarget(target))
            throw new ArgumentException("The target must be a percent-encoded path without fragment.", nameof(target));
        Host = host;
        Target = target;
    }

    /// <summary>Gets the host and port that are asked.</summary>
    public string Host { get; }

    /// <summary>Gets the path and query that are asked for.</summary>
    public string Target { get; }

    /// <summary>Gets the key that the server has to answer.</summary>
    /// <value>The base64 form of 16 bytes, random unless set. Each connection must have its own.</value>
    /// <exception cref="ArgumentException">The value is not the base64 form of 16 bytes.</exception>
    public string Key
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            if (!OpeningHandshake.IsValidKey(value))
                throw new ArgumentException("The key must be the base64 form of 16 bytes.", nameof(value));
            field = value;
        }
    } = Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes));

    /// <summary>Gets the subprotocols that are offered, the preferred first.</summary>
    /// <value>None unless set; copied.</value>
    /// <exception cref="ArgumentException">One is no token, or comes twice.</exception>
    public IReadOnlyList<string> Subprotocols
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            string[] copy = [.. value];
            if (!Array.TrueForAll(copy, static name => FieldSyntax.IsToken(name))
                || copy.Distinct(StringComparer.Ordinal).Count() != copy.Length)
                throw new ArgumentException("Subprotocols must be tokens, each once.", nameof(value));
            field = copy;
        }
    } = [];

    /// <summary>Gets the extensions that are offered, the preferred first.</summary>
    /// <value>None unless set; copied.</value>
    public IReadOnlyList<ExtensionOffer> Extensions
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            field = [.. value];
        }
    } = [];

    /// <summary>Gets the <c>Origin</c>, or null for none; browsers always send one.</summary>
    /// <exception cref="ArgumentException">The value is empty, or holds a control or non-Latin-1 character.</exception>
    public string? Origin
    {
        get;
        init
        {
            if (value is not null && (value.Length == 0 || !FieldSyntax.IsValue(value)))
                throw new ArgumentException("The origin must have no control or non-Latin-1 character.", nameof(value));
            field = value;
        }
    }

    /// <summary>Gets more headers to send, in their order.</summary>
    /// <value>None unless set; copied.</value>
    /// <exception cref="ArgumentException">
    /// One is malformed, or is <c>Host</c>, <c>Origin</c>, or one that <see cref="ResponseHeaders"/> refuses.
    /// </exception>
    public IReadOnlyCollection<KeyValuePair<string, string>> Headers
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            field = UserHeaders.Snapshot(value, HeaderNames.Host, HeaderNames.Origin);
        }
    } = [];

    /// <summary>Writes the request.</summary>
    /// <param name="writer">Takes the bytes, which are its from then on.</param>
    public void WriteRequest(IBufferWriter<byte> writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteText($"GET {Target} HTTP/1.1\r\n");
        writer.WriteField(HeaderNames.Host, Host);
        writer.Write("Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"u8);
        writer.WriteField(HeaderNames.Key, Key);
        if (Origin is not null)
            writer.WriteField(HeaderNames.Origin, Origin);
        if (Subprotocols.Count > 0)
            writer.WriteField(HeaderNames.Subprotocol, string.Join(", ", Subprotocols));
        if (Extensions.Count > 0)
            writer.WriteField(HeaderNames.Extensions, string.Join(", ", Extensions));
        foreach ((string name, string value) in Headers)
            writer.WriteField(name, value);
        writer.WriteLineEnd();
    }
}
