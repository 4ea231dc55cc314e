// SPDX-License-Identifier: MIT
namespace Lori.Tests.Memory;

public sealed class BlockTests
{
    [Fact]
    public void Block_SeveralHolders_GoesBackWithTheLast()
    {
        var pool = new BlockPool();
        var block = pool.Rent();
        block.AddReference();
        Assert.False(block.HasOneReference);
        block.Release();
        Assert.True(block.HasOneReference);
        Assert.Equal(1, pool.Rented);
        block.Release();
        Assert.Equal(0, pool.Rented);
        Assert.Same(block, pool.Rent());
    }

    [Fact]
    public void Rent_AUsedBlock_IsEmptyAgain()
    {
        var pool = new BlockPool();
        var block = pool.Rent();
        block.Used = 100;
        block.Release();
        Assert.Equal(0, pool.Rent().Used);
        Assert.Equal(Block.Size, block.Free);
    }

    [Fact]
    public unsafe void Block_Pointer_IsTheArraysAddress()
    {
        var block = new BlockPool().Rent();
        block.Array[3] = 42;
        GC.Collect();
        Assert.Equal(42, block.Pointer[3]);
    }
}
