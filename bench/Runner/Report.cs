// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Mare.Bench.Runner;

/// <summary>Writes results for people (Markdown) and for programs (JSON).</summary>
internal static class Report
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Makes the table of one scenario: a row a server, the cheapest first.</summary>
    public static string Table(ScenarioResult result)
    {
        var text = new StringBuilder();
        var (cost, rate) = result.Scenario.IsIdle ? ("bytes/connection", "opened/s") : ("CPU us/message", "messages/s");
        text.AppendLine(CultureInfo.InvariantCulture, $"### {result.Scenario.Title}").AppendLine();
        text.Append(CultureInfo.InvariantCulture, $"| server | {cost} | lowest - highest | to Bun | to Kestrel | to raw TCP ");
        text.AppendLine(CultureInfo.InvariantCulture, $"| {rate} | server busy | load busy | others busy | RSS MiB |");
        text.AppendLine("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        foreach (var server in result.Samples.Keys.OrderBy(s => result.MedianOf(s, x => x.Cost))) Row(text, result, server);
        return text.ToString();
    }

    /// <summary>Writes both files, at this path and the two endings.</summary>
    public static void Write(string path, BenchOptions options, IReadOnlyList<ScenarioResult> results)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"# Results of {Path.GetFileName(path)}").AppendLine();
        text.AppendLine("What the figures mean and how they are taken: ../README.md.").AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture,
            $"{Machine.Describe()} {options.Rounds} rounds, windows of {options.Duration.TotalSeconds} s.").AppendLine();
        foreach (var result in results) text.AppendLine(Table(result));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path + ".md", text.ToString().TrimEnd() + "\n");
        File.WriteAllText(path + ".json", JsonSerializer.Serialize(new { Machine = Machine.Describe(), options, results }, Json) + "\n");
        Console.WriteLine($"Written: {path}.md and .json");
    }

    private static void Row(StringBuilder text, ScenarioResult result, string server)
    {
        var samples = result.Samples[server];
        var idle = result.Scenario.IsIdle;
        var format = idle ? "0" : "0.000";
        string Median(Func<Sample, double> figure, string how) => Text(result.MedianOf(server, figure), how);
        string Ratio(string other) => result.RatioOf(server, other) is { } ratio ? Text(ratio, "0.00") : "";
        string[] cells =
        [
            server,
            Median(s => s.Cost, format),
            $"{Text(samples.Min(s => s.Cost), format)} - {Text(samples.Max(s => s.Cost), format)}",
            Ratio(ServerKind.Bun),
            Ratio(ServerKind.Kestrel),
            Ratio(ServerKind.Floor),
            Median(s => s.Rate, "0"),
            idle ? "" : Median(s => s.ServerBusy, "P0"),
            idle ? "" : Median(s => s.LoadBusy, "P0"),
            idle ? "" : Median(s => s.OthersBusy, "P0"),
            Median(s => s.ResidentBytes / (1024.0 * 1024), "0.0"),
        ];
        text.AppendLine(CultureInfo.InvariantCulture, $"| {string.Join(" | ", cells)} |");
    }

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
