// SPDX-License-Identifier: MIT
using System.Globalization;
using Mare.Fuzz.Targets;

namespace Mare.Fuzz.Runs;

/// <summary>Is what the command line says.</summary>
internal sealed record FuzzOptions
{
    public const string Usage =
        """
        Mare.Fuzz fuzz [TARGET...] [--seconds N] [--runs N] [--parallel N] [--seed N] [--write-corpus FOLDER]
          TARGET          request, response, frames, close, extensions, inflate, proxy; all without one
          --seconds N     how long each target is searched; default 10
          --runs N        ends after so many inputs, which with a seed repeats a search exactly; default: no end
          --parallel N    how many targets at once; default: one a processor
          --seed N        what mutations are drawn from; default: another one each time, which is printed
          --write-corpus  keeps what was found, distilled, in the folder: tests/Mare.Fuzz/corpus
        """;

    public IReadOnlyList<FuzzTarget> Targets { get; init; } = FuzzTargets.All;

    public int Seconds { get; init; } = 10;

    public long Runs { get; init; } = long.MaxValue;

    public int Parallel { get; init; } = Environment.ProcessorCount;

    public int Seed { get; init; } = Random.Shared.Next();

    public string? CorpusFolder { get; init; }

    /// <summary>Reads the arguments; null when they are wrong.</summary>
    public static FuzzOptions? Parse(ReadOnlySpan<string> args)
    {
        var options = new FuzzOptions();
        var targets = new List<FuzzTarget>();
        for (int i = 0; i < args.Length; i++)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal))
            {
                if (FuzzTargets.Find(args[i]) is not { } target)
                    return null;
                targets.Add(target);
                continue;
            }
            if (i + 1 == args.Length || options.With(args[i], args[i + 1]) is not { } more)
                return null;
            options = more;
            i++;
        }
        return targets.Count == 0 ? options : options with { Targets = targets };
    }

    /// <summary>Writes the arguments for a worker on one target.</summary>
    public string[] ToArguments(FuzzTarget target) =>
    [
        target.Name, "--seconds", Text(Seconds), "--runs", Text(Runs), "--seed", Text(Seed),
        .. CorpusFolder is null ? [] : (string[])["--write-corpus", CorpusFolder],
    ];

    private FuzzOptions? With(string name, string value)
    {
        if (name == "--write-corpus")
            return Directory.Exists(value) ? this with { CorpusFolder = Path.GetFullPath(value) } : null;
        if (!long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long number))
            return null;
        int small = (int)Math.Min(number, int.MaxValue);
        return name switch
        {
            "--seconds" => this with { Seconds = small },
            "--runs" => this with { Runs = number },
            "--parallel" when number > 0 => this with { Parallel = small },
            "--seed" => this with { Seed = small },
            _ => null,
        };
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
