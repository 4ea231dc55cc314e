// SPDX-License-Identifier: MIT
namespace Mare.Bench.Runner.Results;

/// <summary>Is what a scenario counts, and in which words.</summary>
/// <param name="Name">The cost.</param>
/// <param name="Rate">What is counted in a second.</param>
/// <param name="Format">How the cost is written.</param>
internal sealed record CostUnit(string Name, string Rate, string Format)
{
    public static CostUnit Message { get; } = new("CPU us/message", "messages/s", "0.000");

    public static CostUnit Handshake { get; } = new("CPU us/handshake", "handshakes/s", "0.0");

    public static CostUnit Idle { get; } = new("bytes/connection", "opened/s", "0");
}
