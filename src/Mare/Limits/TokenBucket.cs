// SPDX-License-Identifier: MIT
namespace Mare;

/// <summary>
/// Is a token bucket in one number: the time until which what was spent is paid for. Time pays; it may be ahead of the clock by
/// the burst of the rate, and no saving goes further back than now. (The generic cell rate algorithm, ITU-T I.371.)
/// </summary>
internal struct TokenBucket
{
    private long _paidUntil;

    /// <summary>Spends.</summary>
    /// <param name="rate">The rate.</param>
    /// <param name="count">How many of what the rate counts.</param>
    /// <param name="now">The turn's time.</param>
    /// <returns>After how many ticks this would have been within the rate; zero or less when it is.</returns>
    public long Spend(Rate rate, long count, long now)
    {
        _paidUntil = Math.Max(_paidUntil, now) + rate.CostOf(count);
        return _paidUntil - now - rate.Burst;
    }
}
