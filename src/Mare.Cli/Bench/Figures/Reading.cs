// SPDX-License-Identifier: MIT
using HdrHistogram;
using Mare.Cli.Bench.Loads;

namespace Mare.Cli.Bench.Figures;

/// <summary>Is what all counters said at one moment: on the loop, between two turns' messages.</summary>
/// <param name="Time">Ticks of the loop's time provider.</param>
/// <param name="Count">What the load has counted.</param>
/// <param name="Latency">What it has recorded since the last reading.</param>
/// <param name="ServerCpuSeconds">CPU time of the server so far; 0 when it is not looked at.</param>
/// <param name="LoadCpuSeconds">CPU time of this process so far.</param>
/// <param name="MachineCpuSeconds">CPU time of the machine so far that was not idle; null where the system does not tell.</param>
internal readonly record struct Reading(
    long Time, long Count, LongHistogram Latency, double ServerCpuSeconds, double LoadCpuSeconds, double? MachineCpuSeconds)
{
    /// <summary>Takes a reading. Loop only.</summary>
    public static Reading Take(Load load, ProcessUsage? server, LongHistogram empty) => new(
        load.Loop.TimeProvider.GetTimestamp(),
        load.Count,
        load.Latency.Exchange(empty),
        server?.CpuSeconds() ?? 0,
        Environment.CpuUsage.TotalTime.TotalSeconds,
        OperatingSystem.IsLinux() ? ProcessUsage.MachineCpuSeconds() : null);
}
