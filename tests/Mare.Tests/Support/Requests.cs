// SPDX-License-Identifier: MIT
using System.Text;

namespace Mare.Tests;

/// <summary>Writes opening handshakes of clients.</summary>
internal static class Requests
{
    /// <summary>The key of RFC 6455, section 1.3, and what answers it.</summary>
    public const string Key = "dGhlIHNhbXBsZSBub25jZQ==";
    public const string Accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    public static byte[] Upgrade(string path = "/", params string[] moreLines) => Bytes(
        [$"GET {path} HTTP/1.1", "Host: example.com", "Upgrade: websocket", "Connection: Upgrade",
            $"Sec-WebSocket-Key: {Key}", "Sec-WebSocket-Version: 13", .. moreLines]);

    /// <summary>A request that is no upgrade.</summary>
    public static byte[] Get(string path = "/", params string[] moreLines) => Plain("GET", path, moreLines);

    public static byte[] Plain(string method, string path = "/", params string[] moreLines) =>
        Bytes([$"{method} {path} HTTP/1.1", "Host: example.com", .. moreLines]);

    public static byte[] Bytes(params string[] lines) =>
        Encoding.Latin1.GetBytes(string.Concat(lines.Select(static l => l + "\r\n")) + "\r\n");
}
