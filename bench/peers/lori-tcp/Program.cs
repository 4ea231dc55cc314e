// SPDX-License-Identifier: MIT
using System.Net;
using Lori;

// Sends back what it gets, on one loop: the floor under every WebSocket server on Lori.
using var loops = new EventLoopGroup(1);
var listener = new EchoListener(loops);
await listener.ListenAsync(new ListenOptions { Host = "127.0.0.1", Port = 0 });
Console.WriteLine($"Listening on tcp://{listener.EndPoints[0]}");
await Task.Delay(Timeout.Infinite); // the runner ends it

internal sealed class EchoListener(EventLoopGroup loops) : TcpListenerActor(loops)
{
    protected override TcpConnectionActor? OnAccept(EndPoint? remoteEndPoint) => new Echo();
}

internal sealed class Echo : TcpConnectionActor
{
    protected override void OnReceived(Span<byte> data)
    {
        if (Connection.Send(data) == SendStatus.AcceptedThrottled) Connection.PauseReading();
    }

    protected override void OnUnthrottled() => Connection.ResumeReading();
}
