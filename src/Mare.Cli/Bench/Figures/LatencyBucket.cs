// SPDX-License-Identifier: MIT
using HdrHistogram;

namespace Mare.Cli.Bench.Figures;

/// <summary>Is the messages whose latency lay between two bounds.</summary>
/// <param name="From">The lower bound, in microseconds.</param>
/// <param name="To">The upper bound, in microseconds, not included.</param>
/// <param name="Count">How many.</param>
internal sealed record LatencyBucket(double From, double To, long Count)
{
    // 1, 2, 5, 10 ...: three bars for each power of ten.
    private static readonly double[] Steps = [1, 2, 5];

    /// <summary>Spreads a histogram of nanoseconds over bounds that grow; from the first to the last that is not empty.</summary>
    public static IReadOnlyList<LatencyBucket> Of(HistogramBase histogram)
    {
        var buckets = new List<LatencyBucket>();
        if (histogram.TotalCount == 0) return buckets;
        var from = 0.0;
        foreach (var to in Bounds())
        {
            var count = CountBetween(histogram, from, to);
            if (count > 0 || buckets.Count > 0) buckets.Add(new LatencyBucket(from, to, count));
            from = to;
            if (histogram.GetMaxValue() < to * 1000) break;
        }

        return buckets;
    }

    private static IEnumerable<double> Bounds()
    {
        for (var power = 1.0; ; power *= 10)
        {
            foreach (var step in Steps) yield return step * power;
        }
    }

    private static long CountBetween(HistogramBase histogram, double from, double to)
    {
        var count = 0L;
        foreach (var value in histogram.RecordedValues())
        {
            var microseconds = value.ValueIteratedTo / 1000.0;
            if (microseconds >= from && microseconds < to) count += value.CountAddedInThisIterationStep;
        }

        return count;
    }
}
