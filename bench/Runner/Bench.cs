// SPDX-License-Identifier: MIT
using Mare.Bench.Load;

namespace Mare.Bench.Runner;

/// <summary>Measures a scenario: all servers in turn, round after round, so that what disturbs the machine disturbs all.</summary>
internal sealed class Bench(BenchOptions options)
{
    public async Task<ScenarioResult> RunAsync(Scenario scenario, IReadOnlyList<ServerKind> kinds, CancellationToken cancellation)
    {
        var samples = kinds.ToDictionary(k => k.Name, _ => new List<Sample>());
        if (scenario.IsIdle) await RunIdleAsync(scenario, kinds, samples, cancellation);
        else await RunEchoAsync(scenario, kinds, samples, cancellation);
        return new ScenarioResult(scenario, samples);
    }

    /// <summary>Servers stay up over all rounds and wait without work while it is another's turn.</summary>
    private async Task RunEchoAsync(
        Scenario scenario, IReadOnlyList<ServerKind> kinds, Dictionary<string, List<Sample>> samples, CancellationToken cancellation)
    {
        var servers = new List<Server>();
        try
        {
            foreach (var kind in kinds) servers.Add(await Server.StartAsync(kind, options.ServerCpu, cancellation));
            foreach (var server in servers)
                await LoadRun.RunAsync<EchoResult>(server, scenario, options, options.FirstRun, cancellation);
            for (var round = 1; round <= options.Rounds; round++)
            {
                foreach (var server in servers)
                {
                    var sample = Sample.Of(
                        await LoadRun.RunAsync<EchoResult>(server, scenario, options, options.Duration, cancellation));
                    Tell(scenario, round, server.Kind, sample);
                    samples[server.Kind.Name].Add(sample);
                }
            }
        }
        finally
        {
            foreach (var server in servers) await server.DisposeAsync();
        }
    }

    /// <summary>Each sample has a fresh server: memory that was freed but kept would hide what connections take.</summary>
    private async Task RunIdleAsync(
        Scenario scenario, IReadOnlyList<ServerKind> kinds, Dictionary<string, List<Sample>> samples, CancellationToken cancellation)
    {
        for (var round = 1; round <= options.Rounds; round++)
        {
            foreach (var kind in kinds)
            {
                await using var server = await Server.StartAsync(kind, options.ServerCpu, cancellation);
                var sample = Sample.Of(await LoadRun.RunAsync<IdleResult>(server, scenario, options, TimeSpan.Zero, cancellation));
                Tell(scenario, round, kind, sample);
                samples[kind.Name].Add(sample);
            }
        }
    }

    private static void Tell(Scenario scenario, int round, ServerKind kind, Sample sample) =>
        Console.WriteLine(FormattableString.Invariant(
            $"{scenario.Name} round {round} {kind.Name,-10} {sample.Cost,9:0.000} {sample.Rate,9:0}/s  ") +
            FormattableString.Invariant(
            $"server {sample.ServerBusy:P0}, load {sample.LoadBusy:P0}, others {sample.OthersBusy:P0}"));
}
