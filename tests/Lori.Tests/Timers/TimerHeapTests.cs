// SPDX-License-Identifier: MIT
using CsCheck;
using Mare.Testing;

namespace Lori.Tests.Timers;

public sealed class TimerHeapTests : IDisposable
{
    private const int TimerCount = 40;

    private readonly ManualLoops _loops = new(new InMemoryNetwork());

    public void Dispose() => _loops.Dispose();

    [Fact]
    public void Heap_AnyStartsCancelsAndTakes_GivesWhatASortedListGives()
    {
        var step = Gen.Select(Gen.Int[0, 9], Gen.Int[0, TimerCount - 1], Gen.Long[0, 100]);
        step.List[0, 300].Sample(steps =>
        {
            var heap = new TimerHeap();
            var timers = Enumerable.Range(0, TimerCount).Select(_ => NewTimer()).ToArray();
            var oracle = new Dictionary<LoopTimer, long>();
            var now = 0L;
            foreach (var (what, which, time) in steps)
            {
                if (what == 0)
                {
                    now += time / 4;
                    Assert.Equal(Due(oracle, now), TakeAllDue(heap, now));
                    Assert.True(heap.NextDeadline > now);
                }
                else if (what <= 2)
                {
                    heap.Cancel(timers[which]);
                    oracle.Remove(timers[which]);
                }
                else
                {
                    heap.Start(timers[which], now + time);
                    oracle[timers[which]] = now + time;
                }

                // Never later than the earliest, or a timer would run late.
                Assert.True(heap.NextDeadline <= oracle.Values.DefaultIfEmpty(long.MaxValue).Min());
                Assert.Equal(oracle.Count, heap.Count);
                Assert.All(timers, t => Assert.Equal(oracle.ContainsKey(t), t.IsActive));
            }

            Assert.Equal(Due(oracle, long.MaxValue), TakeAllDue(heap, long.MaxValue));
            Assert.Equal(0, heap.Count);
        });
    }

    [Fact]
    public void Start_Later_KeepsItsPlace()
    {
        var heap = new TimerHeap();
        var timers = Enumerable.Range(0, 100).Select(_ => NewTimer()).ToArray();
        for (var i = 0; i < timers.Length; i++) heap.Start(timers[i], i);
        var places = Array.ConvertAll(timers, static t => (t.Index, t.FiledAt));
        for (var i = 0; i < timers.Length; i++) heap.Start(timers[i], 1000 + i);
        Assert.Equal(places, Array.ConvertAll(timers, static t => (t.Index, t.FiledAt)));
        Assert.False(heap.TryTakeDue(999, out _));
        Assert.True(heap.TryTakeDue(1000, out var first));
        Assert.Same(timers[0], first);
    }

    [Fact]
    public void Start_Earlier_ComesFirst()
    {
        var heap = new TimerHeap();
        var timers = Enumerable.Range(0, 100).Select(_ => NewTimer()).ToArray();
        for (var i = 0; i < timers.Length; i++) heap.Start(timers[i], 100 + i);
        heap.Start(timers[99], 5);
        Assert.Equal(5, heap.NextDeadline);
        Assert.True(heap.TryTakeDue(50, out var first));
        Assert.Same(timers[99], first);
        Assert.False(heap.TryTakeDue(50, out _));
    }

    private static HashSet<LoopTimer> Due(Dictionary<LoopTimer, long> oracle, long now)
    {
        var due = oracle.Where(p => p.Value <= now).Select(static p => p.Key).ToHashSet();
        foreach (var timer in due) oracle.Remove(timer);
        return due;
    }

    private static HashSet<LoopTimer> TakeAllDue(TimerHeap heap, long now)
    {
        var taken = new HashSet<LoopTimer>();
        while (heap.TryTakeDue(now, out var timer)) Assert.True(taken.Add(timer));
        return taken;
    }

    private LoopTimer<int> NewTimer() => new(_loops.Group.Loops[0], static _ => { }, 0);
}
