// SPDX-License-Identifier: MIT
namespace Mare.Protocol;

/// <summary>
/// Bounds the memory that all messages under way may hold together, and keeps the small records of unfinished input
/// for reuse.
/// </summary>
/// <remarks>
/// Not thread-safe: one for each event loop, shared by its connections. A connection whose message would pass the
/// limit is closed with 1013.
/// </remarks>
public sealed class PartialMessageBudget
{
    // Records kept for reuse: enough that a busy loop makes no garbage, some 70 KiB at most.
    private const int MaxSpare = 256;

    private PartialInput? _spare;
    private int _spareCount;

    /// <summary>Makes a budget with nothing in use.</summary>
    /// <param name="limitBytes">The most bytes in use at once, not negative.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="limitBytes"/> is negative.</exception>
    public PartialMessageBudget(long limitBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limitBytes);
        LimitBytes = limitBytes;
    }

    /// <summary>Gets the most bytes that may be in use at once.</summary>
    public long LimitBytes { get; }

    /// <summary>Gets the bytes now rented for messages under way: whole buffers, not only their filled part.</summary>
    public long InUseBytes { get; private set; }

    /// <summary>Takes bytes from the budget.</summary>
    /// <param name="bytes">How many, not negative.</param>
    /// <returns>False, with nothing taken, when the limit would be passed.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bytes"/> is negative.</exception>
    public bool TryReserve(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        if (bytes > LimitBytes - InUseBytes)
            return false;
        InUseBytes += bytes;
        return true;
    }

    /// <summary>Gives bytes back.</summary>
    /// <param name="bytes">How many, not more than are in use.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bytes"/> is negative or more than is in use.</exception>
    public void Release(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, InUseBytes);
        InUseBytes -= bytes;
    }

    internal PartialInput Lease()
    {
        if (_spare is not { } input)
            return new PartialInput();
        _spare = input.NextSpare;
        _spareCount--;
        input.NextSpare = null;
        return input;
    }

    internal void GiveBack(PartialInput input)
    {
        if (_spareCount == MaxSpare)
            return;
        input.NextSpare = _spare;
        _spare = input;
        _spareCount++;
    }
}
