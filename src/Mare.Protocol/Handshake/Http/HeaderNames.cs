// SPDX-License-Identifier: MIT
namespace Mare.Protocol;

/// <summary>Names the headers that the opening handshake reads or writes.</summary>
internal static class HeaderNames
{
    public const string Connection = "Connection";
    public const string ContentLength = "Content-Length";
    public const string ContentType = "Content-Type";
    public const string Cookie = "Cookie";
    public const string Date = "Date";
    public const string Host = "Host";
    public const string Origin = "Origin";
    public const string SetCookie = "Set-Cookie";
    public const string TransferEncoding = "Transfer-Encoding";
    public const string Upgrade = "Upgrade";
    public const string Accept = "Sec-WebSocket-Accept";
    public const string Extensions = "Sec-WebSocket-Extensions";
    public const string Key = "Sec-WebSocket-Key";
    public const string Subprotocol = "Sec-WebSocket-Protocol";
    public const string Version = "Sec-WebSocket-Version";

    /// <summary>Begins every header that belongs to the handshake itself.</summary>
    public const string WebSocketPrefix = "Sec-WebSocket-";
}
