// SPDX-License-Identifier: MIT
namespace Lori;

/// <summary>Reaches actors, typed by their own class, without a closure.</summary>
public static class ActorExtensions
{
    /// <summary>Posts work to an actor: it runs on the actor's loop, after what the same caller posted before. Any thread.</summary>
    /// <param name="actor">The actor.</param>
    /// <param name="action">What to run with the actor; best a static lambda, so that nothing is captured.</param>
    /// <param name="state">What else to hand to it.</param>
    /// <returns>False when the actor, or its loop, has ended. True means that it will run unless the actor ends first.</returns>
    /// <remarks>Allocates about 50 bytes. An exception of the action goes to <see cref="Actor.OnUnhandledException"/>.</remarks>
    public static bool Post<TActor, TState>(this TActor actor, Action<TActor, TState> action, TState state)
        where TActor : Actor
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(action);
        return !actor.HasEnded && actor.Loop.Post(new ActorWorkItem<TActor, TState>(actor, action, state));
    }

    /// <summary>Posts work to an actor: see the other overload.</summary>
    /// <param name="actor">The actor.</param>
    /// <param name="action">What to run with the actor.</param>
    /// <returns>False when the actor, or its loop, has ended.</returns>
    public static bool Post<TActor>(this TActor actor, Action<TActor> action)
        where TActor : Actor
    {
        ArgumentNullException.ThrowIfNull(action);
        return Post(actor, static (a, run) => run(a), action);
    }

    /// <summary>Starts a timer that calls the actor back once, unless the actor has ended. Loop only.</summary>
    /// <param name="actor">The actor.</param>
    /// <param name="delay">How long from now; zero or more, up to 365 days.</param>
    /// <param name="callback">What to run with the actor; best a static lambda.</param>
    /// <returns>The timer, to restart (also from its callback) or cancel.</returns>
    /// <exception cref="InvalidOperationException">The caller is not on the actor's loop.</exception>
    public static LoopTimer StartTimer<TActor>(this TActor actor, TimeSpan delay, Action<TActor> callback)
        where TActor : Actor
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new ActorTimer<TActor>(actor.Loop, actor, callback);
        timer.Restart(delay);
        return timer;
    }
}
