// SPDX-License-Identifier: MIT
namespace Lori;

/// <summary>Says how connections behave. Copied when listening, or connecting, starts.</summary>
public sealed class TcpConnectionOptions
{
    // What .NET's timers bear (2^31 milliseconds), rounded down.
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromDays(24);

    /// <summary>
    /// Gets or sets the high water mark, in bytes: once more than this waits to be sent, the connection is throttled and
    /// further sends are queued. 1,024 to 1,073,741,824, default 65,536.
    /// </summary>
    public int HighWaterMark { get; set; } = 64 * 1024;

    /// <summary>
    /// Gets or sets the low water mark, in bytes: once no more than this waits, the connection is unthrottled. 0 to
    /// <see cref="HighWaterMark"/>, default 16,384.
    /// </summary>
    public int LowWaterMark { get; set; } = 16 * 1024;

    /// <summary>
    /// Gets or sets how many bytes may be queued while the connection is throttled; what would exceed it is refused. 0 to
    /// 2,147,483,647, default 1,048,576. One send larger than this is accepted while less than the high water mark is queued.
    /// </summary>
    public int MaxQueuedBytes { get; set; } = 1024 * 1024;

    /// <summary>
    /// Gets or sets whether the oldest messages are dropped where the next would be refused: for protocols whose sends are
    /// messages. The bytes of a raw connection would be torn.
    /// </summary>
    internal bool DropsOldest { get; set; }

    /// <summary>
    /// Gets or sets how long a closing connection waits without progress: for the peer to take what is left, then for the
    /// peer's end. More than zero, at most 24 days; default 2 seconds. What the peer sends meanwhile is read and thrown away, so that it gets the
    /// last bytes rather than a reset.
    /// </summary>
    public TimeSpan LingerTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Gets or sets how many bytes a closing connection reads and throws away, at most. Default 67,108,864, 0 or more.</summary>
    public long MaxLingerBytes { get; set; } = 64L * 1024 * 1024;

    /// <summary>
    /// Gets or sets after which time without a byte in either direction the idle callback comes. At most 24 days; default
    /// <see cref="Timeout.InfiniteTimeSpan"/>: never.
    /// </summary>
    public TimeSpan IdleTimeout { get; set; } = Timeout.InfiniteTimeSpan;

    /// <summary>Gets or sets whether small writes go out at once (TCP_NODELAY). Default true: a turn's writes are sent together anyhow.</summary>
    public bool NoDelay { get; set; } = true;

    /// <summary>Gets or sets after which idle time the kernel probes the peer (SO_KEEPALIVE). Default null: it does not.</summary>
    public TimeSpan? KeepAliveTime { get; set; }

    /// <summary>Gets or sets the time between the kernel's probes. Default 15 seconds.</summary>
    public TimeSpan KeepAliveInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Gets or sets the kernel's send buffer, in bytes (SO_SNDBUF). Default null: the kernel sizes it itself, which is best.</summary>
    public int? SendBufferSize { get; set; }

    /// <summary>Gets or sets the kernel's receive buffer, in bytes (SO_RCVBUF). Default null: the kernel sizes it itself.</summary>
    public int? ReceiveBufferSize { get; set; }

    internal TcpConnectionOptions Clone() => (TcpConnectionOptions)MemberwiseClone();

    internal void Validate()
    {
        if (HighWaterMark is < 1024 or > 1024 * 1024 * 1024) throw Out(nameof(HighWaterMark), HighWaterMark);
        if (LowWaterMark < 0 || LowWaterMark > HighWaterMark) throw Out(nameof(LowWaterMark), LowWaterMark);
        if (MaxQueuedBytes < 0) throw Out(nameof(MaxQueuedBytes), MaxQueuedBytes);
        if (LingerTimeout <= TimeSpan.Zero || LingerTimeout > LongestTimeout) throw Out(nameof(LingerTimeout), LingerTimeout);
        if (MaxLingerBytes < 0) throw Out(nameof(MaxLingerBytes), MaxLingerBytes);
        if (!IsIdleTimeout(IdleTimeout)) throw Out(nameof(IdleTimeout), IdleTimeout);
        if (KeepAliveTime <= TimeSpan.Zero) throw Out(nameof(KeepAliveTime), KeepAliveTime);
        if (KeepAliveInterval <= TimeSpan.Zero) throw Out(nameof(KeepAliveInterval), KeepAliveInterval);
        if (SendBufferSize < 1) throw Out(nameof(SendBufferSize), SendBufferSize);
        if (ReceiveBufferSize < 1) throw Out(nameof(ReceiveBufferSize), ReceiveBufferSize);
    }

    internal static bool IsIdleTimeout(TimeSpan time) =>
        time == Timeout.InfiniteTimeSpan || (time > TimeSpan.Zero && time <= LongestTimeout);

    private static ArgumentOutOfRangeException Out(string name, object? value) =>
        new(name, value, $"{nameof(TcpConnectionOptions)}.{name} is out of its range; see its documentation.");
}
