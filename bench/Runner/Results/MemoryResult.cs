// SPDX-License-Identifier: MIT
namespace Mare.Bench.Runner.Results;

/// <summary>Is each server's resident memory: at its start, and after each round of connections that came and went.</summary>
internal sealed record MemoryResult(string Name, string Title, IReadOnlyDictionary<string, IReadOnlyList<long>> Levels) : Result(Name, Title)
{
    public override string Table()
    {
        var rounds = Levels.Values.First().Count - 1;
        return Head(["server", "start, MiB", .. Enumerable.Range(1, rounds).Select(static r => $"after {r}"), "last to first round"])
            + string.Concat(Levels.Select(static l => Row(
            [
                l.Key,
                .. l.Value.Select(static bytes => Mebibytes(bytes)),
                Text((double)l.Value[^1] / l.Value[1], "0.00"),
            ])));
    }
}
