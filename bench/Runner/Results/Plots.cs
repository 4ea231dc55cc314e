// SPDX-License-Identifier: MIT
using Mare.Bench.Runner.Servers;
using ScottPlot;

namespace Mare.Bench.Runner.Results;

/// <summary>Draws results.</summary>
internal static class Plots
{
    private const int Width = 1200;
    private const int Height = 600;

    /// <summary>Draws what there is; returns the files.</summary>
    public static IReadOnlyList<(string Title, string File)> Write(string path, IReadOnlyList<Result> results)
    {
        var files = new List<(string, string)>();
        void Save(Plot? plot, string title, string ending)
        {
            if (plot is null) return;
            plot.Title(title);
            plot.SavePng($"{path}-{ending}.png", Width, Height);
            files.Add((title, $"{path}-{ending}.png"));
        }

        CostResult[] costs = [.. results.OfType<CostResult>().Where(static r => r.Samples.Count > 2)];
        if (ReferenceOf(costs) is { } reference)
        {
            Save(Ratios([.. costs.Where(static c => c.Unit != CostUnit.Idle)], reference), $"CPU time of the server, {reference} = 1 (lower is better)", "cpu");
            Save(Ratios([.. costs.Where(static c => c.Unit == CostUnit.Idle)], null), "Resident bytes of an idle connection (lower is better)", "idle");
        }

        foreach (var latency in results.OfType<LatencyResult>()) Save(Percentiles(latency), "Latency at 50 % and 80 % (dashed) of saturation", "latency");
        foreach (var memory in results.OfType<MemoryResult>()) Save(Levels(memory), "Resident memory after rounds of connections that came and went", "memory");
        return files;
    }

    /// <summary>Chooses what others are compared with: uWebSockets, or Bun, whose server it is.</summary>
    private static string? ReferenceOf(CostResult[] costs) =>
        ServerKind.References.FirstOrDefault(r => costs.Length > 0 && costs.All(c => c.Samples.ContainsKey(r)));

    /// <summary>Draws a group of bars a scenario: the ratio to a reference, or the costs themselves.</summary>
    private static Plot? Ratios(CostResult[] costs, string? reference)
    {
        if (costs.Length == 0) return null;
        var plot = new Plot();
        string[] servers = [.. costs.SelectMany(static c => c.Samples.Keys).Distinct()];
        var width = 0.8 / servers.Length;
        var highest = 1.0;
        for (var s = 0; s < servers.Length; s++)
        {
            var bars = new List<Bar>();
            for (var c = 0; c < costs.Length; c++)
            {
                if (!costs[c].Samples.ContainsKey(servers[s])) continue;
                var value = reference is null ? costs[c].MedianOf(servers[s], static x => x.Cost) : costs[c].RatioOf(servers[s], reference)!.Value;
                // A window in which the server used less than a tick of the kernel's clock has no ratio.
                if (!double.IsFinite(value)) continue;
                highest = Math.Max(highest, value);
                bars.Add(new Bar
                {
                    Position = c - 0.4 + (width * (s + 0.5)),
                    Value = value,
                    Size = width,
                    FillColor = Colour(s),
                    LineWidth = 0,
                });
            }

            plot.Add.Bars(bars).LegendText = servers[s];
        }

        if (reference is not null) plot.Add.HorizontalLine(1, 1, Colors.Black);
        plot.Axes.Bottom.SetTicks([.. Enumerable.Range(0, costs.Length).Select(static c => (double)c)], [.. costs.Select(static c => c.Name)]);
        plot.Axes.Bottom.TickLabelStyle.Rotation = -30;
        plot.Axes.Bottom.TickLabelStyle.Alignment = Alignment.MiddleRight;
        plot.Axes.Bottom.MinimumSize = 100;
        plot.Axes.SetLimits(-0.5, costs.Length - 0.5, 0, highest * 1.1);
        plot.ShowLegend(Edge.Right);
        return plot;
    }

    private static Plot Percentiles(LatencyResult latency)
    {
        var plot = new Plot();
        string[] names = ["p50", "p90", "p99", "p99.9"];
        var servers = latency.Samples.Keys.ToArray();
        foreach (var share in latency.Shares)
        {
            for (var s = 0; s < servers.Length; s++)
            {
                var server = servers[s];
                // Logarithms, since the last percentile may be a hundred times the first; the ticks say what they mean.
                double[] values = [.. new Func<LatencySample, double>[] { static x => x.Latency.P50, static x => x.Latency.P90, static x => x.Latency.P99, static x => x.Latency.P999 }
                    .Select(figure => Math.Log10(latency.MedianOf(server, share, figure)))];
                var line = plot.Add.Scatter(new double[] { 0, 1, 2, 3 }, values, Colour(s));
                line.LinePattern = share > latency.Shares.First() ? LinePattern.Dashed : LinePattern.Solid;
                if (share == latency.Shares.First()) line.LegendText = server;
            }
        }

        plot.Axes.Bottom.SetTicks([0, 1, 2, 3], names);
        plot.Axes.Left.SetTicks([1, 2, 3, 4, 5, 6], ["10 us", "100 us", "1 ms", "10 ms", "100 ms", "1 s"]);
        plot.ShowLegend(Edge.Right);
        return plot;
    }

    private static Plot Levels(MemoryResult memory)
    {
        var plot = new Plot();
        var s = 0;
        foreach (var (server, levels) in memory.Levels)
        {
            double[] at = [.. Enumerable.Range(0, levels.Count)];
            double[] mebibytes = [.. levels.Select(static l => l / 1048576.0)];
            var line = plot.Add.Scatter(at, mebibytes, Colour(s++));
            line.LegendText = server;
        }

        var rounds = Enumerable.Range(0, memory.Levels.Values.Max(static l => l.Count)).ToArray();
        plot.Axes.Bottom.SetTicks([.. rounds.Select(static r => (double)r)], [.. rounds.Select(static r => r == 0 ? "start" : $"round {r}")]);
        plot.YLabel("MiB");
        plot.Axes.SetLimitsY(0, memory.Levels.Values.SelectMany(static l => l).Max() * 1.1 / 1048576);
        plot.ShowLegend(Edge.Right);
        return plot;
    }

    private static Color Colour(int index) => new ScottPlot.Palettes.Category10().GetColor(index);
}
