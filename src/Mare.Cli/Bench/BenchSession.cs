// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;
using System.Text.Json;
using Lori;
using Mare.Cli.Bench.Figures;
using Mare.Cli.Bench.Output;
using Spectre.Console;

namespace Mare.Cli.Bench;

/// <summary>Runs <c>mare bench</c>: measures, shows it, writes it down.</summary>
/// <param name="settings">What to measure.</param>
/// <param name="json">Where the result goes as JSON: a file, or - for standard output, which then has nothing else; null for nowhere.</param>
internal sealed class BenchSession(BenchSettings settings, string? json)
{
    private const string StandardOutput = "-";

    /// <summary>Runs to the end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync()
    {
        var output = CreateOutput();
        using var interrupted = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Interrupt(interrupted, context));
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Interrupt(interrupted, context));
        BenchReport report;
        try
        {
            // The watchdog would warn of a callback that verifies a lot, and there is nobody to warn.
            using var loops = new EventLoopGroup(1, new EventLoopOptions { WatchdogThreshold = Timeout.InfiniteTimeSpan });
            report = await output.WatchAsync(() => new BenchRun(settings, loops.Loops[0], output, interrupted.Token).RunAsync());
        }
        catch (OperationCanceledException)
        {
            return Terminal.Fail("Interrupted before anything was measured.");
        }
        catch (Exception e) when (e is BenchException or IOException)
        {
            return Terminal.Fail($"{e.Message.TrimEnd('.')}.");
        }

        output.Report(report);
        if (json is not null) await WriteAsync(report);
        return report.Errors.Count == 0
            ? Terminal.Success
            : Terminal.Fail($"{report.Errors.Values.Sum()} connections failed; the first: {report.Errors.First().Key}.");
    }

    private static void Interrupt(CancellationTokenSource interrupted, PosixSignalContext context)
    {
        // A second signal ends the process at once.
        if (interrupted.IsCancellationRequested) return;
        context.Cancel = true;
        interrupted.Cancel();
    }

    private BenchOutput CreateOutput()
    {
        if (json == StandardOutput) return new SilentOutput();
        var isTerminal = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb";
        return isTerminal ? new TerminalOutput(AnsiConsole.Console, settings) : new PlainOutput(Console.Out, settings.Scenario);
    }

    private async Task WriteAsync(BenchReport report)
    {
        var text = JsonSerializer.Serialize(report, BenchReportJson.Default.BenchReport);
        if (json == StandardOutput) Console.WriteLine(text);
        else await File.WriteAllTextAsync(json!, text + "\n");
    }
}
