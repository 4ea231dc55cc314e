// SPDX-License-Identifier: MIT
using System.Diagnostics;
using Mare.Fuzz.Corpora;
using Mare.Fuzz.Search;
using Mare.Fuzz.Targets;

namespace Mare.Fuzz.Runs;

/// <summary>Is the process that searches one target, in an <see cref="InstrumentedCopy"/>.</summary>
internal static class FuzzWorker
{
    public const string Argument = "fuzz-worker";

    // Processor time, so that a busy machine makes no crash of a slow input; inputs take some 0.1 ms.
    private static readonly TimeSpan LongestRun = TimeSpan.FromSeconds(20);

    /// <summary>Searches; writes one line at the end, and a crash before it.</summary>
    /// <returns>The exit code: 0, or 1 for a crash.</returns>
    public static int Run(FuzzOptions options)
    {
        FuzzTarget target = options.Targets[0];
        using var map = new EdgeMap();
        using var journal = new InputJournal(JournalPath(AppContext.BaseDirectory, target));
        using var overtime = new Overtime(LongestRun, () => Die(target, journal));
        var loop = new FuzzLoop(target, map, new Random(options.Seed), input =>
        {
            journal.Write(input);
            overtime.Restart();
        });

        IReadOnlyList<CorpusInput> corpus = Corpus.Read(target);
        long start = Stopwatch.GetTimestamp();
        Crash? crash = loop.Search(
            corpus, () => loop.Runs >= options.Runs || Stopwatch.GetElapsedTime(start).TotalSeconds >= options.Seconds);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        if (crash is not null)
            Report(target, crash);
        else if (options.CorpusFolder is { } folder)
            Corpus.Write(target, folder, loop.Distil());
        Console.WriteLine(
            $"{target.Name}: {(crash is null ? "no crash" : "CRASH")}, {loop.Runs} inputs in {seconds:0.0} s, {map.Edges} edges, "
            + $"{loop.Inputs.Count - corpus.Count} finds beside {corpus.Count} known, seed {options.Seed}");
        return crash is null ? 0 : 1;
    }

    /// <summary>Gets where a worker notes its input.</summary>
    public static string JournalPath(string folder, FuzzTarget target) => Path.Combine(folder, target.Name + ".journal");

    private static void Report(FuzzTarget target, Crash crash)
    {
        Console.WriteLine($"{target.Name}: {InputText.Write(crash.Input, target.IsText)}");
        if (crash.SplitSeed is { } seed)
            Console.WriteLine($"  at the split of seed {seed}: Splits.Random({seed})");
        Console.WriteLine(crash.Exception);
    }

    // The thread that runs it is stuck: nothing but the process can be ended.
    private static void Die(FuzzTarget target, InputJournal journal)
    {
        Console.WriteLine($"{target.Name}: {InputText.Write(journal.Read(), target.IsText)}");
        Console.WriteLine($"{target.Name}: CRASH, the input took more than {LongestRun.TotalSeconds} s of processor time");
        Environment.Exit(1);
    }
}
