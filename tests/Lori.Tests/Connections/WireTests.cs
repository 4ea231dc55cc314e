// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;
using CsCheck;
using Mare.Testing;

namespace Lori.Tests.Connections;

public sealed class WireTests
{
    private enum Step
    {
        Write,
        Reserve,
        Consume,
        Turn,
    }

    [Fact]
    public void Wires_AnyWritesAndConsumes_HoldWhatAByteListHolds()
    {
        // Small ones share the loop's block, large ones span several of their own.
        var size = Gen.OneOf(Gen.Int[0, 60], Gen.Int[2000, 2100], Gen.Int[0, 40_000]);
        var step = Gen.Select(Gen.Enum<Step>(), Gen.Int[0, 2], size, Gen.Bool);
        step.List[0, 60].Sample(
            static steps =>
            {
                using var loops = new ManualLoops(new InMemoryNetwork());
                var loop = loops.Group.Loops[0];
                var wires = new[] { new Wire(loop), new Wire(loop), new Wire(loop) };
                var oracles = new List<byte>[] { [], [], [] };
                byte next = 0;
                foreach (var (what, which, size, stays) in steps)
                {
                    Run(loops, wires[which], oracles[which], what, size, stays, ref next);
                    for (var i = 0; i < wires.Length; i++) AssertHolds(wires[i], oracles[i]);
                }

                foreach (var wire in wires) wire.Clear();
                loops.ThrowIfAnythingIsHeld();
            },
            iter: 300,
            threads: 1);
    }

    [Fact]
    public void Wire_EverythingConsumed_HoldsNoBlock()
    {
        using var loops = new ManualLoops(new InMemoryNetwork());
        var wire = new Wire(loops.Group.Loops[0]);
        wire.Write(new byte[100_000], stays: false);
        Assert.NotEqual(0, loops.Usage[0].RentedBlocks);
        wire.Consume(60_000);
        wire.Consume(40_000);
        Assert.Equal(0, wire.Length);
        loops.ThrowIfAnythingIsHeld();
    }

    [Fact]
    public void Write_PiecesOneAfterTheOther_AreOneSegment()
    {
        using var loops = new ManualLoops(new InMemoryNetwork());
        var wire = new Wire(loops.Group.Loops[0]);
        for (var i = 0; i < 10; i++) wire.Write([1, 2, 3], stays: false);
        Assert.Equal(1, wire.Segments.Length);
        wire.Clear();
    }

    private static void Run(ManualLoops loops, Wire wire, List<byte> oracle, Step step, int size, bool stays, ref byte next)
    {
        switch (step)
        {
            case Step.Write:
                var data = new byte[size];
                foreach (ref var b in data.AsSpan()) b = next++;
                wire.Write(data, stays);
                oracle.AddRange(data);
                break;
            case Step.Reserve:
                size = Math.Min(size, Block.Size);
                var room = wire.Reserve(size, stays);
                Assert.Equal(size, room.Length);
                // What was reserved may be more than what is needed in the end.
                size -= size / 3;
                foreach (ref var b in room[..size]) b = next++;
                oracle.AddRange(room[..size]);
                wire.Commit(size);
                break;
            case Step.Consume:
                size = (int)Math.Min(size, wire.Length);
                wire.Consume(size);
                oracle.RemoveRange(0, size);
                break;
            case Step.Turn:
                loops.RunTurn(); // recycles the shared block, if nobody holds a part of it
                break;
        }
    }

    private static void AssertHolds(Wire wire, List<byte> oracle)
    {
        var held = new List<byte>();
        foreach (var segment in wire.Segments)
        {
            Assert.NotEqual(0, segment.Length);
            held.AddRange(segment.Block.Array.AsSpan(segment.Offset, segment.Length));
        }

        Assert.Equal(oracle.Count, wire.Length);
        Assert.True(CollectionsMarshal.AsSpan(held).SequenceEqual(CollectionsMarshal.AsSpan(oracle)), "other bytes than were written");
    }
}
