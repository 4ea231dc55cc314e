// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Net;
using FramedTcp;
using Lori;

// A protocol of our own over TCP, on Lori alone: each message is its length, four bytes with the highest first, and its text.
var port = args switch
{
    [] => 7001,
    ["--port", var text] when ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
    _ => -1,
};
if (port < 0)
{
    await Console.Error.WriteLineAsync("Usage: FramedTcp [--port NUMBER]");
    return 2;
}

using var loops = new EventLoopGroup();
var listener = new Listener(loops);
try
{
    await listener.ListenAsync(new ListenOptions { Host = "localhost", Port = port });
}
catch (ListenException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}

port = ((IPEndPoint)listener.EndPoints[0]).Port;
Console.WriteLine($"Listening on {string.Join(" and ", listener.EndPoints)}; try: printf '\\0\\0\\0\\5hello' | nc -q 1 localhost {port} | od -c");

var stop = new TaskCompletionSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.TrySetResult();
};
await stop.Task;
await listener.StopListeningAsync();
return 0;

internal sealed class Listener(EventLoopGroup loops) : TcpListenerActor(loops)
{
    protected override TcpConnectionActor? OnAccept(EndPoint? remoteEndPoint) => new Shouter(remoteEndPoint);
}
