// SPDX-License-Identifier: MIT
using System.Globalization;

namespace Mare.Bench.Runner.Results;

/// <summary>Is what a scenario measured.</summary>
internal abstract record Result(string Name, string Title)
{
    /// <summary>Makes the table, in Markdown, without its heading.</summary>
    public abstract string Table();

    protected static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    protected static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    protected static string Mebibytes(double bytes) => Text(bytes / (1024 * 1024), "0.0");

    protected static string Row(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |\n";

    /// <summary>Makes the head: the first column to the left, the others to the right.</summary>
    protected static string Head(params IReadOnlyList<string> cells) => Row(cells) + "|---|" + string.Concat(Enumerable.Repeat("--:|", cells.Count - 1)) + "\n";
}
