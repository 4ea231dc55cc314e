// SPDX-License-Identifier: MIT
using Lori;

namespace Mare;

/// <summary>Is what a connection keeps where messages or bytes are limited: what it has spent, and its pause. Loop only.</summary>
internal sealed class RateMeter(LoopTimer resume, long bytesSeen)
{
    // What is owed after it is owed still: this only keeps within what timers bear.
    private static readonly TimeSpan LongestPause = TimeSpan.FromDays(1);

    public TokenBucket Messages;
    public TokenBucket Bytes;

    private long _bytesSeen = bytesSeen;
    private long _pausedUntil;

    /// <summary>Gets whether the client is not read from since it was too fast.</summary>
    public bool IsPausing { get; private set; }

    /// <summary>Takes the bytes that came since the last call.</summary>
    public long TakeBytes(long received)
    {
        var bytes = received - _bytesSeen;
        _bytesSeen = received;
        return bytes;
    }

    /// <summary>Pauses for so long; true when it did not already.</summary>
    public bool Pause(EventLoop loop, long ticks)
    {
        ticks = Math.Min(ticks, loop.ToTicks(LongestPause));
        var until = loop.Now + ticks;
        if (IsPausing && until <= _pausedUntil) return false;
        _pausedUntil = until;
        resume.Restart(loop.FromTicks(ticks));
        var begins = !IsPausing;
        IsPausing = true;
        return begins;
    }

    public void EndPause()
    {
        if (!IsPausing) return;
        IsPausing = false;
        resume.Cancel();
    }
}
