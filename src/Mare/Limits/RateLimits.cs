// SPDX-License-Identifier: MIT
namespace Mare;

/// <summary>
/// Bounds how fast one client may send. Each rate is a token bucket: what was not used is saved up for <see cref="Burst"/>, and
/// may then be sent at once.
/// </summary>
/// <remarks>
/// Messages and bytes are not limited by default: what is too many depends on what a message costs the application, and loops
/// are fair among their connections anyhow. A limit that is off costs one comparison a message, one that is on some nanoseconds
/// and about 100 bytes a connection.
/// </remarks>
public sealed class RateLimits
{
    internal const int DefaultControlFrames = 200;

    /// <summary>Gets or sets how many messages a client may send in a second, in the long run. 1 or more; default null: any number.</summary>
    public int? MessagesPerSecond { get; set; }

    /// <summary>
    /// Gets or sets how many bytes a client may send in a second, in the long run: as they arrive, compressed, frame headers and
    /// control frames included. 1 or more; default null: any number.
    /// </summary>
    /// <remarks>What arrives at once is counted when it was read: up to a loop's receive buffer (256 KiB) may be delivered above the rate.</remarks>
    public long? BytesPerSecond { get; set; }

    /// <summary>
    /// Gets or sets how many pings and pongs a client may send in a second, in the long run. 1 or more, default 200; null for any
    /// number. Who sends more is closed with 1008, whatever <see cref="Policy"/> says: no program needs that many.
    /// </summary>
    public int? ControlFramesPerSecond { get; set; } = DefaultControlFrames;

    /// <summary>
    /// Gets or sets the time whose share of a rate may be sent at once, after a silence as long. 1 second to 1 hour, default 10
    /// seconds: of 5 messages a second 50.
    /// </summary>
    public TimeSpan Burst { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets what becomes of who sends too many messages or bytes. Default <see cref="RateLimitPolicy.Pause"/>.</summary>
    public RateLimitPolicy Policy { get; set; }

    internal RateLimits CloneAndValidate()
    {
        if (MessagesPerSecond < 1) throw Out(nameof(MessagesPerSecond), MessagesPerSecond);
        if (BytesPerSecond < 1) throw Out(nameof(BytesPerSecond), BytesPerSecond);
        if (ControlFramesPerSecond < 1) throw Out(nameof(ControlFramesPerSecond), ControlFramesPerSecond);
        if (Burst < TimeSpan.FromSeconds(1) || Burst > TimeSpan.FromHours(1)) throw Out(nameof(Burst), Burst);
        if (!Enum.IsDefined(Policy)) throw Out(nameof(Policy), Policy);
        return (RateLimits)MemberwiseClone();
    }

    private static ArgumentOutOfRangeException Out(string name, object? value) =>
        new(name, value, $"{nameof(RateLimits)}.{name} is out of its range; see its documentation.");
}
