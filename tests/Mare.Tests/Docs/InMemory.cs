// SPDX-License-Identifier: MIT
using System.Net;
using Mare.Testing;

namespace Mare.Tests.Docs.InMemory;

public sealed class InMemoryTests
{
    [Fact]
    public void Test_OfTheTestingReadme_Passes()
    {
        var network = new InMemoryNetwork();
        using var loops = new ManualLoops(network);
        var listener = new EchoListener(loops.Group);
        loops.RunUntilDone(listener.ListenAsync(new ListenOptions { Host = "127.0.0.1" }));

        var peer = network.Connect(listener.EndPoints[0]);
        peer.Send("hello"u8);
        loops.RunUntilIdle();
        Assert.Equal("hello"u8, peer.ReceiveAll());

        loops.Advance(TimeSpan.FromMinutes(1));   // stops at each timer on the way
        peer.Close();
        loops.RunUntilIdle();
        loops.ThrowIfAnythingIsHeld();
    }

    private sealed class EchoListener(EventLoopGroup loops) : TcpListenerActor(loops)
    {
        protected override TcpConnectionActor? OnAccept(EndPoint? remoteEndPoint) => new Echo();
    }

    private sealed class Echo : TcpConnectionActor
    {
        protected override void OnReceived(Span<byte> data) => Connection.Send(data);
    }
}
