// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using Lori;

namespace Mare;

/// <summary>
/// Has whoever ends a task run the post that tells its loop. Without any context (ConfigureAwait(false)) the thread pool would
/// run it: the task mostly ends under the context of its actor, where the runtime resumes nothing else inline.
/// </summary>
internal sealed class InlineContext : SynchronizationContext
{
    private static readonly InlineContext Instance = new();

    private InlineContext()
    {
    }

    /// <summary>Has a post run as soon as the task of an actor's callback has ended, on whichever thread that is.</summary>
    public static void WhenEnded<TAwaiter>(TAwaiter awaiter, Actor actor, Action post)
        where TAwaiter : ICriticalNotifyCompletion
    {
        // What is awaited holds the present context; another from now on, so that it never resumes inside a callback.
        actor.Context.OperationStarted();
        var outer = Current;
        SetSynchronizationContext(Instance);
        awaiter.UnsafeOnCompleted(post);
        SetSynchronizationContext(outer);
    }

    public override void Post(SendOrPostCallback d, object? state) => d(state);

    public override SynchronizationContext CreateCopy() => this;
}
