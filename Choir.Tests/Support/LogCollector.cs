using System.Collections.Concurrent;
using Choir.ServiceDefaults.Logging;
using Microsoft.Extensions.Logging;

namespace Choir.Tests.Support;

/// <summary>Collects log records.</summary>
internal sealed class LogCollector : ILoggerProvider
{
    private readonly ConcurrentQueue<LogRecord> _records = new();

    public IReadOnlyList<LogRecord> Records => [.. _records];

    public void Forget() => _records.Clear();

    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, _records);

    public void Dispose()
    {
    }

    private sealed class Logger(string category, ConcurrentQueue<LogRecord> records) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            records.Enqueue(new LogRecord(category, logLevel, eventId.Name, formatter(state, exception), exception)
            {
                Fields = (state as IEnumerable<KeyValuePair<string, object?>>)?
                    .ToDictionary(field => FieldNames.Of(field.Key), field => field.Value) ?? [],
            });
    }
}

/// <summary>One record.</summary>
internal sealed record LogRecord(string Category, LogLevel Level, string? Event, string Message, Exception? Exception)
{
    /// <summary>The named values, with the names of the console.</summary>
    public Dictionary<string, object?> Fields { get; init; } = [];
}
