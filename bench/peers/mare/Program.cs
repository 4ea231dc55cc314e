// SPDX-License-Identifier: MIT
using Mare;

// A WebSocket echo on Mare, on one loop, every other setting as it comes.
await using var server = await WebSocketServer.StartAsync(
    new WebSocketServerOptions { Host = "127.0.0.1", Port = 0, Loops = 1 }, _ => new Echo());
Console.WriteLine($"Listening on ws://127.0.0.1:{server.EndPoints[0].Port}");
await server.WaitForShutdownAsync();

internal sealed class Echo : WebSocketServerActor
{
    protected override void OnTextMessageUtf8(ReadOnlySpan<byte> utf8) => Connection.SendText(utf8);

    protected override void OnBinaryMessage(ReadOnlySpan<byte> data) => Connection.SendBinary(data);
}
