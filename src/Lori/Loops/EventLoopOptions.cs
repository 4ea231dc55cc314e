// SPDX-License-Identifier: MIT
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lori;

/// <summary>Says how event loops are made. Copied when a loop or a group starts.</summary>
public sealed class EventLoopOptions
{
    /// <summary>Names the environment variable that chooses the backend where <see cref="Backend"/> is <see cref="BackendKind.Auto"/>.</summary>
    public const string BackendVariable = "LORI_BACKEND";

    /// <summary>Gets or sets how the kernel is reached. Default <see cref="BackendKind.Auto"/>: the best this system has.</summary>
    public BackendKind Backend { get; set; }

    /// <summary>Gets or sets where time comes from. Default <see cref="TimeProvider.System"/>.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Gets or sets where log lines go. Default: nowhere.</summary>
    public ILoggerFactory LoggerFactory { get; set; } = NullLoggerFactory.Instance;

    /// <summary>
    /// Gets or sets the size of a loop's receive buffer, in bytes: what one read can take. 4,096 to 16,777,216, default
    /// 262,144. One buffer a loop, whatever the number of connections (io_uring has 256 KiB more, at most, for the kernel to
    /// receive small messages into); a larger one saves system calls on large messages and costs cache.
    /// </summary>
    public int ReceiveBufferSize { get; set; } = 256 * 1024;

    /// <summary>
    /// Gets or sets how often one connection is read in one turn, at most. 1 to 1,000, default 4. More favours throughput
    /// of one peer, less favours fairness among all.
    /// </summary>
    public int MaxReadsPerTurn { get; set; } = 4;

    /// <summary>
    /// Gets or sets how many events one turn takes, at most. 1 to 4,096, default 512. Output of a turn is sent at its end,
    /// so more means larger batches and longer waits within them.
    /// </summary>
    public int MaxEventsPerTurn { get; set; } = 512;

    /// <summary>
    /// Gets or sets after which time a callback that still runs is reported, by a warning that names it. Default 1 second;
    /// <see cref="Timeout.InfiniteTimeSpan"/> switches the watchdog off. Costs one sleeping thread a group.
    /// </summary>
    public TimeSpan WatchdogThreshold { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Gets or sets how many bytes of messages, or of pieces (<see cref="TcpConnection.BufferUntil"/>), that have not arrived
    /// whole one loop holds, in all its connections. Default 268,435,456 (256 MiB). A connection that would exceed it is
    /// refused what it sends: a protocol says so in its own way, a raw connection is aborted.
    /// </summary>
    public long MaxPartialBytes { get; set; } = 256L * 1024 * 1024;

    internal EventLoopOptions Clone() => (EventLoopOptions)MemberwiseClone();

    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(TimeProvider);
        ArgumentNullException.ThrowIfNull(LoggerFactory);
        if (!Enum.IsDefined(Backend)) throw Out(nameof(Backend), Backend);
        if (ReceiveBufferSize is < 4096 or > 16 * 1024 * 1024) throw Out(nameof(ReceiveBufferSize), ReceiveBufferSize);
        if (MaxReadsPerTurn is < 1 or > 1000) throw Out(nameof(MaxReadsPerTurn), MaxReadsPerTurn);
        if (MaxEventsPerTurn is < 1 or > 4096) throw Out(nameof(MaxEventsPerTurn), MaxEventsPerTurn);
        if (WatchdogThreshold <= TimeSpan.Zero && WatchdogThreshold != Timeout.InfiniteTimeSpan)
            throw Out(nameof(WatchdogThreshold), WatchdogThreshold);
        if (MaxPartialBytes < 1) throw Out(nameof(MaxPartialBytes), MaxPartialBytes);
    }

    private static ArgumentOutOfRangeException Out(string name, object value) =>
        new(name, value, $"{nameof(EventLoopOptions)}.{name} is out of its range; see its documentation.");
}
