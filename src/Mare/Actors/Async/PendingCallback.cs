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
        InlineContext.WhenEnded(_awaiter, _actor, _post);
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
}
