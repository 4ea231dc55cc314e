// SPDX-License-Identifier: MIT
using Mare.Bench.Runner.Results;
using Mare.Bench.Runner.Servers;

namespace Mare.Bench.Runner.Scenarios;

/// <summary>
/// Mare with one loop and with two, both free to run on both processors, which they share with the load: does a second loop
/// cost something by being there?
/// </summary>
internal sealed class LoopsScenario() : CostScenario("loops", "One loop and two loops on two processors, echo, 20 B, 50 connections, 8 in flight", CostUnit.Message)
{
    protected override IEnumerable<ServerKind> KindsOf(Bed bed)
    {
        var cpus = $"{bed.Options.ServerCpu},{bed.Options.LoadCpu}";
        return [ServerKind.MareWithLoops(1, cpus), ServerKind.MareWithLoops(2, cpus)];
    }

    protected override IEnumerable<string> Arguments(Bed bed) => ["--connections", "50", "--size", "20", "--in-flight", "8"];
}
