// SPDX-License-Identifier: MIT
namespace Lori;

/// <summary>
/// Keeps the timers of one loop by the time they are filed under: a four-ary heap, since a shallow tree of few cache
/// lines beats a wheel at the few thousand timers a loop has, and needs no tick.
/// </summary>
internal sealed class TimerHeap
{
    private LoopTimer[] _heap = new LoopTimer[16];

    public int Count { get; private set; }

    /// <summary>Gets when the heap should next be looked at; <see cref="long.MaxValue"/> when it is empty.</summary>
    public long NextDeadline => Count == 0 ? long.MaxValue : _heap[0].FiledAt;

    public void Start(LoopTimer timer, long deadline)
    {
        timer.Deadline = deadline;
        timer.IsActive = true;
        if (timer.Index < 0)
        {
            timer.FiledAt = deadline;
            Add(timer);
        }
        else if (deadline < timer.FiledAt)
        {
            timer.FiledAt = deadline;
            SiftUp(timer, timer.Index);
        }
    }

    public void Cancel(LoopTimer timer)
    {
        timer.IsActive = false;
        if (timer.Index >= 0) RemoveAt(timer.Index);
    }

    /// <summary>Takes out one timer that is due; those that moved away meanwhile are filed anew.</summary>
    public bool TryTakeDue(long now, out LoopTimer timer)
    {
        while (Count > 0 && _heap[0].FiledAt <= now)
        {
            timer = _heap[0];
            if (timer.Deadline > now)
            {
                timer.FiledAt = timer.Deadline;
                SiftDown(timer, 0);
                continue;
            }

            RemoveAt(0);
            timer.IsActive = false;
            return true;
        }

        timer = null!;
        return false;
    }

    private void Add(LoopTimer timer)
    {
        if (Count == _heap.Length) Array.Resize(ref _heap, Count * 2);
        SiftUp(timer, Count++);
    }

    private void RemoveAt(int index)
    {
        _heap[index].Index = -1;
        var last = _heap[--Count];
        _heap[Count] = null!;
        if (index == Count) return;
        if (index > 0 && last.FiledAt < _heap[(index - 1) / 4].FiledAt) SiftUp(last, index);
        else SiftDown(last, index);
    }

    private void SiftUp(LoopTimer timer, int index)
    {
        while (index > 0)
        {
            var parent = (index - 1) / 4;
            if (_heap[parent].FiledAt <= timer.FiledAt) break;
            Place(_heap[parent], index);
            index = parent;
        }

        Place(timer, index);
    }

    private void SiftDown(LoopTimer timer, int index)
    {
        while (true)
        {
            var child = (index * 4) + 1;
            if (child >= Count) break;
            var end = Math.Min(child + 4, Count);
            for (var other = child + 1; other < end; other++)
            {
                if (_heap[other].FiledAt < _heap[child].FiledAt) child = other;
            }

            if (_heap[child].FiledAt >= timer.FiledAt) break;
            Place(_heap[child], index);
            index = child;
        }

        Place(timer, index);
    }

    private void Place(LoopTimer timer, int index)
    {
        _heap[index] = timer;
        timer.Index = index;
    }
}
