// SPDX-License-Identifier: MIT
namespace Lori;

/// <summary>Is a timer of the library itself.</summary>
internal sealed class LoopTimer<TState>(EventLoop loop, Action<TState> callback, TState state) : LoopTimer(loop)
{
    internal override void Fire()
    {
        try
        {
            callback(state);
        }
        catch (Exception e)
        {
            Log.TimerFailed(Loop.Logger, Loop.Id, e);
        }
    }
}

/// <summary>Is a timer of an actor: silent once the actor has ended.</summary>
internal sealed class ActorTimer<TActor>(EventLoop loop, TActor actor, Action<TActor> callback) : LoopTimer(loop)
    where TActor : Actor
{
    internal override void Fire()
    {
        if (actor.HasEnded) return;
        Loop.EnterCallback(actor, "Timer");
        try
        {
            callback(actor);
        }
        catch (Exception e)
        {
            actor.ReportException(e);
        }
        finally
        {
            Loop.ExitCallback();
        }
    }
}
