// SPDX-License-Identifier: MIT
using Lori.Backends.Sockets;

namespace Lori.Tests.Backends.Sockets;

public sealed class CompletionQueueTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Fact]
    public void TakeAll_PushedOneByOne_IsOldestFirst()
    {
        var queue = new CompletionQueue();
        var pushed = Enumerable.Range(0, 5).Select(static n => Operation(n)).ToList();
        foreach (var operation in pushed) Assert.True(queue.TryPush(operation, out _));
        Assert.Equal(pushed, List(queue.TakeAll()));
        Assert.Null(queue.TakeAll());
    }

    [Fact]
    public void TryPush_OntoNothing_IsTheFirst()
    {
        var queue = new CompletionQueue();
        queue.TryPush(Operation(0), out var first);
        queue.TryPush(Operation(1), out var second);
        queue.TakeAll();
        queue.TryPush(Operation(2), out var afterTaking);
        Assert.Equal((true, false, true), (first, second, afterTaking));
    }

    [Fact]
    public void Seal_WithItems_GivesThemAndRefusesMore()
    {
        var queue = new CompletionQueue();
        var last = Operation(0);
        queue.TryPush(last, out _);
        Assert.Equal([last], List(queue.Seal()));
        Assert.False(queue.TryPush(Operation(1), out _));
    }

    [Fact]
    public async Task TakeAll_WhileManyThreadsPush_LosesNothingAndKeepsEachThreadsOrder()
    {
        const int Threads = 4;
        const int Each = 20_000;
        var queue = new CompletionQueue();
        var firsts = 0;
        var pushing = Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Run(() =>
        {
            for (var i = 0; i < Each; i++)
            {
                queue.TryPush(Operation((thread * Each) + i), out var isFirst);
                if (isFirst) Interlocked.Increment(ref firsts);
            }
        })));
        var taken = new List<int>[Threads];
        for (var i = 0; i < Threads; i++) taken[i] = [];
        var batches = 0;
        var began = TimeProvider.System.GetTimestamp();
        while (taken.Sum(static t => t.Count) < Threads * Each)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Deadline, $"taken {taken.Sum(static t => t.Count)} of {Threads * Each}");
            var batch = List(queue.TakeAll()).ConvertAll(static o => (int)o.UserToken!);
            if (batch.Count > 0) batches++;
            foreach (var number in batch) taken[number / Each].Add(number % Each);
        }

        await pushing;
        Assert.All(taken, static t => Assert.Equal(Enumerable.Range(0, Each), t));
        // One wake-up for each batch: fewer would lose some, more would cost.
        Assert.Equal(batches, firsts);
    }

    private static SocketsOperation Operation(int number) => new(null) { UserToken = number };

    private static List<SocketsOperation> List(SocketsOperation? first)
    {
        var all = new List<SocketsOperation>();
        for (; first is not null; first = first.Next) all.Add(first);
        return all;
    }
}
