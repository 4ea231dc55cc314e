// SPDX-License-Identifier: MIT
namespace Mare.Cli.Bench.Traffic;

/// <summary>
/// Knows the messages of a run: message after message of each source, encoded for the wire, and what must come of them. One
/// for all connections, so that it stays in the cache. Loop only.
/// </summary>
internal abstract class MessageTraffic
{
    /// <summary>Encodes messages as a client sends them.</summary>
    /// <param name="source">Whose messages.</param>
    /// <param name="first">The number of the first.</param>
    /// <param name="count">How many, 1 or more.</param>
    /// <param name="encoded">How many were encoded: 1 to <paramref name="count"/>.</param>
    /// <returns>The bytes, valid until the next call of any method.</returns>
    public abstract ReadOnlySpan<byte> Encode(int source, long first, int count, out int encoded);

    /// <summary>Bounds the bytes of so many messages on the wire.</summary>
    public abstract long MaxBytesOf(int messages);

    /// <summary>
    /// Takes off the front what a lane must receive next, as far as it came in the very bytes that were foreseen: each message in
    /// one frame, its length encoded as short as it can be. Moves the lane's <see cref="Lane.Offset"/>, and nothing else of it.
    /// </summary>
    /// <param name="lane">The lane.</param>
    /// <param name="data">What came; on return what is left.</param>
    /// <returns>How many messages are complete.</returns>
    public virtual int TakeForeseen(Lane lane, ref Span<byte> data) => 0;

    /// <summary>Gets the bytes of a lane's next frame that <see cref="TakeForeseen"/> took already, as a copy.</summary>
    public virtual byte[] TakenOfNext(Lane lane) => [];

    /// <summary>Compares a message that was read as frames with what must come next; null when it is right, else what is wrong.</summary>
    public abstract string? Check(Lane lane, ReadOnlySpan<byte> payload);

    /// <summary>Says where a message differs.</summary>
    protected static string Difference(Lane lane, ReadOnlySpan<byte> expected, ReadOnlySpan<byte> payload)
    {
        var at = expected.CommonPrefixLength(payload);
        var what = at < Math.Min(expected.Length, payload.Length)
            ? $"byte {at} is 0x{payload[at]:x2} instead of 0x{expected[at]:x2}"
            : $"it has {payload.Length} bytes instead of {expected.Length}";
        return $"What came on connection {lane.Number} is not message {lane.Received} of connection {lane.Source}: {what}";
    }
}
