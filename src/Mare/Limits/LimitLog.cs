// SPDX-License-Identifier: MIT
using Microsoft.Extensions.Logging;

namespace Mare;

/// <summary>Tells the log that a limit was met: at once, then no more than once a minute each, so that a flood fills no disk. Any thread.</summary>
internal sealed class LimitLog(ILogger logger, TimeProvider time)
{
    private const int Never = 0;

    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly long[] _next = new long[Enum.GetValues<Counted>().Length]; // when the next line is due, per limit

    /// <summary>Hears that a limit was met.</summary>
    public void Met(Counted what)
    {
        if (OptionOf(what) is not { } option) return;
        var now = time.GetTimestamp();
        ref var next = ref _next[(int)what];
        var due = Volatile.Read(ref next);
        if (due != Never && now < due) return;
        var pause = (long)(Pause.TotalSeconds * time.TimestampFrequency);
        // Of several threads one tells.
        if (Interlocked.CompareExchange(ref next, now + pause, due) == due) Log.LimitMet(logger, option, OutcomeOf(what));
    }

    private static string? OptionOf(Counted what) => what switch
    {
        Counted.TcpConnectionRefused => "ConnectionLimits.MaxTcpConnections",
        Counted.ConnectionRefused => "ConnectionLimits.MaxConnections",
        Counted.AddressRefused => "ConnectionLimits.MaxConnectionsPerAddress",
        Counted.HandshakeRefused => "ConnectionLimits.MaxHandshakes",
        Counted.RateExceeded => "RateLimits.MessagesPerSecond or BytesPerSecond",
        Counted.ControlFlood => "RateLimits.ControlFramesPerSecond",
        Counted.PartialMessageRefused => "MaxPartialBytes",
        Counted.SlowPeerClosed => "Connection.MaxQueuedBytes",
        // The rest is what clients do all the time, or what the application is told itself.
        _ => null,
    };

    private static string OutcomeOf(Counted what) => what switch
    {
        Counted.TcpConnectionRefused => "connections are closed as they are accepted",
        Counted.ConnectionRefused => "upgrades are answered by 503",
        Counted.AddressRefused => "further connections of an address are answered by 429 (is it a proxy's?)",
        Counted.HandshakeRefused => "connections are answered by 503",
        Counted.RateExceeded => "clients that send faster are paused or closed",
        Counted.ControlFlood or Counted.SlowPeerClosed or Counted.PartialMessageRefused => "connections are closed",
        _ => "",
    };
}
