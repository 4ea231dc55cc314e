// SPDX-License-Identifier: MIT
namespace Lori;

/// <summary>
/// Is an object that lives on an event loop: its callbacks run there one at a time, so it needs no lock. Others reach it by
/// <see cref="ActorExtensions"/>.
/// </summary>
/// <example>
/// <code>
/// sealed class Room(EventLoop loop) : Actor(loop)
/// {
///     private readonly List&lt;string&gt; _names = [];
///     public void Join(string name) => _names.Add(name);
/// }
///
/// room.Post(static (room, name) => room.Join(name), "Ada");   // from any thread
/// </code>
/// </example>
public abstract class Actor
{
    private EventLoop? _loop;
    private ActorContext? _context;
    private bool _ended;

    /// <summary>Makes an actor on the loop on which this constructor runs.</summary>
    /// <exception cref="InvalidOperationException">The constructor does not run on a loop: hand one to the other constructor.</exception>
    protected Actor()
        : this(EventLoop.Current ?? throw new InvalidOperationException(
            "An actor made outside of an event loop must be given one: base(group.Next())."))
    {
    }

    /// <summary>Makes an actor on the given loop.</summary>
    /// <param name="loop">The loop; null leaves the actor without one until the library attaches it.</param>
    protected Actor(EventLoop? loop)
    {
        _loop = loop;
    }

    /// <summary>Gets the loop that this actor lives on. Any thread.</summary>
    /// <exception cref="InvalidOperationException">The actor is not attached to a loop yet.</exception>
    public EventLoop Loop => Volatile.Read(ref _loop) ?? throw new InvalidOperationException(
        "This actor is not on an event loop yet: it is attached after its constructor has returned.");

    /// <summary>Gets whether the actor has ended: nothing calls it any more. Any thread.</summary>
    public bool HasEnded => Volatile.Read(ref _ended);

    /// <summary>Ends the actor: posts and timers that have not run yet never will, and new posts are refused. Loop only.</summary>
    protected internal void End() => Volatile.Write(ref _ended, true);

    /// <summary>
    /// Takes an exception that escaped from a callback of this actor. The default logs it once, at level error; the actor
    /// goes on. Must not throw.
    /// </summary>
    protected virtual void OnUnhandledException(Exception exception) =>
        Log.ActorFailed(Loop.Logger, GetType().Name, exception);

    /// <summary>Gets what brings awaits of this actor's callbacks back to its loop.</summary>
    internal ActorContext Context => _context ??= new ActorContext(this);

    /// <summary>Notes that something awaits under a context: callbacks from now on run under another.</summary>
    internal void RenewContext(ActorContext awaited)
    {
        if (ReferenceEquals(_context, awaited)) _context = null;
    }

    internal void ReportException(Exception exception) => OnUnhandledException(exception);

    internal void Attach(EventLoop loop)
    {
        if (_loop is not null && !ReferenceEquals(_loop, loop))
            throw new InvalidOperationException("An actor belongs to one event loop for life; this one was made for another.");
        Volatile.Write(ref _loop, loop);
    }
}
