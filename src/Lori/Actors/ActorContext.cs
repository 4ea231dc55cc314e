// SPDX-License-Identifier: MIT
namespace Lori;

/// <summary>
/// Brings what an actor awaits back to the actor's loop, as a callback of its own, and reports what escapes from it.
/// </summary>
/// <remarks>
/// An await resumes inline, inside whoever completed the task, when the current context is the very one it captured. That
/// would nest one callback of an actor in another. So each actor has a context of its own, and a new one once something
/// awaits under the old (<see cref="Actor.RenewContext"/>): a continuation does not find its own context current.
/// <para>
/// One thing cannot be seen: a task that a callback began and neither awaited nor returned. If a later callback of the same
/// actor completes what that task awaits first, the task goes on inside it; from its second await on it does not. A new
/// context for each callback would close that gap, at the price of an allocation a message.
/// </para>
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
            // It awaits under this context, perhaps again; callbacks from now on run under another.
            actor.RenewContext(context);
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
