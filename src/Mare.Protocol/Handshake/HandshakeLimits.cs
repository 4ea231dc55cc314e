// SPDX-License-Identifier: MIT
namespace Mare.Protocol;

/// <summary>Bounds what a peer may send as the head of its opening handshake.</summary>
/// <remarks>The limits are applied while the head is read: nothing beyond them is stored.</remarks>
public sealed class HandshakeLimits
{
    // Repeated lines are joined, which costs a copy each: these bounds keep the worst head cheap.
    private const int HighestMaxHeadBytes = 65_536;
    private const int HighestMaxHeaderCount = 1_000;

    // The shortest upgrade request that can be valid is about this long.
    private const int LowestMaxHeadBytes = 128;

    /// <summary>Gets the longest head that is read, from its first byte to its empty line.</summary>
    /// <value>In bytes, 128 to 65,536; 8,192 unless set. A head that arrives in pieces may hold as much.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside its range.</exception>
    public int MaxHeadBytes
    {
        get;
        init => field = InRange(value, LowestMaxHeadBytes, HighestMaxHeadBytes, nameof(MaxHeadBytes));
    } = 8_192;

    /// <summary>Gets the longest request target that is read.</summary>
    /// <value>In bytes, 1 to 65,536; 4,096 unless set, which leaves half of the head to the header lines.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside its range.</exception>
    public int MaxTargetBytes
    {
        get;
        init => field = InRange(value, 1, HighestMaxHeadBytes, nameof(MaxTargetBytes));
    } = 4_096;

    /// <summary>Gets the highest number of header lines that is read.</summary>
    /// <value>In lines, 1 to 1,000; 100 unless set.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside its range.</exception>
    public int MaxHeaderCount
    {
        get;
        init => field = InRange(value, 1, HighestMaxHeaderCount, nameof(MaxHeaderCount));
    } = 100;

    private static int InRange(int value, int lowest, int highest, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, lowest, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, highest, name);
        return value;
    }
}
