// SPDX-License-Identifier: MIT
using Mare.Cli.Bench.Figures;

namespace Mare.Bench.Runner.Results;

/// <summary>Is one measurement of latency.</summary>
/// <param name="Share">The share of saturation that was asked for.</param>
/// <param name="Rate">The messages a second that came back.</param>
/// <param name="Latency">How long they took, from when they were due.</param>
/// <param name="Unanswered">How many were due and had no answer at the end.</param>
internal sealed record LatencySample(double Share, double Rate, LatencySummary Latency, long Unanswered);
