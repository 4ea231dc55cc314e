// SPDX-License-Identifier: MIT
namespace Mare.Bench.Runner;

/// <summary>Is what a scenario measured: by server, one sample a round.</summary>
internal sealed record ScenarioResult(Scenario Scenario, IReadOnlyDictionary<string, List<Sample>> Samples)
{
    /// <summary>Gets the median of a figure over all rounds.</summary>
    public double MedianOf(string server, Func<Sample, double> figure) => Median(Samples[server].Select(figure));

    /// <summary>
    /// Gets the median, over the rounds, of the ratio of two servers' costs in the same round; null when the other was not
    /// measured. What slows a round down slows both.
    /// </summary>
    public double? RatioOf(string server, string other) => Samples.TryGetValue(other, out var others)
        ? Median(Samples[server].Zip(others, (a, b) => a.Cost / b.Cost))
        : null;

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
