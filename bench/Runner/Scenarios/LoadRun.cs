// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text.Json;
using Mare.Bench.Runner.Servers;
using Mare.Cli.Bench.Figures;

namespace Mare.Bench.Runner.Scenarios;

/// <summary>Runs the load, <c>mare bench</c>, against a server, in a process of its own.</summary>
/// <param name="options">Where it runs.</param>
/// <param name="native">The native program; null for the one with a JIT compiler.</param>
internal sealed class LoadRun(BenchOptions options, string? native)
{
    private static readonly string[] Jitted = ["dotnet", Repository.Built("src/Mare.Cli", "mare")];

    public async Task<BenchReport> RunAsync(Server server, IEnumerable<string> arguments, CancellationToken cancellation)
    {
        string[] program = native is null ? Jitted : [native];
        using var process = Pinned.Start(
            options.LoadCpu.ToString(CultureInfo.InvariantCulture),
            [.. program, "bench", server.Url, "--server-pid", server.Pid, "--json", "-", .. arguments]);
        try
        {
            var output = await process.StandardOutput.ReadToEndAsync(cancellation);
            await process.WaitForExitAsync(cancellation);
            if (process.ExitCode != 0)
                throw new BenchException($"The load failed on {server.Kind.Name}, {string.Join(' ', arguments)}; its error is above.");
            return JsonSerializer.Deserialize<BenchReport>(output, JsonSerializerOptions.Web)!;
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }

    /// <summary>Makes the options of how long it takes.</summary>
    public static string[] Times(TimeSpan warmup, TimeSpan duration) => ["--warmup", Seconds(warmup), "--duration", Seconds(duration)];

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString(CultureInfo.InvariantCulture);
}
