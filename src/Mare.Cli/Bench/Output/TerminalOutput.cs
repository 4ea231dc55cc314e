// SPDX-License-Identifier: MIT
using Mare.Cli.Bench.Figures;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Mare.Cli.Bench.Output;

/// <summary>Shows a run on a terminal: a line that changes and the last seconds while it runs, then a table and a plot.</summary>
internal sealed class TerminalOutput(IAnsiConsole console, BenchSettings settings) : BenchOutput
{
    // What fits a small window.
    private const int ShownSeconds = 10;
    private const int BarWidth = 12;

    private readonly Queue<BenchProgress> _last = new();
    private LiveDisplayContext? _live;

    public override async Task<BenchReport> WatchAsync(Func<Task<BenchReport>> run)
    {
        return await console.Live(new Text("Opening connections ...")).AutoClear(true).StartAsync(async live =>
        {
            _live = live;
            return await run();
        });
    }

    public override void Progress(BenchProgress progress)
    {
        _last.Enqueue(progress);
        if (_last.Count > ShownSeconds) _last.Dequeue();
        _live!.UpdateTarget(Render());
    }

    public override void Report(BenchReport report)
    {
        var table = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
        foreach (var (name, value) in ReportText.Lines(report))
            table.AddRow(new Markup($"[{(name == "error" ? "red" : "grey")}]{name}[/]"), new Text(value));
        console.Write(table);
        if (report.Distribution.Count == 0) return;
        console.WriteLine();
        console.Write(Plot(report.Distribution));
    }

    private Rows Render()
    {
        var share = Math.Clamp(_last.Last().Elapsed / settings.Duration, 0, 1);
        IRenderable title = new Markup($"[bold]{settings.Target.Url.EscapeMarkup()}[/] [grey]{share * 100:0} %; Ctrl-C ends early[/]");
        if (settings.Scenario == BenchScenario.Idle) return new Rows(title);
        var most = _last.Max(static p => p.CountPerSecond);
        var grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn(new GridColumn().NoWrap());
        foreach (var progress in _last)
        {
            var bar = new string('\u2588', most > 0 ? (int)(progress.CountPerSecond / most * BarWidth) : 0);
            grid.AddRow(new Text(ReportText.Progress(progress, settings.Scenario)), new Text(bar, new Style(Color.Green)));
        }

        return new Rows(title, grid);
    }

    private static BarChart Plot(IReadOnlyList<LatencyBucket> distribution)
    {
        var total = (double)distribution.Sum(static b => b.Count);
        var chart = new BarChart { Label = "latency, % of messages", LabelAlignment = Justify.Left };
        foreach (var bucket in distribution)
            chart.AddItem(ReportText.Bounds(bucket), Math.Round(100 * bucket.Count / total, 3), Color.Aqua);
        return chart;
    }
}
