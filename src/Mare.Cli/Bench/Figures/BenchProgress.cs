// SPDX-License-Identifier: MIT
namespace Mare.Cli.Bench.Figures;

/// <summary>Is what is seen of a run while it is measured.</summary>
/// <param name="Elapsed">How much of the time has passed.</param>
/// <param name="CountPerSecond">Messages or connections a second, since the last one.</param>
/// <param name="Latency">Latencies since the last one; null when there were none.</param>
/// <param name="ServerBusy">CPU time of the server over the time since the last one; null when it is not looked at.</param>
internal sealed record BenchProgress(TimeSpan Elapsed, double CountPerSecond, LatencySummary? Latency, double? ServerBusy);
