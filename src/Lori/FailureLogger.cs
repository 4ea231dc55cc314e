// SPDX-License-Identifier: MIT
using Microsoft.Extensions.Logging;

namespace Lori;

/// <summary>
/// Stands before a logger and bounds its errors: of each kind ten at once, then one a second, and how many were left out. What
/// makes a callback fail may be a peer, which would fill the disk. Any thread.
/// </summary>
/// <param name="inner">The logger.</param>
/// <param name="time">Where time comes from.</param>
internal sealed class FailureLogger(ILogger inner, TimeProvider time) : ILogger
{
    private const int Burst = 10;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Dictionary<int, Kind> _kinds = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => inner.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (logLevel == LogLevel.Error)
        {
            if (!TryTake(eventId.Id, out var leftOut)) return;
            if (leftOut > 0) Lori.Log.FailuresLeftOut(inner, leftOut);
        }

        inner.Log(logLevel, eventId, state, exception, formatter);
    }

    private bool TryTake(int id, out long leftOut)
    {
        leftOut = 0;
        var now = time.GetTimestamp();
        lock (_kinds)
        {
            var kind = _kinds.GetValueOrDefault(id, new Kind(Burst, now, 0));
            var earned = (long)(time.GetElapsedTime(kind.Since, now) / Pause);
            // What has not earned a whole line yet counts on.
            var since = kind.Left + earned >= Burst ? now : kind.Since + (long)(earned * Pause.TotalSeconds * time.TimestampFrequency);
            var left = Math.Min(Burst, kind.Left + earned);
            if (left > 0) leftOut = kind.LeftOut;
            _kinds[id] = left > 0 ? new Kind(left - 1, since, 0) : new Kind(0, since, kind.LeftOut + 1);
            return left > 0;
        }
    }

    /// <summary>Is what is known of one kind of line.</summary>
    /// <param name="Left">How many may be logged at once.</param>
    /// <param name="Since">From when on more are earned.</param>
    /// <param name="LeftOut">How many were not, since the last that was.</param>
    private readonly record struct Kind(long Left, long Since, long LeftOut);
}
