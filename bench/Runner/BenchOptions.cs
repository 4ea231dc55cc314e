// SPDX-License-Identifier: MIT
namespace Mare.Bench.Runner;

/// <summary>Is how every scenario is measured.</summary>
internal sealed class BenchOptions
{
    public required int Rounds { get; init; }

    /// <summary>Gets how long the load runs on a fresh server, uncounted: just-in-time compilers and pools warm up.</summary>
    public required TimeSpan FirstRun { get; init; }

    /// <summary>Gets how long the load runs before each window.</summary>
    public required TimeSpan Warmup { get; init; }

    /// <summary>Gets the length of a window.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Gets how many connections the scenarios hold that are about memory.</summary>
    public required int ManyConnections { get; init; }

    public required int ServerCpu { get; init; }

    public required int LoadCpu { get; init; }
}
