// SPDX-License-Identifier: MIT
namespace Mare.Bench.Runner.Results;

/// <summary>Is how fast each server started, and what it held then.</summary>
internal sealed record StartupResult(string Name, string Title, IReadOnlyDictionary<string, List<StartupSample>> Samples) : Result(Name, Title)
{
    public override string Table() =>
        Head("server", "ms to the first echo", "lowest - highest", "RSS MiB")
        + string.Concat(Samples.OrderBy(static s => Median(s.Value.Select(static x => x.Milliseconds))).Select(static s => Row(
        [
            s.Key,
            Text(Median(s.Value.Select(static x => x.Milliseconds)), "0"),
            $"{Text(s.Value.Min(static x => x.Milliseconds), "0")} - {Text(s.Value.Max(static x => x.Milliseconds), "0")}",
            Mebibytes(Median(s.Value.Select(static x => (double)x.ResidentBytes))),
        ])));
}
