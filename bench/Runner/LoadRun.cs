// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text.Json;

namespace Mare.Bench.Runner;

/// <summary>Runs the load against a server, in a process of its own.</summary>
internal static class LoadRun
{
    public static async Task<T> RunAsync<T>(
        Server server, Scenario scenario, BenchOptions options, TimeSpan duration, CancellationToken cancellation)
    {
        using var process = Pinned.Start(options.LoadCpu,
        [
            "dotnet", Repository.Built("bench/Load", "Mare.Bench.Load"), server.Url,
            "--server-pid", $"{server.Pid}",
            "--scenario", scenario.IsIdle ? "idle" : "echo",
            "--connections", $"{scenario.Connections}",
            "--size", $"{scenario.Size}",
            "--in-flight", $"{scenario.InFlight}",
            "--warmup", Seconds(options.Warmup),
            "--duration", Seconds(duration),
        ]);
        try
        {
            var output = await process.StandardOutput.ReadToEndAsync(cancellation);
            await process.WaitForExitAsync(cancellation);
            if (process.ExitCode != 0) throw new BenchException($"The load failed on {server.Kind.Name}, {scenario.Title}; its error is above.");
            return JsonSerializer.Deserialize<T>(output, JsonSerializerOptions.Web)!;
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString(CultureInfo.InvariantCulture);
}
