// SPDX-License-Identifier: MIT
using System.Globalization;
using Mare.Cli.Bench.Figures;

namespace Mare.Cli.Bench.Output;

/// <summary>Puts figures into words, the same for terminals and files.</summary>
internal static class ReportText
{
    /// <summary>Says how a run goes.</summary>
    public static string Progress(BenchProgress progress, BenchScenario scenario)
    {
        var text = $"{Number(progress.Elapsed.TotalSeconds, "0.0"),6} s";
        if (scenario == BenchScenario.Idle) return $"{text}  holding";
        text += $"  {Number(progress.CountPerSecond, "#,0"),11} {Unit(scenario)}/s";
        if (progress.Latency is { } latency) text += $"   p50 {Time(latency.P50)}   p99 {Time(latency.P99)}   max {Time(latency.Max)}";
        if (progress.ServerBusy is { } busy) text += $"   server {Number(busy * 100, "0")} % of a core";
        return text;
    }

    /// <summary>Makes the lines of the result: what each is, and what it says.</summary>
    public static IEnumerable<(string Name, string Value)> Lines(BenchReport report)
    {
        var scenario = Enum.Parse<BenchScenario>(report.Scenario, ignoreCase: true);
        yield return (report.Scenario, Describe(report, scenario));
        if (report.Compression is { } compression) yield return ("compression", $"{compression}; all messages inflated and compared");
        if (scenario == BenchScenario.Idle)
        {
            yield return ("opened", $"{Number(report.Connections, "#,0")} in {Number(report.SecondsToOpen, "0.00")} s, held for {Number(report.Seconds, "0.0")} s");
        }
        else
        {
            yield return ("throughput", $"{Number(report.CountPerSecond, "#,0")} {Unit(scenario)}/s ({Number(report.Count, "#,0")} in {Number(report.Seconds, "0.00")} s)");
        }

        if (report.Latency is { } l)
        {
            yield return ("latency", $"p50 {Time(l.P50)}   p90 {Time(l.P90)}   p99 {Time(l.P99)}   p99.9 {Time(l.P999)}   max {Time(l.Max)}   mean {Time(l.Mean)}");
        }

        if (report.Unanswered > 0) yield return ("unanswered", $"{Number(report.Unanswered, "#,0")} messages that were due");
        if (report.Server is { } server) yield return ("server", Describe(server, report.Seconds, Singular(scenario)));
        yield return ("load", $"{Number(100 * report.LoadCpuSeconds / Math.Max(report.Seconds, 1e-9), "0")} % of a core");
        foreach (var (error, count) in report.Errors) yield return ("error", $"{count} x {error}");
    }

    /// <summary>Names the bounds of a bucket.</summary>
    public static string Bounds(LatencyBucket bucket) => $"{Time(bucket.From)} - {Time(bucket.To)}";

    /// <summary>Writes a time with three digits or so.</summary>
    public static string Time(double microseconds) => microseconds switch
    {
        < 10 => $"{Number(microseconds, "0.##")} us",
        < 1000 => $"{Number(microseconds, "0.#")} us",
        < 10_000 => $"{Number(microseconds / 1000, "0.##")} ms",
        < 1_000_000 => $"{Number(microseconds / 1000, "0.#")} ms",
        _ => $"{Number(microseconds / 1_000_000, "0.##")} s",
    };

    private static string Describe(BenchReport report, BenchScenario scenario)
    {
        var text = $"{report.Url}, {Number(report.Connections, "#,0")} connections";
        if (scenario is BenchScenario.Connect or BenchScenario.Idle) return text;
        text += $", {Number(report.Size, "#,0")} bytes";
        return report.Rate is { } rate
            ? $"{text}, {Number(rate, "#,0.##")} messages/s (open loop, latency from when each was due)"
            : $"{text}, {Number(report.InFlight, "#,0")} in flight (closed loop)";
    }

    private static string Describe(ServerFigures server, double seconds, string singular)
    {
        var text = $"{Number(100 * server.CpuSeconds / Math.Max(seconds, 1e-9), "0")} % of a core";
        if (server.CpuMicrosecondsPerMessage is { } cost) text += $", {Number(cost, "0.000")} us of CPU a {singular}";
        text += $", {Mebibytes(server.ResidentBytesBefore)} MiB of memory before, {Mebibytes(server.ResidentBytes)} MiB at the end";
        return server.BytesPerConnection is { } bytes ? $"{text}: {Number(bytes, "#,0")} bytes a connection" : text;
    }

    private static string Unit(BenchScenario scenario) => scenario == BenchScenario.Broadcast ? "deliveries" : $"{Singular(scenario)}s";

    private static string Singular(BenchScenario scenario) => scenario switch
    {
        BenchScenario.Connect => "connection",
        BenchScenario.Broadcast => "delivery",
        _ => "message",
    };

    private static string Mebibytes(long bytes) => Number(bytes / (1024.0 * 1024), "0.0");

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
