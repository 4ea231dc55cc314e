// SPDX-License-Identifier: MIT
namespace Lori;

/// <summary>
/// Is a loop's inbox: any thread pushes, the loop takes everything at once. Lock-free, a stack that is turned around
/// when it is taken, so that a push is one compare-and-swap.
/// </summary>
internal sealed class WorkQueue
{
    private static readonly WorkItem Sealed = new WorkItem<int>(static _ => { }, 0);

    private WorkItem? _newest;

    public bool IsEmpty => Volatile.Read(ref _newest) is not { } newest || ReferenceEquals(newest, Sealed);

    /// <summary>Adds an item; false when the queue was sealed.</summary>
    public bool TryPush(WorkItem item)
    {
        var newest = Volatile.Read(ref _newest);
        while (true)
        {
            if (ReferenceEquals(newest, Sealed)) return false;
            item.Next = newest;
            var seen = Interlocked.CompareExchange(ref _newest, item, newest);
            if (ReferenceEquals(seen, newest)) return true;
            newest = seen;
        }
    }

    /// <summary>Takes all items, oldest first. A sealed queue stays sealed.</summary>
    public WorkItem? TakeAll() =>
        ReferenceEquals(Volatile.Read(ref _newest), Sealed) ? null : Reverse(Interlocked.Exchange(ref _newest, null));

    /// <summary>Refuses items from now on, if none waits; false when one does.</summary>
    public bool TrySeal() => Interlocked.CompareExchange(ref _newest, Sealed, null) is null;

    private static WorkItem? Reverse(WorkItem? item)
    {
        WorkItem? oldest = null;
        while (item is not null)
        {
            var next = item.Next;
            item.Next = oldest;
            oldest = item;
            item = next;
        }

        return oldest;
    }
}
