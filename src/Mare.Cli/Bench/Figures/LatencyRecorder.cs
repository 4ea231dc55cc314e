// SPDX-License-Identifier: MIT
using HdrHistogram;

namespace Mare.Cli.Bench.Figures;

/// <summary>Collects how long messages took. Loop only.</summary>
/// <param name="frequency">Ticks a second of the time that is recorded.</param>
internal sealed class LatencyRecorder(long frequency)
{
    // A message that takes longer counts as this long.
    private const long LongestNanoseconds = 3_600_000_000_000;

    // Three digits: a value is off by a thousandth at most.
    private const int Digits = 3;

    private readonly double _nanosecondsPerTick = 1e9 / frequency;
    private LongHistogram _histogram = CreateHistogram();

    /// <summary>Makes an empty histogram, of nanoseconds.</summary>
    public static LongHistogram CreateHistogram() => new(LongestNanoseconds, Digits);

    /// <summary>Records that so many messages took that long.</summary>
    public void Record(long ticks, long count) =>
        _histogram.RecordValueWithCount(Math.Clamp((long)(ticks * _nanosecondsPerTick), 0, LongestNanoseconds), count);

    /// <summary>Takes what was recorded since the last call, and goes on with an empty histogram.</summary>
    /// <param name="empty">The next one, from now on this object's.</param>
    /// <returns>The last one, from now on the caller's.</returns>
    public LongHistogram Exchange(LongHistogram empty)
    {
        var full = _histogram;
        _histogram = empty;
        return full;
    }
}
