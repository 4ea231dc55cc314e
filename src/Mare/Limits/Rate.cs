// SPDX-License-Identifier: MIT
namespace Mare;

/// <summary>Is a rate in the time of a loop: what one of something costs, and how much may be owed.</summary>
internal sealed class Rate
{
    private readonly double _cost; // in ticks

    private Rate(double cost, long burst)
    {
        _cost = cost;
        Burst = burst;
    }

    /// <summary>Gets the ticks that may be spent ahead of time.</summary>
    public long Burst { get; }

    /// <summary>Makes a rate of so many a second; null for none.</summary>
    public static Rate? Of(long? perSecond, TimeSpan burst, long ticksPerSecond) =>
        perSecond is { } many ? new Rate((double)ticksPerSecond / many, (long)(burst.TotalSeconds * ticksPerSecond)) : null;

    // At least a tick, or very small parts of a high rate would cost nothing; down apart from that, so that a burst holds all of it.
    public long CostOf(long count) => Math.Max(1, (long)(count * _cost));
}
