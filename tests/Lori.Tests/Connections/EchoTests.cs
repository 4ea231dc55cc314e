// SPDX-License-Identifier: MIT
using Mare.Testing;

namespace Lori.Tests.Connections;

public sealed class EchoTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Echo_OnAnyNetwork_ReturnsEveryByteInOrder(bool hostile)
    {
        var sent = new byte[100_000];
        new Random(1).NextBytes(sent);
        using var server = new MemoryServer(
            static a => a.WhenReceived = static (a, data) => Assert.True(a.Connection.Send(data).IsAccepted()),
            network: hostile ? InMemoryNetworkOptions.Hostile(7) : null);
        var peer = server.Connect();
        peer.Send(sent);
        server.Loops.RunUntilIdle();
        Assert.Equal(sent, peer.ReceiveAll());
        Assert.Equal(sent, server.Actor.Received);
        peer.ShutdownSend();
        server.Loops.RunUntilIdle();
        Assert.True(peer.IsEndOfStream);
        Assert.False(peer.WasReset);
        Assert.Equal(CloseCause.ClosedByPeer, server.Actor.Cause);
        server.Loops.ThrowIfAnythingIsHeld();
    }
}
