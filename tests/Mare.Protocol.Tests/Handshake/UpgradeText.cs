// SPDX-License-Identifier: MIT
namespace Mare.Protocol.Tests.Handshake;

/// <summary>Writes requests and answers like the example of RFC 6455, section 1.2, with lines exchanged.</summary>
internal static class UpgradeText
{
    public const string Key = "dGhlIHNhbXBsZSBub25jZQ==";
    public const string Accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    private static readonly string[] RequestLines =
    [
        "Host: server.example.com", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Key: " + Key,
        "Sec-WebSocket-Version: 13",
    ];

    private static readonly string[] ResponseLines =
        ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Accept: " + Accept];

    /// <summary>Writes a valid upgrade request, with more lines at its end.</summary>
    public static string Request(params string[] more) => Head("GET /chat HTTP/1.1", [.. RequestLines, .. more]);

    /// <summary>Writes a request with another request line.</summary>
    public static string RequestWithLine(string requestLine) => Head(requestLine, RequestLines);

    /// <summary>Writes a request without the lines of one header, and with others at its end.</summary>
    public static string RequestWithout(string name, params string[] more) =>
        Head("GET /chat HTTP/1.1", [.. Without(RequestLines, name), .. more]);

    /// <summary>Writes a valid answer, with more lines at its end.</summary>
    public static string Response(params string[] more) =>
        Head("HTTP/1.1 101 Switching Protocols", [.. ResponseLines, .. more]);

    /// <summary>Writes an answer with another status line.</summary>
    public static string ResponseWithLine(string statusLine) => Head(statusLine, ResponseLines);

    /// <summary>Writes an answer without the lines of one header, and with others at its end.</summary>
    public static string ResponseWithout(string name, params string[] more) =>
        Head("HTTP/1.1 101 Switching Protocols", [.. Without(ResponseLines, name), .. more]);

    /// <summary>Writes a head.</summary>
    public static string Head(string startLine, params string[] lines) =>
        string.Join("\r\n", [startLine, .. lines]) + "\r\n\r\n";

    private static IEnumerable<string> Without(string[] lines, string name) =>
        lines.Where(line => !line.StartsWith(name + ":", StringComparison.Ordinal));
}
