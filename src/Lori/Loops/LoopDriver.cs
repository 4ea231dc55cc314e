// SPDX-License-Identifier: MIT
namespace Lori;

/// <summary>Makes a loop turn, until it is asked to end.</summary>
internal abstract class LoopDriver
{
    private bool _endRequested;

    public EventLoop Loop { get; protected set; } = null!;

    /// <summary>Gets whether the loop is to end. On the loop's turn, or after it.</summary>
    protected bool EndRequested => _endRequested;

    /// <summary>Makes the loop end after what was posted before. Any thread.</summary>
    public void RequestEnd() => Loop.Post(static me => me._endRequested = true, this);

    /// <summary>Waits until the loop has ended.</summary>
    public abstract void Join();
}
