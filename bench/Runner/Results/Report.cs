// SPDX-License-Identifier: MIT
using System.Text;
using System.Text.Json;

namespace Mare.Bench.Runner.Results;

/// <summary>Writes results for people (Markdown and plots) and for programs (JSON).</summary>
internal static class Report
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Makes one scenario's part of the report.</summary>
    public static string Section(Result result) => $"### {result.Title}\n\n{result.Table()}";

    /// <summary>Writes all files: this path with several endings.</summary>
    public static void Write(string path, BenchOptions options, IReadOnlyList<Result> results)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var plots = Plots.Write(path, results);
        var text = new StringBuilder();
        text.Append(FormattableString.Invariant($"# Results of {Path.GetFileName(path)}\n\n"));
        text.Append("What the figures mean and how they are taken: ../README.md.\n\n");
        text.Append(FormattableString.Invariant($"{Machine.Describe()} {options.Rounds} rounds, windows of {options.Duration.TotalSeconds} s.\n\n"));
        foreach (var plot in plots) text.Append(FormattableString.Invariant($"![{plot.Title}]({Path.GetFileName(plot.File)})\n\n"));
        foreach (var result in results) text.Append(Section(result)).Append('\n');
        File.WriteAllText(path + ".md", text.ToString().TrimEnd() + "\n");
        // As objects, so that each is written with all it has.
        File.WriteAllText(path + ".json", JsonSerializer.Serialize(new { Machine = Machine.Describe(), options, Results = results.Cast<object>() }, Json) + "\n");
        Console.WriteLine($"Written: {path}.md, .json and {plots.Count} plots");
    }
}
