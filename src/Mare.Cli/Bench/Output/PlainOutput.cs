// SPDX-License-Identifier: MIT
using Mare.Cli.Bench.Figures;

namespace Mare.Cli.Bench.Output;

/// <summary>Writes lines, for files and pipes.</summary>
internal sealed class PlainOutput(TextWriter writer, BenchScenario scenario) : BenchOutput
{
    private const int BarWidth = 40;

    public override void Progress(BenchProgress progress) => writer.WriteLine(ReportText.Progress(progress, scenario));

    public override void Report(BenchReport report)
    {
        foreach (var (name, value) in ReportText.Lines(report)) writer.WriteLine($"{name + ":",-13}{value}");
        if (report.Distribution.Count == 0) return;
        writer.WriteLine();
        var total = report.Distribution.Sum(static b => b.Count);
        var most = report.Distribution.Max(static b => b.Count);
        foreach (var bucket in report.Distribution)
        {
            var bar = new string('#', (int)Math.Ceiling((double)bucket.Count * BarWidth / most));
            writer.WriteLine(FormattableString.Invariant($"{ReportText.Bounds(bucket),16} {100.0 * bucket.Count / total,7:0.000} % {bar}").TrimEnd());
        }
    }
}
