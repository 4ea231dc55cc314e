// SPDX-License-Identifier: MIT
namespace Lori;

/// <summary>Keeps the free <see cref="Block"/>s of one loop. Loop only.</summary>
internal sealed class BlockPool
{
    /// <summary>16 MiB: enough for a busy loop's output; a burst above it goes back to the garbage collector.</summary>
    private const int MaxKept = 1024;

    private readonly Stack<Block> _free = new();

    /// <summary>Gets how many blocks are in use: zero when no output waits (the loop's own cork aside).</summary>
    public int Rented { get; private set; }

    public Block Rent()
    {
        if (!_free.TryPop(out var block)) block = new Block(this);
        block.Reset();
        Rented++;
        return block;
    }

    public void Return(Block block)
    {
        Rented--;
        if (_free.Count < MaxKept) _free.Push(block);
    }
}
