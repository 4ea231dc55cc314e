// SPDX-License-Identifier: MIT
using Mare.Protocol;
using Mare.Protocol.Tests.Feeding;
using Mare.Protocol.Tests.Handshake;

namespace Mare.Fuzz.Targets;

/// <summary>Reads, as a client, the answer to an opening handshake that offered subprotocols and extensions.</summary>
internal sealed class ResponseTarget : FuzzTarget
{
    private static readonly HandshakeLimits Tight = new() { MaxHeadBytes = 256, MaxHeaderCount = 7 };

    private static readonly ClientHandshake Asked = new("a", "/")
    {
        Key = UpgradeText.Key,
        Subprotocols = ["chat", "superchat"],
        Extensions = [new ExtensionOffer("permessage-deflate"), new ExtensionOffer("x")],
    };

    public override string Name => "response";

    public override bool IsText => true;

    public override IReadOnlyList<byte[]> Words { get; } = Targets.Words.OfText(
        "HTTP/1.1 101 Switching Protocols\r\n", "HTTP/1.0 200 OK\r\n", "HTTP/1.1 301 \r\n", "\r\n", "\r\n\r\n", ": ", ", ", ";", "=", "\"", "\\",
        "\t", " ", "\0", "\x80", "\n", "Upgrade: websocket\r\n", "Connection: Upgrade\r\n", "Connection: close, upgrade\r\n",
        "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n", "Sec-WebSocket-Protocol: chat\r\n", "Sec-WebSocket-Extensions: ",
        "permessage-deflate", "x; y=\"z\"", "Content-Length: 0\r\n", "Transfer-Encoding: chunked\r\n");

    public override void Run(byte[] input, Splitting splits)
    {
        HandshakeFeeder.Response(input, Asked, splits: splits);
        HandshakeFeeder.Response(input, Asked, Tight, splits);
    }
}
