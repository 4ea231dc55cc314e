// SPDX-License-Identifier: MIT
using Lori;

namespace Mare;

/// <summary>Knows what a WebSocket server adds to how TLS is spoken, where the user says nothing else.</summary>
internal static class ServerTls
{
    /// <summary>Copies the options, with HTTP/1.1 for ALPN and an answer for those who speak plain HTTP to a TLS port.</summary>
    public static TlsServerOptions Complete(TlsServerOptions options)
    {
        var copy = options.Clone();
        // RFC 6455 is an upgrade of HTTP/1.1: a browser that also offers "h2" must not be given that.
        if (copy.ApplicationProtocols.Count == 0) copy.ApplicationProtocols = ["http/1.1"];
        if (copy.PlaintextResponse.IsEmpty) copy.PlaintextResponse = PlainHttpAnswer;
        return copy;
    }

    private static readonly byte[] PlainHttpAnswer =
        "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 40\r\nConnection: close\r\n\r\nThis port speaks TLS: use https or wss.\n"u8.ToArray();
}
