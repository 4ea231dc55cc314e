// SPDX-License-Identifier: MIT
using Mare.Bench.Runner.Results;
using Mare.Bench.Runner.Servers;

namespace Mare.Bench.Runner.Scenarios;

/// <summary>Connections that are opened, say one message each, and are closed, several times over: does the memory come back?</summary>
internal sealed class MemoryScenario() : Scenario("memory", "Memory after rounds of connections: opened, one message each, closed")
{
    private const int Cycles = 5;

    // For pools and collectors that give back after a while.
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    public override async Task<Result> RunAsync(Bed bed, CancellationToken cancellation)
    {
        string[] arguments = ["--connections", $"{bed.Options.ManyConnections}", "--messages", "1", "--timeout", "30", .. LoadRun.Times(TimeSpan.Zero, TimeSpan.FromSeconds(60))];
        var levels = new Dictionary<string, IReadOnlyList<long>>();
        foreach (var kind in bed.Servers)
        {
            await using var server = await Server.StartAsync(kind, new ServerNeeds(), bed.Options, cancellation);
            var resident = new List<long> { server.ResidentBytes };
            for (var cycle = 0; cycle < Cycles; cycle++)
            {
                await bed.Load.RunAsync(server, arguments, cancellation);
                await Task.Delay(Rest, cancellation);
                resident.Add(server.ResidentBytes);
                Tell(cycle, kind.Name, $"{resident[^1] / 1048576.0:0.0} MiB");
            }

            levels[kind.Name] = resident;
        }

        return new MemoryResult(Name, FormattableString.Invariant($"{Title}, {bed.Options.ManyConnections:#,0} a round"), levels);
    }
}
