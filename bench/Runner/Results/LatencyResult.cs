// SPDX-License-Identifier: MIT
namespace Mare.Bench.Runner.Results;

/// <summary>Is how fast each server answered at a fixed rate.</summary>
internal sealed record LatencyResult(string Name, string Title, IReadOnlyDictionary<string, List<LatencySample>> Samples) : Result(Name, Title)
{
    /// <summary>Gets the shares of saturation that were measured.</summary>
    public IEnumerable<double> Shares => Samples.Values.SelectMany(static s => s).Select(static s => s.Share).Distinct().Order();

    /// <summary>Gets the median of a figure over all rounds.</summary>
    public double MedianOf(string server, double share, Func<LatencySample, double> figure) =>
        Median(Samples[server].Where(s => s.Share == share).Select(figure));

    public override string Table() =>
        Head("server", "share", "messages/s", "p50 us", "p90 us", "p99 us", "p99.9 us", "unanswered")
        + string.Concat(Shares.SelectMany(share => Samples.Keys
            .OrderBy(s => MedianOf(s, share, static x => x.Latency.P99))
            .Select(server => Row(
            [
                server,
                Text(share, "P0"),
                Text(MedianOf(server, share, static s => s.Rate), "0"),
                Text(MedianOf(server, share, static s => s.Latency.P50), "0.0"),
                Text(MedianOf(server, share, static s => s.Latency.P90), "0.0"),
                Text(MedianOf(server, share, static s => s.Latency.P99), "0.0"),
                Text(MedianOf(server, share, static s => s.Latency.P999), "0.0"),
                Text(MedianOf(server, share, static s => s.Unanswered), "0"),
            ]))));
}
