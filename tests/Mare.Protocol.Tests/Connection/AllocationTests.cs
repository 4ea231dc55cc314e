// SPDX-License-Identifier: MIT
using System.Buffers;
using Mare.Protocol.Tests.Feeding;
using Xunit;

namespace Mare.Protocol.Tests.Connection;

/// <summary>Steady state allocates nothing per message, whole or in parts.</summary>
public sealed class AllocationTests
{
    private const int Rounds = 2000;

    [Fact]
    public void WholeMessages_OnceWarm_AllocateNothingAndRentNothing()
    {
        var pool = new CountingPool();
        using var protocol = Open(pool);
        byte[] wire = Wire.Join(
            Wire.FromClient(Opcode.Text, "twenty bytes of text"),
            Wire.FromClient(Opcode.Binary, new byte[20]),
            Wire.FromClient(Opcode.Binary, new byte[1024]),
            Wire.FromClient(Opcode.Ping, "ping"));
        Assert.Equal(0, AllocatedBy(protocol, wire, piece: wire.Length, messages: 4));
        Assert.Equal(0, pool.Rentals);
    }

    [Fact]
    public void MessagesInParts_OnceWarm_AllocateNothing()
    {
        using var protocol = Open(ArrayPool<byte>.Shared);
        byte[] wire = Wire.Join(
            Wire.FromClient(Opcode.Text, new string('a', 3000)),
            Wire.FromClient(Opcode.Ping, "ping"),
            Wire.FromClient(Opcode.Binary, new byte[500], fin: false),
            Wire.FromClient(Opcode.Continuation, new byte[500]));
        Assert.Equal(0, AllocatedBy(protocol, wire, piece: 7, messages: 3));
    }

    [Fact]
    public void ConnectionsInTurn_ShareOneRecordOfUnfinishedInput()
    {
        // An idle connection keeps nothing: what the first one leased serves all after it.
        var budget = new PartialMessageBudget(1 << 20);
        WebSocketProtocol[] connections = [.. Enumerable.Range(0, 100).Select(_ => new WebSocketProtocol(
            Role.Server, MessageLimits.Default, ArrayPool<byte>.Shared, budget, ProtocolState.Open))];
        byte[] wire = Wire.FromClient(Opcode.Binary, new byte[500]);
        byte[] received = new byte[wire.Length];
        Run(connections[0], wire, received, piece: 100, messages: 1);
        long before = GC.GetAllocatedBytesForCurrentThread();
        foreach (WebSocketProtocol connection in connections)
            Run(connection, wire, received, piece: 100, messages: 1, rounds: 1);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static WebSocketProtocol Open(ArrayPool<byte> pool) => new(
        Role.Server, MessageLimits.Default, pool, new PartialMessageBudget(1 << 20), ProtocolState.Open);

    private static long AllocatedBy(WebSocketProtocol protocol, byte[] wire, int piece, int messages)
    {
        byte[] received = new byte[wire.Length];
        Run(protocol, wire, received, piece, messages);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Run(protocol, wire, received, piece, messages);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void Run(
        WebSocketProtocol protocol, byte[] wire, byte[] received, int piece, int messages, int rounds = Rounds)
    {
        int seen = 0;
        for (int round = 0; round < rounds; round++)
        {
            wire.CopyTo(received, 0);
            for (int at = 0; at < received.Length; at += piece)
            {
                Span<byte> data = received.AsSpan(at, Math.Min(piece, received.Length - at));
                while (protocol.TryRead(ref data, out ProtocolEvent e))
                    seen += e.Kind == ProtocolEventKind.Failed ? int.MinValue / 2 : 1;
            }
        }
        if (seen != messages * rounds)
            Assert.Fail($"{seen} events instead of {messages * rounds}.");
    }
}
