// SPDX-License-Identifier: MIT
using Mare.Cli.Bench;
using Mare.Cli.Bench.Figures;
using Mare.Cli.Bench.Output;
using Spectre.Console;

namespace Mare.Cli.Tests.Bench;

/// <summary>Figures as they are shown.</summary>
public sealed class OutputTests
{
    private static readonly BenchReport Report = new()
    {
        Url = "ws://localhost:9001/",
        Scenario = "echo",
        Connections = 5000,
        Size = 1024,
        InFlight = 8,
        Compression = "permessage-deflate",
        Seconds = 2,
        Count = 2_000_000,
        Latency = new LatencySummary(10, 123.4, 100, 999.9, 1234.5, 12_345, 2_345_678),
        Distribution = [new LatencyBucket(50, 100, 1_500_000), new LatencyBucket(100, 200, 0), new LatencyBucket(200, 500, 500_000)],
        Server = new ServerFigures(1.5, 10 * 1024 * 1024, 20 * 1024 * 1024, 0.75, null),
        LoadCpuSeconds = 1,
        Errors = new Dictionary<string, int> { ["The connection broke"] = 3 },
    };

    [Fact]
    public void Report_InAFile_IsPlainLines()
    {
        var writer = new StringWriter();
        new PlainOutput(writer, BenchScenario.Echo).Report(Report);
        Assert.Equal(
            """
            echo:        ws://localhost:9001/, 5,000 connections, 1,024 bytes, 8 in flight (closed loop)
            compression: permessage-deflate; all messages inflated and compared
            throughput:  1,000,000 messages/s (2,000,000 in 2.00 s)
            latency:     p50 100 us   p90 999.9 us   p99 1.23 ms   p99.9 12.3 ms   max 2.35 s   mean 123.4 us
            server:      75 % of a core, 0.750 us of CPU a message, 10.0 MiB of memory before, 20.0 MiB at the end
            load:        50 % of a core
            error:       3 x The connection broke

              50 us - 100 us  75.000 % ########################################
             100 us - 200 us   0.000 %
             200 us - 500 us  25.000 % ##############

            """,
            writer.ToString(),
            ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void Report_OfIdleConnections_SaysWhatEachAdds()
    {
        var report = Report with
        {
            Scenario = "idle",
            Compression = null,
            SecondsToOpen = 1.5,
            Latency = null,
            Distribution = [],
            Server = new ServerFigures(0, 0, 5_120_000, null, 1024),
            Errors = new Dictionary<string, int>(),
        };
        var lines = ReportText.Lines(report).ToList();
        Assert.Contains(("idle", "ws://localhost:9001/, 5,000 connections"), lines);
        Assert.Contains(("opened", "5,000 in 1.50 s, held for 2.0 s"), lines);
        Assert.Contains(lines, static l => l.Value.EndsWith(": 1,024 bytes a connection", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, static l => l.Name is "throughput" or "latency");
    }

    [Fact]
    public void Report_OnATerminal_HasTheSameLinesAndAPlot()
    {
        var writer = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(writer) });
        console.Profile.Width = 160;
        var target = LoadNetwork.Settings(9001);
        new TerminalOutput(console, target).Report(Report);
        var text = writer.ToString();
        Assert.All(ReportText.Lines(Report), line => Assert.Contains(line.Value, text, StringComparison.Ordinal));
        Assert.Contains("latency, % of messages", text, StringComparison.Ordinal);
        Assert.Matches("50 us - 100 us +\u2588+ 75", text);
    }

    [Fact]
    public void Progress_OfASecond_IsOneLine() => Assert.Equal(
        "   1.0 s    1,234,567 messages/s   p50 100 us   p99 1.23 ms   max 2.35 s   server 98 % of a core",
        ReportText.Progress(new BenchProgress(TimeSpan.FromSeconds(1), 1_234_567, Report.Latency, 0.98), BenchScenario.Echo));

    [Fact]
    public void Distribution_OfAHistogram_CountsEachMessageOnceBetweenBoundsThatGrow()
    {
        var histogram = LatencyRecorder.CreateHistogram();
        foreach (var nanoseconds in new[] { 900, 5_500, 5_600, 150_000, 1_500_000_000 }) histogram.RecordValue(nanoseconds);
        var buckets = LatencyBucket.Of(histogram);
        Assert.Equal(5, buckets.Sum(static b => b.Count));
        Assert.Equal(new LatencyBucket(0, 1, 1), buckets[0]);
        Assert.Contains(new LatencyBucket(5, 10, 2), buckets);
        Assert.Contains(new LatencyBucket(100, 200, 1), buckets);
        Assert.Equal(new LatencyBucket(1_000_000, 2_000_000, 1), buckets[^1]);
        Assert.All(buckets.Zip(buckets.Skip(1)), static pair => Assert.Equal(pair.First.To, pair.Second.From));
    }

    [Fact]
    public void Latency_OfTicks_IsRecordedInNanoseconds()
    {
        var recorder = new LatencyRecorder(frequency: 10_000_000);
        recorder.Record(ticks: 500, count: 3);
        var taken = recorder.Exchange(LatencyRecorder.CreateHistogram());
        Assert.Equal(3, taken.TotalCount);
        Assert.Equal(50, LatencySummary.Of(taken)!.P50, tolerance: 0.1);
        Assert.Null(LatencySummary.Of(recorder.Exchange(LatencyRecorder.CreateHistogram())));
    }
}
