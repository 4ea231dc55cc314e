// SPDX-License-Identifier: MIT
namespace Mare.Cli.Bench.Figures;

/// <summary>Is what a run has measured: what <c>--json</c> writes.</summary>
internal sealed record BenchReport
{
    public required string Url { get; init; }

    public required string Scenario { get; init; }

    public required int Connections { get; init; }

    /// <summary>Gets the payload bytes of a message.</summary>
    public required int Size { get; init; }

    public required int InFlight { get; init; }

    /// <summary>Gets the messages a second that were asked for; null for a closed loop.</summary>
    public double? Rate { get; init; }

    /// <summary>Gets what the server agreed to; null without permessage-deflate.</summary>
    public string? Compression { get; init; }

    /// <summary>Gets how long opening the connections took; 0 where it is what is measured.</summary>
    public double SecondsToOpen { get; init; }

    /// <summary>Gets the length of the measured time.</summary>
    public required double Seconds { get; init; }

    /// <summary>Gets what was counted within it: messages back, messages delivered, or connections opened.</summary>
    public required long Count { get; init; }

    /// <summary>Gets the count of a second.</summary>
    public double CountPerSecond => Seconds > 0 ? Count / Seconds : 0;

    /// <summary>Gets how many messages of a fixed rate were due and had no answer at the end.</summary>
    public long Unanswered { get; init; }

    /// <summary>Gets the latencies, of the opening handshake where connections are counted; null where there are none.</summary>
    public LatencySummary? Latency { get; init; }

    /// <summary>Gets the server's process; null when it was not named.</summary>
    public ServerFigures? Server { get; init; }

    /// <summary>Gets the CPU time of the load: close to <see cref="Seconds"/>, and the load was the bottleneck.</summary>
    public double LoadCpuSeconds { get; init; }

    /// <summary>Gets the CPU time of everything else on this machine; null where it is not known.</summary>
    public double? OtherCpuSeconds { get; init; }

    /// <summary>Gets how the latencies are spread; empty where there are none.</summary>
    public IReadOnlyList<LatencyBucket> Distribution { get; init; } = [];

    /// <summary>Gets connections that were lost or not made, by what went wrong.</summary>
    public required IReadOnlyDictionary<string, int> Errors { get; init; }
}
