// SPDX-License-Identifier: MIT
namespace Mare.Protocol;

/// <summary>Bounds what one message of a peer may cost. Immutable: many connections share one.</summary>
/// <remarks>Any thread.</remarks>
public sealed class MessageLimits
{
    /// <summary>The default of <see cref="MaxMessageBytes"/>: 1 MiB.</summary>
    public const long DefaultMaxMessageBytes = 1_048_576;

    /// <summary>The default of <see cref="MaxFragments"/>: the largest message by default, in frames of 64 bytes.</summary>
    public const int DefaultMaxFragments = 16_384;

    /// <summary>The default of <see cref="MaxInflateRatio"/>.</summary>
    public const int DefaultMaxInflateRatio = 100;

    /// <summary>The default of <see cref="InflateRatioFloorBytes"/>: the largest message by default.</summary>
    public const long DefaultInflateRatioFloorBytes = DefaultMaxMessageBytes;

    /// <summary>Gets the limits that apply where none are given.</summary>
    public static MessageLimits Default { get; } = new();

    /// <summary>Bounds a message's payload, all its fragments together.</summary>
    /// <remarks>
    /// Bytes, 0 to <see cref="Array.MaxLength"/>; default <see cref="DefaultMaxMessageBytes"/>. A larger one lets a
    /// peer make this side hold up to twice as much for a message that came in parts. A peer that announces more is
    /// closed with 1009 at the header that does, before any payload is stored. RFC 6455 section 10.4.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public long MaxMessageBytes
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, Array.MaxLength);
            field = value;
        }
    } = DefaultMaxMessageBytes;

    /// <summary>Bounds the number of frames a message may come in.</summary>
    /// <remarks>
    /// Frames, at least 1 (which forbids fragments); default <see cref="DefaultMaxFragments"/>. A fragment costs no
    /// memory here, only the time to read its header: this bounds the endless message of empty fragments. A peer
    /// that sends more is closed with 1009. RFC 6455 section 10.4.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public int MaxFragments
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = DefaultMaxFragments;

    /// <summary>Bounds how many bytes a compressed message may become for each byte that came of it.</summary>
    /// <remarks>
    /// Bytes for a byte, at least 1; default <see cref="DefaultMaxInflateRatio"/>; 1,032 is the most that DEFLATE can do, and
    /// so no bound. Only of messages that become longer than <see cref="InflateRatioFloorBytes"/>, and looked at each 65,536
    /// bytes. A peer that sends more is closed with 1009. RFC 7692 section 8.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public int MaxInflateRatio
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = DefaultMaxInflateRatio;

    /// <summary>Says how long a compressed message may become before <see cref="MaxInflateRatio"/> bounds it.</summary>
    /// <remarks>
    /// Bytes, 0 or more; default <see cref="DefaultInflateRatioFloorBytes"/>. Up to there the length alone bounds what a
    /// message costs, and what is honest may be as repetitive as it likes: a mebibyte of one letter takes a kilobyte. A larger
    /// floor lets a kilobyte of a peer cost as much time as inflating so much.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public long InflateRatioFloorBytes
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    } = DefaultInflateRatioFloorBytes;
}
