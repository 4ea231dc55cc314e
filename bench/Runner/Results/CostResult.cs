// SPDX-License-Identifier: MIT
using Mare.Bench.Runner.Servers;

namespace Mare.Bench.Runner.Results;

/// <summary>Is what something cost each server: one sample a round.</summary>
internal sealed record CostResult(string Name, string Title, CostUnit Unit, IReadOnlyDictionary<string, List<Sample>> Samples) : Result(Name, Title)
{
    /// <summary>Gets the median of a figure over all rounds.</summary>
    public double MedianOf(string server, Func<Sample, double> figure) => Median(Samples[server].Select(figure));

    /// <summary>
    /// Gets the median, over the rounds, of the ratio of two servers' costs in the same round; null when the other was not
    /// measured. What slows a round down slows both.
    /// </summary>
    public double? RatioOf(string server, string other) => Samples.TryGetValue(other, out var others)
        ? Median(Samples[server].Zip(others, static (a, b) => a.Cost / b.Cost))
        : null;

    public override string Table()
    {
        // Where none of the usual ones is there, the first is what the others are compared with.
        string[] references = [.. ServerKind.References.Where(Samples.ContainsKey)];
        if (references.Length == 0) references = [Samples.Keys.First()];
        var isIdle = Unit == CostUnit.Idle;
        return Head(["server", Unit.Name, "lowest - highest", .. references.Select(static r => $"to {r}"), Unit.Rate, "server busy", "load busy", "others busy", "RSS MiB"])
            + string.Concat(Samples.Keys.OrderBy(s => MedianOf(s, static x => x.Cost)).Select(server => Row(
            [
                server,
                Text(MedianOf(server, static s => s.Cost), Unit.Format),
                $"{Text(Samples[server].Min(static s => s.Cost), Unit.Format)} - {Text(Samples[server].Max(static s => s.Cost), Unit.Format)}",
                .. references.Select(r => Text(RatioOf(server, r)!.Value, "0.00")),
                Text(MedianOf(server, static s => s.Rate), "0"),
                isIdle ? "" : Text(MedianOf(server, static s => s.ServerBusy), "P0"),
                isIdle ? "" : Text(MedianOf(server, static s => s.LoadBusy), "P0"),
                isIdle ? "" : Text(MedianOf(server, static s => s.OthersBusy), "P0"),
                Mebibytes(MedianOf(server, static s => s.ResidentBytes)),
            ])));
    }
}
