// SPDX-License-Identifier: MIT
using System.Security.Cryptography;
using System.Text;
using Mare.Conformance.Servers;

namespace Mare.Conformance.Wire;

/// <summary>An opening handshake as this client sends it: that of RFC 6455 1.3 unless a test changes lines of it.
/// Each change gives a new request.</summary>
internal sealed class HandshakeRequest
{
    public const string Key = "dGhlIHNhbXBsZSBub25jZQ==";

    private readonly string _requestLine;
    private readonly IReadOnlyList<string> _lines;
    private readonly string _lineEnd;
    private readonly string _prefix;

    private HandshakeRequest(string requestLine, IReadOnlyList<string> lines, string lineEnd, string prefix) =>
        (_requestLine, _lines, _lineEnd, _prefix) = (requestLine, lines, lineEnd, prefix);

    public bool IsHead => _requestLine.StartsWith("HEAD ", StringComparison.Ordinal);

    /// <summary>The proof that the server has read the key (RFC 6455 4.2.2 /5.4), computed with the key of this
    /// request.</summary>
    public string ExpectedAccept
    {
        get
        {
            var key = _lines.Single(l => IsNamed(l, "Sec-WebSocket-Key")).Split(':', 2)[1].Trim(' ', '\t');
#pragma warning disable CA5350 // RFC 6455 names SHA-1; nothing secret rests on it.
            return Convert.ToBase64String(SHA1.HashData(
                Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
        }
    }

    public static HandshakeRequest For(EchoServer server) => new(
        $"GET {server.Path} HTTP/1.1",
        [
            $"Host: {server.Authority}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            $"Sec-WebSocket-Key: {Key}",
            "Sec-WebSocket-Version: 13",
        ],
        "\r\n", "");

    public HandshakeRequest RequestLine(string line) => new(line, _lines, _lineEnd, _prefix);

    /// <summary>Replaces every line of that name, in its place, by the given lines; by none to leave it out.</summary>
    public HandshakeRequest Replace(string name, params string[] lines)
    {
        var at = _lines.TakeWhile(line => !IsNamed(line, name)).Count();
        var others = _lines.Where(line => !IsNamed(line, name)).ToList();
        others.InsertRange(at, lines);
        return new(_requestLine, others, _lineEnd, _prefix);
    }

    public HandshakeRequest Add(params string[] lines) => new(_requestLine, [.. _lines, .. lines], _lineEnd, _prefix);

    /// <summary>Puts lines in front of all others.</summary>
    public HandshakeRequest AddFirst(params string[] lines) =>
        new(_requestLine, [.. lines, .. _lines], _lineEnd, _prefix);

    public HandshakeRequest LineEnd(string lineEnd) => new(_requestLine, _lines, lineEnd, _prefix);

    public HandshakeRequest Prefix(string prefix) => new(_requestLine, _lines, _lineEnd, prefix);

    // Latin-1, so that a test can send any octet.
    public byte[] ToBytes() => Encoding.Latin1.GetBytes(
        _prefix + string.Concat(((string[])[_requestLine, .. _lines, ""]).Select(line => line + _lineEnd)));

    private static bool IsNamed(string line, string name) =>
        line.Split(':', 2)[0].Trim().Equals(name, StringComparison.OrdinalIgnoreCase);
}
