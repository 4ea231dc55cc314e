// SPDX-License-Identifier: MIT
namespace Mare.Bench.Load;

/// <summary>Is what one run of the load does.</summary>
internal sealed class LoadOptions
{
    public required LoadTarget Target { get; init; }

    public required int Connections { get; init; }

    public required int Size { get; init; }

    public required int InFlight { get; init; }

    public required TimeSpan Warmup { get; init; }

    public required TimeSpan Duration { get; init; }

    public required ProcessUsage Server { get; init; }
}
