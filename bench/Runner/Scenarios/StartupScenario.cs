// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Net.WebSockets;
using Mare.Bench.Runner.Results;
using Mare.Bench.Runner.Servers;

namespace Mare.Bench.Runner.Scenarios;

/// <summary>From the start of the process to its first echo, and the memory it holds then.</summary>
internal sealed class StartupScenario() : Scenario("startup", "Start-up: time to the first echo, and memory after it")
{
    public override async Task<Result> RunAsync(Bed bed, CancellationToken cancellation)
    {
        // One of Mare's backends speaks for all; the floor is no WebSocket server.
        var kinds = bed.Servers.Where(static k => !k.IsMare && k.Name != ServerKind.Floor).ToList();
        if (bed.Servers.FirstOrDefault(static k => k.IsMare) is { } mare) kinds.Insert(0, mare);
        if (bed.Native is not null) kinds.Insert(0, bed.Native);
        var samples = kinds.ToDictionary(static k => k.Name, static _ => new List<StartupSample>());
        // The first pays for this program's own client, and for files that are not in memory yet.
        foreach (var kind in kinds) await MeasureAsync(bed, kind, cancellation);
        for (var round = 0; round < bed.Options.Rounds; round++)
        {
            foreach (var kind in Bed.InTurn(kinds, round))
            {
                var sample = await MeasureAsync(bed, kind, cancellation);
                samples[kind.Name].Add(sample);
                Tell(round, kind.Name, $"{sample.Milliseconds:0} ms, {sample.ResidentBytes / 1048576.0:0.0} MiB");
            }
        }

        return new StartupResult(Name, Title, samples);
    }

    private static async Task<StartupSample> MeasureAsync(Bed bed, ServerKind kind, CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        await using var server = await Server.StartAsync(kind, new ServerNeeds(), bed.Options, cancellation);
        using var client = new ClientWebSocket();
        await client.ConnectAsync(new Uri(server.Url), cancellation);
        await client.SendAsync(new byte[] { 42 }, WebSocketMessageType.Binary, endOfMessage: true, cancellation);
        var answer = new byte[2];
        var received = await client.ReceiveAsync(answer, cancellation);
        if (received.Count != 1 || answer[0] != 42) throw new BenchException($"{kind.Name} did not send the message back.");
        return new StartupSample(Stopwatch.GetElapsedTime(start).TotalMilliseconds, server.ResidentBytes);
    }
}
