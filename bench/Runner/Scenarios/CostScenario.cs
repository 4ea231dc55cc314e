// SPDX-License-Identifier: MIT
using Mare.Bench.Runner.Results;
using Mare.Bench.Runner.Servers;

namespace Mare.Bench.Runner.Scenarios;

/// <summary>
/// Measures what something costs each server: all in turn, round after round, so that what disturbs the machine disturbs all.
/// </summary>
internal abstract class CostScenario(string name, string title, CostUnit unit) : Scenario(name, title)
{
    // What a fresh server's connections take differs by a few percent between rounds, and each takes half a minute.
    private const int MostFreshRounds = 3;

    /// <summary>Gets whether each sample has a fresh server: memory that was freed but kept would hide what connections take.</summary>
    protected virtual bool IsFresh => false;

    public override async Task<Result> RunAsync(Bed bed, CancellationToken cancellation)
    {
        var needs = NeedsOf(bed);
        var kinds = KindsOf(bed).Where(k => k.Meets(needs)).ToArray();
        var samples = kinds.ToDictionary(static k => k.Name, static _ => new List<Sample>());
        var servers = new List<Server>();
        try
        {
            if (!IsFresh)
            {
                // They stay up over all rounds and wait without work while it is another's turn.
                foreach (var kind in kinds) servers.Add(await Server.StartAsync(kind, needs, bed.Options, cancellation));
                foreach (var server in servers)
                    await bed.Load.RunAsync(server, [.. Arguments(bed), .. LoadRun.Times(TimeSpan.Zero, bed.Options.FirstRun)], cancellation);
            }

            var rounds = IsFresh ? Math.Min(bed.Options.Rounds, MostFreshRounds) : bed.Options.Rounds;
            for (var round = 0; round < rounds; round++)
            {
                foreach (var index in Bed.InTurn([.. Enumerable.Range(0, kinds.Length)], round))
                {
                    var sample = IsFresh
                        ? await MeasureFreshAsync(bed, kinds[index], needs, cancellation)
                        : await MeasureAsync(bed, servers[index], cancellation);
                    samples[kinds[index].Name].Add(sample);
                    Tell(round, kinds[index].Name,
                        $"{sample.Cost,9:0.000} {unit.Name}  {sample.Rate,9:0}/s  server {sample.ServerBusy:P0}, load {sample.LoadBusy:P0}, others {sample.OthersBusy:P0}");
                }
            }
        }
        finally
        {
            foreach (var server in servers) await server.DisposeAsync();
        }

        return new CostResult(Name, TitleOf(bed), unit, samples);
    }

    /// <summary>Makes what the load is told, times aside.</summary>
    protected abstract IEnumerable<string> Arguments(Bed bed);

    /// <summary>Says what the servers must do.</summary>
    protected virtual ServerNeeds NeedsOf(Bed bed) => new(NeedsTls ? bed.Certificate : null);

    /// <summary>Chooses the servers.</summary>
    protected virtual IEnumerable<ServerKind> KindsOf(Bed bed) => bed.Servers;

    /// <summary>Says what was measured, with the numbers of this run.</summary>
    protected virtual string TitleOf(Bed bed) => Title;

    /// <summary>Gets how long the window is.</summary>
    protected virtual TimeSpan DurationOf(Bed bed) => bed.Options.Duration;

    /// <summary>Gets what certificates the load accepts: that of the run is signed by nobody.</summary>
    protected IEnumerable<string> TlsArguments => NeedsTls ? ["--tls-insecure"] : [];

    private async Task<Sample> MeasureFreshAsync(Bed bed, ServerKind kind, ServerNeeds needs, CancellationToken cancellation)
    {
        await using var server = await Server.StartAsync(kind, needs, bed.Options, cancellation);
        return await MeasureAsync(bed, server, cancellation);
    }

    private async Task<Sample> MeasureAsync(Bed bed, Server server, CancellationToken cancellation) => Sample.Of(
        await bed.Load.RunAsync(server, [.. Arguments(bed), .. LoadRun.Times(bed.Options.Warmup, DurationOf(bed))], cancellation));
}
