// SPDX-License-Identifier: MIT
using Mare.Protocol;
using Mare.Protocol.Tests.Feeding;
using Mare.Protocol.Tests.Handshake;

namespace Mare.Fuzz.Targets;

/// <summary>Reads the head of a request, an opening handshake or plain HTTP, under usual and under tight limits.</summary>
internal sealed class RequestTarget : FuzzTarget
{
    private static readonly HandshakeLimits Tight = new() { MaxHeadBytes = 256, MaxTargetBytes = 16, MaxHeaderCount = 7 };

    public override string Name => "request";

    public override bool IsText => true;

    public override IReadOnlyList<byte[]> Words { get; } = Targets.Words.OfText(
        "GET ", "POST ", "OPTIONS * ", "CONNECT ", " HTTP/1.1\r\n", " HTTP/1.0\r\n", " HTTP/1.9\r\n", "\r\n", "\r\n\r\n", ": ", ", ", ",",
        ";", "=", "\"", "\\", "#", "?", "/", "http://", "https://a:80/", "ws://[::1]/", "[", "]", "@", "%00", "\t", " ", "\0", "\x80", "\n",
        "Host: a\r\n", "Host: [::1]:80\r\n", "Upgrade: websocket\r\n", "Connection: Upgrade\r\n", "Connection: keep-alive, Upgrade\r\n",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", "Sec-WebSocket-Version: 13\r\n", "Sec-WebSocket-Protocol: ",
        "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n", "Origin: null\r\n", "Content-Length: 0\r\n",
        "Transfer-Encoding: chunked\r\n", "Expect: 100-continue\r\n");

    public override void Run(byte[] input, Splitting splits)
    {
        HandshakeFeeder.Request(input, splits: splits);
        HandshakeFeeder.Request(input, Tight, splits);
    }
}
