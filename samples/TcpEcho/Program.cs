// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Net;
using Lori;

// A TCP server whose actor is the connection: Lori alone, no WebSocket.
var port = args switch
{
    [] => 7000,
    ["--port", var text] when ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
    _ => -1,
};
if (port < 0)
{
    await Console.Error.WriteLineAsync("Usage: TcpEcho [--port NUMBER]");
    return 2;
}

using var loops = new EventLoopGroup();
var listener = new EchoListener(loops);
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
Console.WriteLine($"Listening on {string.Join(" and ", listener.EndPoints)}; try: nc localhost {port}");

var stop = new TaskCompletionSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.TrySetResult();
};
await stop.Task;
await listener.StopListeningAsync();
return 0;

internal sealed class EchoListener(EventLoopGroup loops) : TcpListenerActor(loops)
{
    protected override TcpConnectionActor? OnAccept(EndPoint? remoteEndPoint) => new Echo(remoteEndPoint);
}

internal sealed class Echo(EndPoint? peer) : TcpConnectionActor
{
    protected override void OnStarted() => Console.WriteLine($"{peer} connected to loop {Loop.Id}");

    protected override void OnReceived(Span<byte> data)
    {
        // A peer that does not read what it gets back is not read from either.
        if (Connection.Send(data) == SendStatus.AcceptedThrottled) Connection.PauseReading();
    }

    protected override void OnUnthrottled() => Connection.ResumeReading();

    protected override void OnClosed(CloseCause cause) => Console.WriteLine($"{peer} is gone: {cause}");
}
