// SPDX-License-Identifier: MIT
using System.Text;

namespace Mare.Protocol;

/// <summary>
/// Knows the words, names and values that most heads bear: strings that are there already need not be made for each
/// connection. Any thread.
/// </summary>
internal static class KnownText
{
    // Ten for each text, so that what is unknown mostly meets an empty place; a power of two.
    private const int Places = 1024;

    private static readonly string[] Texts =
    [
        "GET", "HEAD", "POST", "OPTIONS", "/", "*",
        HeaderNames.Connection, HeaderNames.ContentLength, HeaderNames.ContentType, HeaderNames.Cookie, HeaderNames.Date,
        HeaderNames.Host, HeaderNames.Origin, HeaderNames.SetCookie, HeaderNames.TransferEncoding, HeaderNames.Upgrade,
        HeaderNames.Accept, HeaderNames.Extensions, HeaderNames.Key, HeaderNames.Subprotocol, HeaderNames.Version,
        "Accept", "Accept-Encoding", "Accept-Language", "Authorization", "Cache-Control", "DNT", "Forwarded", "If-None-Match",
        "Pragma", "Referer", "Sec-Fetch-Dest", "Sec-Fetch-Mode", "Sec-Fetch-Site", "Sec-Fetch-User", "Sec-GPC", "Server",
        "Upgrade-Insecure-Requests", "User-Agent", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP",
        "connection", "host", "origin", "upgrade", "user-agent", "cookie", "sec-websocket-extensions", "sec-websocket-key",
        "sec-websocket-protocol", "sec-websocket-version", "sec-websocket-accept",
        "websocket", "WebSocket", "keep-alive", "close", "keep-alive, Upgrade", "13", "0", "*/*", "no-cache", "max-age=0", "1",
        "cors", "same-origin", "cross-site", "same-site", "empty", "none", "navigate", "document", "null", "https", "http",
        "gzip, deflate", "gzip, deflate, br", "gzip, deflate, br, zstd", "en-US,en;q=0.9", "en-US,en;q=0.5",
        "permessage-deflate", "permessage-deflate; client_max_window_bits", "HTTP/1.1", "HTTP/1.0", "101", "200",
    ];

    private static readonly string?[] Table = CreateTable();

    /// <summary>Gets the string of some bytes, each byte one character (ISO-8859-1).</summary>
    public static string Of(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
            return "";
        for (int place = PlaceOf(text.Length, text[0], text[text.Length / 2], text[^1]); Table[place] is { } known; place = Next(place))
        {
            if (Ascii.Equals(text, known))
                return known;
        }

        return Encoding.Latin1.GetString(text);
    }

    // The factors were searched for: nearly every text stands at its own place.
    private static int PlaceOf(int length, int first, int middle, int last) =>
        ((length * 5) ^ (first * 263) ^ (middle * 401) ^ (last * 853)) & (Places - 1);

    private static int Next(int place) => (place + 1) & (Places - 1);

    private static string?[] CreateTable()
    {
        var table = new string?[Places];
        foreach (string text in Texts)
        {
            int place = PlaceOf(text.Length, text[0], text[text.Length / 2], text[^1]);
            while (table[place] is not null)
                place = Next(place);
            table[place] = text;
        }

        return table;
    }
}
