// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Net;
using Mare;

var port = args switch
{
    [] => 8080,
    ["--port", var text] when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= 65535 => number,
    _ => -1,
};
if (port < 0)
{
    await Console.Error.WriteLineAsync("Usage: Echo [--port NUMBER]");
    return 2;
}

try
{
    await using var server = await WebSocketServer.StartAsync(
        new WebSocketServerOptions { Host = "localhost", Port = port }, request => new Echo());

    Console.WriteLine($"Listening on ws://localhost:{server.EndPoints[0].Port} - every message comes back. Ctrl-C stops.");
    await server.WaitForShutdownAsync();
    Console.WriteLine("Stopped.");
    return 0;
}
catch (Lori.ListenException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}

internal sealed class Echo : WebSocketServerActor
{
    private EndPoint? _peer;

    protected override void OnOpen()
    {
        _peer = Connection.RemoteEndPoint;
        Console.WriteLine($"{_peer} opened");
    }

    protected override void OnTextMessageUtf8(ReadOnlySpan<byte> utf8) => Connection.SendText(utf8);

    protected override void OnBinaryMessage(ReadOnlySpan<byte> data) => Connection.SendBinary(data);

    protected override void OnClosed(CloseStatus status, string reason) =>
        Console.WriteLine($"{_peer} closed: {(int)status} {status} {reason}".TrimEnd());
}
