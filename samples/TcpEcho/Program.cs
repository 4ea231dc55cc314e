// SPDX-License-Identifier: MIT
using System.Net;
using Lori;

// A TCP server whose actor is the connection: Lori alone, no WebSocket.
var port = args is ["--port", var text] ? int.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : 7000;
using var loops = new EventLoopGroup();
var listener = new EchoListener(loops);
await listener.ListenAsync(new ListenOptions { Host = "localhost", Port = port });
Console.WriteLine($"Listening on {string.Join(" and ", listener.EndPoints)}; try: nc localhost {port}");

var stop = new TaskCompletionSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.TrySetResult();
};
await stop.Task;
await listener.StopListeningAsync();

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
