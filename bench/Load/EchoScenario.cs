// SPDX-License-Identifier: MIT
using System.Diagnostics;

namespace Mare.Bench.Load;

/// <summary>A closed loop of echoes: CPU time of the server over the messages echoed within a window.</summary>
internal static class EchoScenario
{
    public static async Task<EchoResult> RunAsync(LoadOptions options)
    {
        using var clients = new LoadClients();
        var maxUnsent = new EchoTraffic(options.Target.IsWebSocket, options.Size).BytesOf(options.InFlight);
        var echoes = await clients.OpenAsync(
            options.Connections, options.Target, maxUnsent, () => new EchoClient(clients, options));
        await clients.OnLoopAsync(_ =>
        {
            foreach (var echo in echoes) echo.Start();
            return 0;
        });
        await clients.PassAsync(options.Warmup);
        var before = await clients.OnLoopAsync(_ => Take(options, echoes));
        await clients.PassAsync(options.Duration);
        var after = await clients.OnLoopAsync(_ => Take(options, echoes));
        var resident = options.Server.ResidentBytes();
        await clients.CloseAsync();
        var (serverCpu, loadCpu) = (after.ServerCpu - before.ServerCpu, after.LoadCpu - before.LoadCpu);
        return new EchoResult(
            after.Messages - before.Messages,
            Stopwatch.GetElapsedTime(before.Time, after.Time).TotalSeconds,
            serverCpu,
            loadCpu,
            Math.Max(0, after.MachineCpu - before.MachineCpu - serverCpu - loadCpu),
            resident);
    }

    /// <summary>Reads all counters at one moment: on the loop, between two turns' messages.</summary>
    private static Reading Take(LoadOptions options, IReadOnlyList<EchoClient> echoes) => new(
        Stopwatch.GetTimestamp(),
        echoes.Sum(e => e.Messages),
        options.Server.CpuSeconds(),
        Environment.CpuUsage.TotalTime.TotalSeconds,
        ProcessUsage.MachineCpuSeconds());

    private readonly record struct Reading(long Time, long Messages, double ServerCpu, double LoadCpu, double MachineCpu);
}
