// SPDX-License-Identifier: MIT
namespace Mare;

/// <summary>Holds the rates of a server, in the time of its loops; null is one that is not limited.</summary>
internal sealed class ServerRates(RateLimits limits, long ticksPerSecond)
{
    public Rate? Messages { get; } = Rate.Of(limits.MessagesPerSecond, limits.Burst, ticksPerSecond);

    public Rate? Bytes { get; } = Rate.Of(limits.BytesPerSecond, limits.Burst, ticksPerSecond);

    public Rate? ControlFrames { get; } = Rate.Of(limits.ControlFramesPerSecond, limits.Burst, ticksPerSecond);

    /// <summary>Gets whether connections have to meter what they receive.</summary>
    public bool IsMetered => Messages is not null || Bytes is not null;

    public bool Closes { get; } = limits.Policy == RateLimitPolicy.Close;
}
