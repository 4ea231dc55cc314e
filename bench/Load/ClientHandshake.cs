// SPDX-License-Identifier: MIT
using System.Security.Cryptography;
using System.Text;

namespace Mare.Bench.Load;

/// <summary>Opens one connection as a client: RFC 6455 section 4.1, with no extension and no subprotocol.</summary>
internal sealed class ClientHandshake
{
    // More than any server here answers with; what is longer is not an answer.
    private const int MaxHead = 4096;

    private readonly string _key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
    private readonly List<byte> _head = [];

    public byte[] Request(LoadTarget target) => Encoding.ASCII.GetBytes(
        $"GET / HTTP/1.1\r\nHost: {target.EndPoint}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
        $"Sec-WebSocket-Key: {_key}\r\nSec-WebSocket-Version: 13\r\n\r\n");

    /// <summary>Takes what arrived; true once the server has accepted, with the bytes behind its answer left in data.</summary>
    /// <exception cref="LoadException">The server has refused.</exception>
    public bool TryComplete(ref Span<byte> data)
    {
        for (var i = 0; i < data.Length; i++)
        {
            _head.Add(data[i]);
            if (_head.Count > MaxHead) throw new LoadException("The answer to the handshake has no end.");
            if (data[i] != '\n' || !EndsWithEmptyLine()) continue;
            data = data[(i + 1)..];
            Check(Encoding.ASCII.GetString([.. _head]));
            return true;
        }

        data = [];
        return false;
    }

    private bool EndsWithEmptyLine() => _head.Count >= 4 && _head[^4] == '\r' && _head[^3] == '\n' && _head[^2] == '\r';

    private void Check(string head)
    {
        var lines = head.Split("\r\n");
        if (!lines[0].StartsWith("HTTP/1.1 101 ", StringComparison.Ordinal))
            throw new LoadException($"The server refused the handshake: {lines[0]}");
        var headers = lines.Skip(1).Where(l => l.Length > 0).Select(l => l.Split(':', 2))
            .ToLookup(p => p[0], p => p[1].Trim(), StringComparer.OrdinalIgnoreCase);
        if (headers["Sec-WebSocket-Accept"].SingleOrDefault() != Accept()) throw new LoadException("Sec-WebSocket-Accept is wrong.");
        if (headers.Contains("Sec-WebSocket-Extensions")) throw new LoadException("The server chose an extension that nobody offered.");
    }

    // The GUID and SHA-1 are RFC 6455's (section 1.3): a sign of a WebSocket server, not of secrecy.
    private string Accept() =>
#pragma warning disable CA5350
        Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(_key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
}
