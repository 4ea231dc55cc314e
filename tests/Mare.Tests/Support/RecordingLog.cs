// SPDX-License-Identifier: MIT
using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Mare.Tests;

/// <summary>Keeps log lines. Any thread.</summary>
internal sealed class RecordingLog : ILoggerFactory, ILogger
{
    private readonly ConcurrentQueue<LogLine> _lines = new();

    public IReadOnlyList<LogLine> Errors => [.. _lines.Where(static l => l.Level >= LogLevel.Error)];

    public IReadOnlyList<LogLine> Lines => [.. _lines];

    public int CountOf(int id) => _lines.Count(l => l.Id == id);

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
        // Lines go nowhere else.
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue(new LogLine(logLevel, eventId.Id, formatter(state, exception), exception));

    public void Dispose()
    {
        // Nothing is held.
    }
}

internal sealed record LogLine(LogLevel Level, int Id, string Text, Exception? Exception);
