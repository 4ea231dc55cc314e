// SPDX-License-Identifier: MIT
namespace Lori.Backends.Sockets;

/// <summary>
/// Holds completed operations until the loop takes them all. Lock-free: any thread pushes with one compare-and-swap, onto
/// a stack that is turned around when it is taken.
/// </summary>
internal sealed class CompletionQueue
{
    private static readonly SocketsOperation Sealed = new(null);

    private SocketsOperation? _newest;

    /// <summary>Adds an operation; false when the queue was sealed.</summary>
    /// <param name="operation">What has completed; in no queue.</param>
    /// <param name="isFirst">Whether none was waiting, so that the loop may sleep and must be told.</param>
    public bool TryPush(SocketsOperation operation, out bool isFirst)
    {
        var newest = Volatile.Read(ref _newest);
        while (true)
        {
            isFirst = newest is null;
            if (ReferenceEquals(newest, Sealed)) return false;
            operation.Next = newest;
            var seen = Interlocked.CompareExchange(ref _newest, operation, newest);
            if (ReferenceEquals(seen, newest)) return true;
            newest = seen;
        }
    }

    /// <summary>Takes all, oldest first, linked by <see cref="SocketsOperation.Next"/>.</summary>
    public SocketsOperation? TakeAll() => Volatile.Read(ref _newest) is null ? null : Reverse(Interlocked.Exchange(ref _newest, null));

    /// <summary>Takes all, and no more from now on.</summary>
    public SocketsOperation? Seal() => Reverse(Interlocked.Exchange(ref _newest, Sealed));

    private static SocketsOperation? Reverse(SocketsOperation? operation)
    {
        SocketsOperation? oldest = null;
        while (operation is not null)
        {
            var next = operation.Next;
            operation.Next = oldest;
            oldest = operation;
            operation = next;
        }

        return oldest;
    }
}
