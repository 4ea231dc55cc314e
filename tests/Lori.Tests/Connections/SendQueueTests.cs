// SPDX-License-Identifier: MIT
using System.Buffers.Binary;

namespace Lori.Tests.Connections;

/// <summary>What waits for a slow peer: in order, unless it is dropped or replaced.</summary>
public sealed class SendQueueTests
{
    private readonly LoopBufferPool _pool = new();

    [Fact]
    public void Messages_AreTakenInOrder()
    {
        var queue = new SendQueue(_pool);
        for (var i = 0; i < 100; i++) Add(queue, i);
        Assert.Equal((100, 400L), (queue.Count, queue.Bytes));
        Assert.Equal(Enumerable.Range(0, 100), TakeAll(queue));
        Assert.Equal((0, 0L, 0), (queue.Count, queue.Bytes, _pool.Rented));
    }

    [Fact]
    public void Message_OfAKeyThatWaits_TakesItsPlace()
    {
        var queue = new SendQueue(_pool);
        Add(queue, 1);
        Assert.False(Add(queue, 2, key: 7));
        Add(queue, 3);
        Assert.False(Add(queue, 4, key: 0));
        Assert.True(Add(queue, 5, key: 7));
        Assert.Equal((4, 16L, 4), (queue.Count, queue.Bytes, _pool.Rented));
        Assert.Equal([1, 5, 3, 4], TakeAll(queue));
        // What was taken waits no more.
        Assert.False(Add(queue, 6, key: 7));
        Assert.Equal([6], TakeAll(queue));
    }

    [Fact]
    public void Drop_TakesTheOldestThatMayBeDropped()
    {
        var queue = new SendQueue(_pool);
        Add(queue, 1, isDroppable: false);
        Add(queue, 2, key: 7);
        Add(queue, 3);
        Assert.True(queue.TryDropOldest());
        Assert.False(Add(queue, 4, key: 7));
        Assert.Equal([1, 3, 4], TakeAll(queue));
        Add(queue, 5, isDroppable: false);
        Assert.False(queue.TryDropOldest());
        Assert.Equal([5], TakeAll(queue));
        Assert.Equal(0, _pool.Rented);
    }

    [Theory]
    [InlineData(1023, 5000, true)] // under the high water mark anything fits
    [InlineData(1024, 976, true)]
    [InlineData(1024, 977, false)]
    public void Room_IsLeftUnderTheHighWaterMarkOrUpToTheLimit(int waiting, int length, bool fits)
    {
        var limits = new TcpConnectionOptions { HighWaterMark = 1024, MaxQueuedBytes = 2000 };
        var queue = new SendQueue(_pool);
        queue.Add(new QueuedSend(0, default, 7, IsDroppable: true), new byte[waiting]);
        Assert.Equal(fits, queue.HasRoom(length, key: 8, limits));
        Assert.Equal(fits, queue.HasRoom(length, key: null, limits));
        // In the place of what waits.
        Assert.True(queue.HasRoom(length, key: 7, limits));
        Assert.False(queue.HasRoom(length, key: 7, limits, elsewhere: 2000));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void AnySequence_IsWhatAListWouldDo(int seed)
    {
        var random = new Random(seed);
        var queue = new SendQueue(_pool);
        var model = new List<(int Number, long? Key, bool IsDroppable)>();
        for (var i = 0; i < 20_000; i++)
        {
            switch (random.Next(5))
            {
                case < 3:
                    var isDroppable = random.Next(4) > 0;
                    long? key = isDroppable && random.Next(2) == 0 ? random.Next(10) : null;
                    var at = key is null ? -1 : model.FindIndex(m => m.Key == key);
                    Assert.Equal(at >= 0, Add(queue, i, key, isDroppable));
                    if (at >= 0) model[at] = (i, key, true);
                    else model.Add((i, key, isDroppable));
                    break;
                case 3:
                    var oldest = model.FindIndex(static m => m.IsDroppable);
                    Assert.Equal(oldest >= 0, queue.TryDropOldest());
                    if (oldest >= 0) model.RemoveAt(oldest);
                    break;
                default:
                    Assert.Equal(model.Count > 0, queue.TryTake(out var item));
                    if (model.Count == 0) break;
                    Assert.Equal(model[0].Number, Number(item));
                    queue.Release(item);
                    model.RemoveAt(0);
                    break;
            }

            Assert.Equal((model.Count, model.Count * 4L, model.Count), (queue.Count, queue.Bytes, _pool.Rented));
        }

        queue.Clear();
        Assert.Equal(0, _pool.Rented);
    }

    private static bool Add(SendQueue queue, int number, long? key = null, bool isDroppable = true)
    {
        var data = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(data, number);
        return queue.Add(new QueuedSend(1, default, key, isDroppable), data);
    }

    private static List<int> TakeAll(SendQueue queue)
    {
        var numbers = new List<int>();
        while (queue.TryTake(out var item))
        {
            numbers.Add(Number(item));
            queue.Release(item);
        }

        return numbers;
    }

    private static int Number(QueuedSend item) => BinaryPrimitives.ReadInt32LittleEndian(item.Data);
}
