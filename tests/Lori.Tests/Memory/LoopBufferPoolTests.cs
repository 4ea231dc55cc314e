// SPDX-License-Identifier: MIT
using CsCheck;

namespace Lori.Tests.Memory;

public sealed class LoopBufferPoolTests
{
    [Fact]
    public void Rent_AnySizes_GivesLongEnoughArraysOfItsOwnEach() =>
        Gen.Int[0, 3_000_000].List[1, 20].Sample(static sizes =>
        {
            var pool = new LoopBufferPool();
            for (var round = 0; round < 2; round++)
            {
                var arrays = sizes.ConvertAll(pool.Rent);
                Assert.All(arrays.Zip(sizes), static p => Assert.True(p.First.Length >= p.Second));
                Assert.Equal(arrays.Count, arrays.Distinct().Count());
                Assert.Equal(arrays.Count, pool.Rented);
                foreach (var array in arrays) pool.Return(array);
                Assert.Equal(0, pool.Rented);
            }
        });

    [Theory]
    [InlineData(1, 256)]
    [InlineData(256, 256)]
    [InlineData(257, 512)]
    [InlineData(4 << 20, 4 << 20)]
    public void Rent_ASizeItKeeps_RoundsUpToAPowerOfTwoAndReusesIt(int wanted, int given)
    {
        var pool = new LoopBufferPool();
        var first = pool.Rent(wanted);
        Assert.Equal(given, first.Length);
        pool.Return(first);
        Assert.Same(first, pool.Rent(wanted));
    }

    [Fact]
    public void Return_LargerThanItKeeps_LeavesItToTheGarbageCollector()
    {
        var pool = new LoopBufferPool();
        var first = pool.Rent((4 << 20) + 1);
        pool.Return(first);
        Assert.NotSame(first, pool.Rent((4 << 20) + 1));
    }

    [Fact]
    public void Return_OfMoreThanItKeeps_KeepsSixteenMebibytesOfWhateverSizes()
    {
        var pool = new LoopBufferPool();
        var large = Enumerable.Range(0, 10).Select(_ => pool.Rent(2 << 20)).ToList();
        var small = pool.Rent(1000);
        foreach (var array in large) pool.Return(array);
        pool.Return(small);
        Assert.Equal(8, Enumerable.Range(0, 10).Select(_ => pool.Rent(2 << 20)).Count(large.Contains));
        Assert.NotSame(small, pool.Rent(1000));
        // Room again, since those are out.
        pool.Return(small);
        Assert.Same(small, pool.Rent(1000));
    }

    [Fact]
    public void Return_ToClear_Clears()
    {
        var pool = new LoopBufferPool();
        var array = pool.Rent(10);
        array.AsSpan().Fill(1);
        pool.Return(array, clearArray: true);
        Assert.All(array, static b => Assert.Equal(0, b));
    }
}
