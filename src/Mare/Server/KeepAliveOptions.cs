// SPDX-License-Identifier: MIT
namespace Mare;

/// <summary>Says how a server finds out whether clients that say nothing are still there. RFC 6455, section 5.5.2.</summary>
public sealed class KeepAliveOptions
{
    internal static readonly TimeSpan DefaultInterval = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Gets or sets how long from one automatic ping of a connection to the next. More than zero, at most 24 days, or
    /// <see cref="Timeout.InfiniteTimeSpan"/> for none. Default null: 30 seconds, and none where
    /// <see cref="WebSocketServerOptions.IdleTimeout"/> is set, since pings and their answers are bytes too.
    /// </summary>
    /// <remarks>
    /// Shorter finds a dead peer sooner and wakes a phone's radio more often; proxies drop what is silent for a minute or so. A
    /// connection costs some 100 bytes for it, a ping 10 bytes each way.
    /// </remarks>
    public TimeSpan? Interval { get; set; }

    /// <summary>
    /// Gets or sets how long a peer may take to answer an automatic ping. More than zero, at most the interval; default 20
    /// seconds (or the interval, where that is shorter). Any byte that arrives meanwhile counts as an answer. Then the
    /// connection is dropped, and OnClosed says <see cref="CloseStatus.AbnormalClosure"/>.
    /// </summary>
    public TimeSpan? PongTimeout { get; set; }

    /// <summary>
    /// Gets or sets by which part of the interval a ping may come early, at random, so that connections that were opened
    /// together are not pinged together. 0 to 1, default 0.2.
    /// </summary>
    public double Jitter { get; set; } = 0.2;

    /// <summary>Gets the interval of a server with this idle time-out; infinite for none.</summary>
    internal TimeSpan IntervalOf(TimeSpan idleTimeout) =>
        Interval ?? (idleTimeout == Timeout.InfiniteTimeSpan ? DefaultInterval : Timeout.InfiniteTimeSpan);

    internal KeepAliveOptions CloneAndValidate(TimeSpan idleTimeout)
    {
        if (Interval is { } given && given != Timeout.InfiniteTimeSpan && !WebSocketServerOptions.IsTimeout(given)) throw Out(nameof(Interval), given);
        if (!(Jitter is >= 0 and <= 1)) throw Out(nameof(Jitter), Jitter);
        var interval = IntervalOf(idleTimeout);
        var longest = interval == Timeout.InfiniteTimeSpan ? WebSocketServerOptions.LongestTimeout : interval;
        if (PongTimeout is { } time && (time <= TimeSpan.Zero || time > longest)) throw Out(nameof(PongTimeout), time);
        var shortest = TimeSpan.FromSeconds(20);
        return new KeepAliveOptions { Interval = interval, PongTimeout = PongTimeout ?? (longest < shortest ? longest : shortest), Jitter = Jitter };
    }

    private static ArgumentOutOfRangeException Out(string name, object value) =>
        new(name, value, $"{nameof(KeepAliveOptions)}.{name} is out of its range; see its documentation.");
}
