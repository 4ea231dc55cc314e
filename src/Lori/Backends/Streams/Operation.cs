// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace Lori.Backends.Streams;

/// <summary>Is a read that ends at once, or calls back on any thread; its result is taken once. Allocates nothing.</summary>
internal struct Operation<T>
{
    private ConfiguredValueTaskAwaitable<T>.ConfiguredValueTaskAwaiter _awaiter;

    /// <summary>Follows a task.</summary>
    /// <returns>Whether it has ended; else <paramref name="whenEnded"/> is called.</returns>
    public bool Begin(ValueTask<T> task, Action whenEnded)
    {
        _awaiter = task.ConfigureAwait(false).GetAwaiter();
        if (_awaiter.IsCompleted) return true;
        _awaiter.UnsafeOnCompleted(whenEnded);
        return false;
    }

    /// <summary>Takes the result, or throws what ended it.</summary>
    public T Take() => _awaiter.GetResult();
}

/// <summary>Is an operation without a result: see <see cref="Operation{T}"/>.</summary>
internal struct Operation
{
    private ConfiguredValueTaskAwaitable.ConfiguredValueTaskAwaiter _awaiter;

    /// <summary>Follows a task.</summary>
    /// <returns>Whether it has ended; else <paramref name="whenEnded"/> is called.</returns>
    public bool Begin(ValueTask task, Action whenEnded)
    {
        _awaiter = task.ConfigureAwait(false).GetAwaiter();
        if (_awaiter.IsCompleted) return true;
        _awaiter.UnsafeOnCompleted(whenEnded);
        return false;
    }

    /// <summary>Throws what ended it, if it failed.</summary>
    public void Take() => _awaiter.GetResult();
}
