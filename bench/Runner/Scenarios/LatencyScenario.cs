// SPDX-License-Identifier: MIT
using System.Globalization;
using Mare.Bench.Runner.Results;
using Mare.Bench.Runner.Servers;

namespace Mare.Bench.Runner.Scenarios;

/// <summary>
/// Latencies at a fixed rate: at shares of the messages a second that would keep the server's processor busy, which a closed
/// loop on the same server finds out just before.
/// </summary>
internal sealed class LatencyScenario() : Scenario("latency", "Latency at a share of saturation, echo, 20 B, 50 connections")
{
    private static readonly string[] Messages = ["--connections", "50", "--size", "20"];

    private static readonly double[] Shares = [0.5, 0.8];

    public override async Task<Result> RunAsync(Bed bed, CancellationToken cancellation)
    {
        var kinds = bed.Servers;
        var servers = new List<Server>();
        var samples = kinds.ToDictionary(static k => k.Name, static _ => new List<LatencySample>());
        try
        {
            foreach (var kind in kinds) servers.Add(await Server.StartAsync(kind, new ServerNeeds(), bed.Options, cancellation));
            foreach (var server in servers)
                await bed.Load.RunAsync(server, [.. Messages, .. LoadRun.Times(TimeSpan.Zero, bed.Options.FirstRun)], cancellation);
            for (var round = 0; round < bed.Options.Rounds; round++)
            {
                foreach (var server in Bed.InTurn(servers, round)) await MeasureAsync(bed, server, round, samples[server.Kind.Name], cancellation);
            }
        }
        finally
        {
            foreach (var server in servers) await server.DisposeAsync();
        }

        return new LatencyResult(Name, Title, samples);
    }

    private async Task MeasureAsync(Bed bed, Server server, int round, List<LatencySample> samples, CancellationToken cancellation)
    {
        var times = LoadRun.Times(bed.Options.Warmup, bed.Options.Duration);
        var saturated = await bed.Load.RunAsync(server, [.. Messages, .. times], cancellation);
        var most = saturated.Count / saturated.Server!.CpuSeconds;
        foreach (var share in Shares)
        {
            var rate = (most * share).ToString("0", CultureInfo.InvariantCulture);
            var report = await bed.Load.RunAsync(server, [.. Messages, "--rate", rate, .. times], cancellation);
            var sample = new LatencySample(share, report.CountPerSecond, report.Latency!, report.Unanswered);
            samples.Add(sample);
            Tell(round, server.Kind.Name,
                $"at {share:P0}: {sample.Rate,8:0}/s  p50 {sample.Latency.P50:0.0} us, p99 {sample.Latency.P99:0.0} us, p99.9 {sample.Latency.P999:0.0} us");
        }
    }
}
