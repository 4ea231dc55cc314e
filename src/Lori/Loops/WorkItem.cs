// SPDX-License-Identifier: MIT
namespace Lori;

/// <summary>Is something posted to a loop, linked to what was posted before it.</summary>
internal abstract class WorkItem
{
    internal WorkItem? Next;

    internal abstract void Run(EventLoop loop);
}

/// <summary>Runs a typed callback of the library itself.</summary>
internal sealed class WorkItem<TState>(Action<TState> action, TState state) : WorkItem
{
    internal override void Run(EventLoop loop)
    {
        loop.EnterCallback(action.Target ?? action, "Post");
        try
        {
            action(state);
        }
        catch (Exception e)
        {
            Log.PostedWorkFailed(loop.Logger, loop.Id, e);
        }
        finally
        {
            loop.ExitCallback();
        }
    }
}

/// <summary>Runs a typed callback of an actor, unless the actor ended before its turn came.</summary>
internal sealed class ActorWorkItem<TActor, TState>(TActor actor, Action<TActor, TState> action, TState state) : WorkItem
    where TActor : Actor
{
    internal override void Run(EventLoop loop)
    {
        if (actor.HasEnded) return;
        loop.EnterCallback(actor, "Post");
        try
        {
            action(actor, state);
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
