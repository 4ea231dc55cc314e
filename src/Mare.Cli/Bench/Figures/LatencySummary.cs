// SPDX-License-Identifier: MIT
using HdrHistogram;

namespace Mare.Cli.Bench.Figures;

/// <summary>Is a distribution of latencies in a few numbers, in microseconds.</summary>
internal sealed record LatencySummary(double Min, double Mean, double P50, double P90, double P99, double P999, double Max)
{
    /// <summary>Sums up a histogram of nanoseconds; null when it is empty.</summary>
    public static LatencySummary? Of(HistogramBase histogram)
    {
        if (histogram.TotalCount == 0) return null;
        double At(double percentile) => histogram.GetValueAtPercentile(percentile) / 1000.0;
        return new LatencySummary(At(0), histogram.GetMean() / 1000, At(50), At(90), At(99), At(99.9), histogram.GetMaxValue() / 1000.0);
    }
}
