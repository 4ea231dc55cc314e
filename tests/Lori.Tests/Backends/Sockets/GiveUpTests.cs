// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using Lori.Backends;
using Lori.Backends.Sockets;

namespace Lori.Tests.Backends.Sockets;

/// <summary>The end of a connection whose aborted send does not come back, since nobody takes completions any more.</summary>
public sealed class GiveUpTests
{
    [Fact]
    public void Close_WhileTheSystemHoldsABlock_IsToldOnceTheBackendGivesUp()
    {
        using var listening = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listening.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listening.Listen();
        using var client = Client.Connect(listening.LocalEndPoint!);
        using var backend = new SocketsBackend(new EventLoopOptions());
        var events = new RecordingTransportEvents();
        var transport = backend.Attach(backend.Adopt(listening.Accept()), events);
        var block = new BlockPool().Rent();
        var sends = 0;
        while (transport.Send([new Segment(block, 0, Block.Size)]) > 0) Assert.InRange(++sends, 1, 10_000);
        events.MayNotBeTold = true;
        transport.Close(reset: true);
        backend.EndTurn();
        backend.EndTurn();
        Assert.Equal(0, events.Closes);
        backend.GiveUp();
        backend.EndTurn();
        backend.EndTurn();
        Assert.Equal(1, events.Closes);
        Assert.Empty(events.Faults);
    }
}
