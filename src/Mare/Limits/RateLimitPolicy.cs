// SPDX-License-Identifier: MIT
namespace Mare;

/// <summary>Says what becomes of a client that sends faster than <see cref="RateLimits"/> allow.</summary>
public enum RateLimitPolicy
{
    /// <summary>It is not read from until it is within its rate again: nothing is lost, and in time it has to wait.</summary>
    Pause,

    /// <summary>Its connection is failed with 1008 (policy violation); what was over the rate is not delivered.</summary>
    Close,
}
