// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using Lori;

namespace Mare;

/// <summary>
/// Waits for the task of an async actor's callback, and brings its end to the loop. One an actor, used again for each.
/// </summary>
internal sealed class PendingCallback : WorkItem
{
    private readonly AsyncWebSocketServerActor _actor;
    private readonly Action _post;
    private ValueTaskAwaiter _awaiter;
    private byte[]? _buffer;

    public PendingCallback(AsyncWebSocketServerActor actor)
    {
        _actor = actor;
        _post = () => _actor.Loop.PostAlways(this);
    }

    public bool IsActive { get; private set; }

    /// <summary>Begins to wait.</summary>
    /// <param name="task">The task, not ended yet.</param>
    /// <param name="buffer">The message that is the callback's until then.</param>
    public void Begin(ValueTask task, byte[]? buffer)
    {
        IsActive = true;
        _buffer = buffer;
        _awaiter = task.GetAwaiter();
        // What is awaited holds the present context; another from now on, so that it never resumes inside a callback.
        _actor.Context.OperationStarted();
        var outer = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(InlineContext.Instance);
        _awaiter.UnsafeOnCompleted(_post);
        SynchronizationContext.SetSynchronizationContext(outer);
    }

    internal override void Run(EventLoop loop)
    {
        var (awaiter, buffer) = (_awaiter, _buffer);
        (_awaiter, _buffer) = (default, null);
        IsActive = false;
        try
        {
            awaiter.GetResult();
        }
        catch (OperationCanceledException) when (_actor.Connection.HasEnded)
        {
            // It heard that nobody waits for it any more, which is what the token is for.
        }
        catch (Exception e)
        {
            _actor.ReportException(e);
        }

        _actor.CallbackEnded(buffer);
    }

    /// <summary>
    /// Has whoever ends the task run the post itself. Without any context (ConfigureAwait(false)) the thread pool would run it:
    /// the task mostly ends under the context of its actor, where the runtime resumes nothing else inline.
    /// </summary>
    private sealed class InlineContext : SynchronizationContext
    {
        public static readonly InlineContext Instance = new();

        public override void Post(SendOrPostCallback d, object? state) => d(state);

        public override SynchronizationContext CreateCopy() => this;
    }
}
