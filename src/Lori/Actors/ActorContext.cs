// SPDX-License-Identifier: MIT
namespace Lori;

/// <summary>
/// Brings what an actor awaits back to the actor's loop, as a callback of its own, and reports what escapes from it.
/// </summary>
/// <remarks>
/// An await resumes inline, inside whoever completed the task, when the current context is the very one it captured. That
/// would nest one callback of an actor in another. So each actor has a context of its own, and a new one once something
/// awaits under the old (<see cref="Actor.RenewContext"/>): a continuation never finds its own context current.
/// </remarks>
internal sealed class ActorContext(Actor actor) : SynchronizationContext
{
    public override void Post(SendOrPostCallback d, object? state)
    {
        // Also to a loop that has ended: what awaits must come to its end (its finally blocks).
        actor.Loop.PostAlways(new ContinuationWorkItem(this, actor, d, state));
    }

    public override void Send(SendOrPostCallback d, object? state)
    {
        if (!actor.Loop.IsCurrent)
            throw new NotSupportedException("A thread that waits for an actor could wait for ever; use Post.");
        d(state);
    }

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Hears that an async void method began: it may await under this context.</summary>
    public override void OperationStarted() => actor.RenewContext(this);

    private sealed class ContinuationWorkItem(ActorContext context, Actor actor, SendOrPostCallback callback, object? state) : WorkItem
    {
        // Also for an actor that has ended: what it began must come to its end.
        internal override void Run(EventLoop loop)
        {
            loop.EnterCallback((object)actor, "await");
            SetSynchronizationContext(context);
            try
            {
                callback(state);
            }
            catch (Exception e)
            {
                actor.ReportException(e);
            }
            finally
            {
                loop.ExitCallback();
            }
        }
    }
}
