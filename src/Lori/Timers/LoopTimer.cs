// SPDX-License-Identifier: MIT
namespace Lori;

/// <summary>
/// Calls back once on its loop when its time has come; may be restarted any number of times. Loop only.
/// </summary>
/// <remarks>
/// Moving the time further away costs one store: the timer keeps its place among the others and is put right when that
/// place comes up.
/// </remarks>
public abstract class LoopTimer
{
    private protected LoopTimer(EventLoop loop)
    {
        Loop = loop;
    }

    private protected EventLoop Loop { get; }

    /// <summary>Gets whether the timer is running: started, not yet due, not cancelled.</summary>
    public bool IsActive { get; internal set; }

    /// <summary>Gets or sets when to call back, in the loop's time.</summary>
    internal long Deadline { get; set; }

    /// <summary>Gets or sets the time under which the heap has filed this timer: at most <see cref="Deadline"/>.</summary>
    internal long FiledAt { get; set; }

    /// <summary>Gets or sets the place in the heap; -1 when not in it.</summary>
    internal int Index { get; set; } = -1;

    /// <summary>Starts the timer anew from now, whether or not it was running.</summary>
    /// <param name="delay">How long from the start of this turn; zero or more. The timer fires in the turn after it is due.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="delay"/> is negative or longer than 365 days.</exception>
    /// <exception cref="InvalidOperationException">The caller is not on the timer's loop.</exception>
    public void Restart(TimeSpan delay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(delay, TimeSpan.FromDays(365));
        Loop.ThrowIfNotCurrent();
        Loop.Timers.Start(this, Loop.Now + Loop.ToTicks(delay));
    }

    /// <summary>Stops the timer; nothing happens when it is not running.</summary>
    /// <exception cref="InvalidOperationException">The caller is not on the timer's loop.</exception>
    public void Cancel()
    {
        Loop.ThrowIfNotCurrent();
        Loop.Timers.Cancel(this);
    }

    internal abstract void Fire();
}
