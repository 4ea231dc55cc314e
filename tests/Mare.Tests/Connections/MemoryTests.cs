// SPDX-License-Identifier: MIT
using Mare.Protocol;

namespace Mare.Tests.Connections;

/// <summary>What a peer can make the server hold: what has arrived, never what was announced.</summary>
public sealed class MemoryTests
{
    [Fact]
    public void Connections_Idle_HoldNoBuffer()
    {
        using var server = new MemoryServer();
        for (var i = 0; i < 100; i++) server.Open().Send(ClientFrames.Text("hello"));
        Assert.Equal((100, 0, 0), Held(server));
    }

    [Fact]
    public void Connections_AnnouncingAMegabyteAndSendingTenBytes_HoldLittle()
    {
        const int Count = 2000;
        using var server = new MemoryServer();
        var begin = new byte[ClientFrames.Announce(Opcode.Binary, 1_000_000).Length + 10];
        ClientFrames.Announce(Opcode.Binary, 1_000_000).CopyTo(begin, 0);
        for (var i = 0; i < Count; i++) server.Open().Send(begin);
        Assert.Equal((Count, Count, 0), Held(server));
        // 256 bytes each: 2,000 megabytes were announced.
        Assert.InRange(LoopCompanion.Of(server.Loops.Group.Loops[0]).Budget.InUseBytes, Count * 10, Count * 256);
        Assert.Equal(Count, server.Server.ConnectionCount);
    }

    [Fact]
    public void Header_Of2To62Bytes_ReservesNothing()
    {
        using var server = new MemoryServer();
        var client = server.Open();
        client.Send(ClientFrames.Announce(Opcode.Binary, 1L << 62));
        Assert.Equal((1, 0, 0), Held(server));
        Assert.Equal(1009, client.ReadCloseAndEnd().CloseCode);
    }

    [Fact]
    public void PartialMessages_BeyondTheLoopsBudget_Close1013AndSpareTheOthers()
    {
        using var server = new MemoryServer(loop: new EventLoopOptions { MaxPartialBytes = 4096 });
        var first = server.Open();
        var message = ClientFrames.Binary(new byte[3000]);
        first.Send(message[..2900]);
        var second = server.Open();
        second.Send(message[..2900]);
        Assert.Equal(1013, second.ReadCloseAndEnd().CloseCode);
        first.Send(message[2900..]);
        Assert.Equal(3000, Assert.Single(server.Actors[0].Messages).Length);
        // What the first gave back is there for another.
        var third = server.Open();
        third.Send(message[..2900]);
        third.Send(message[2900..]);
        Assert.Single(server.Actor.Messages);
    }

    [Fact]
    public void Connections_ComingAndGoing_LeaveNothing()
    {
        using var server = new MemoryServer(static a => a.Hook = MessageTests.Echo);
        for (var i = 0; i < 300; i++)
        {
            var client = server.Open();
            client.Send(ClientFrames.Binary(new byte[i * 100])[..(i * 50 + 6)]);
            if (i % 3 == 0) client.Reset();
            else if (i % 3 == 1) client.Leave();
            else client.Send(ClientFrames.Binary(new byte[i * 100])[(i * 50 + 6)..], ClientFrames.Close());
            client.Peer.Close();
        }

        server.Run();
        Assert.Equal((0, 0, 0), Held(server));
    }

    private static (int Connections, int Buffers, int Blocks) Held(MemoryServer server)
    {
        var usage = server.Loops.Usage[0];
        return (usage.Connections, usage.RentedBuffers, usage.RentedBlocks);
    }
}
