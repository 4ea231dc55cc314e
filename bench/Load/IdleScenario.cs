// SPDX-License-Identifier: MIT
using System.Diagnostics;

namespace Mare.Bench.Load;

/// <summary>Connections that are open and silent: what each adds to the server's resident memory.</summary>
internal static class IdleScenario
{
    // Enough handshakes that a server with a JIT has compiled them for good before the first reading, but few connections
    // at once: the heap must not be grown yet to what is going to be measured.
    private const int WarmupConnections = 250;
    private const int WarmupRounds = 20;

    public static async Task<IdleResult> RunAsync(LoadOptions options)
    {
        using var clients = new LoadClients();
        for (var round = 0; round < WarmupRounds; round++)
        {
            await OpenAsync(clients, options, WarmupConnections);
            await clients.CloseAsync();
        }

        await clients.PassAsync(options.Warmup);
        var before = options.Server.ResidentBytes();
        var start = Stopwatch.GetTimestamp();
        await OpenAsync(clients, options, options.Connections);
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        await clients.PassAsync(options.Warmup);
        var after = options.Server.ResidentBytes();
        await clients.PassAsync(options.Duration);
        await clients.DropAsync();
        return new IdleResult(options.Connections, seconds, before, after);
    }

    private static Task<IReadOnlyList<LoadClient>> OpenAsync(LoadClients clients, LoadOptions options, int count) =>
        clients.OpenAsync(count, options.Target, maxBytesUnsent: 0, () => new LoadClient(clients, options.Target));
}
