using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>The resources' logs: what their processes print, and what is said about them.</summary>
public class ResourceLoggerService
{
    private const int Backlog = 1000;
    private const int QueueLimit = 10_000;
    private readonly ConcurrentDictionary<string, Log> logs = new();

    /// <summary>Every line of every resource, as it comes.</summary>
    internal event Action<string, LogLine>? LineWritten;

    /// <summary>A resource's log.</summary>
    public ILogger GetLogger(IResource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return GetLogger(resource.Name);
    }

    /// <summary>A resource's log.</summary>
    public ILogger GetLogger(string resourceName) => new Logger(this, resourceName);

    /// <summary>
    /// The last lines (1,000) and then new ones as they come. A reader who is more than 10,000 lines behind misses the oldest.
    /// </summary>
    public IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync(IResource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return WatchAsync(resource.Name);
    }

    /// <inheritdoc cref="WatchAsync(IResource)" />
    public IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync(string resourceName) => Watch(resourceName);

    internal void Write(string resourceName, string content, bool isError)
    {
        var log = logs.GetOrAdd(resourceName, _ => new());
        LogLine line;
        lock (log)
        {
            line = new(++log.Count, content, isError);
            log.Lines.Enqueue(line);
            if (log.Lines.Count > Backlog)
                log.Lines.Dequeue();
            foreach (var reader in log.Readers)
                reader.Writer.TryWrite(line);
        }
        LineWritten?.Invoke(resourceName, line);
    }

    private async IAsyncEnumerable<IReadOnlyList<LogLine>> Watch(string resourceName,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var reader = Channel.CreateBounded<LogLine>(new BoundedChannelOptions(QueueLimit)
        {
            FullMode = BoundedChannelFullMode.DropOldest,
        });
        var log = logs.GetOrAdd(resourceName, _ => new());
        lock (log)
        {
            foreach (var line in log.Lines)
                reader.Writer.TryWrite(line);
            log.Readers.Add(reader);
        }
        try
        {
            while (await reader.Reader.WaitToReadAsync(cancellationToken))
            {
                var lines = new List<LogLine>();
                while (reader.Reader.TryRead(out var line))
                    lines.Add(line);
                yield return lines;
            }
        }
        finally
        {
            lock (log)
                log.Readers.Remove(reader);
        }
    }

    private sealed class Log
    {
        public int Count { get; set; }

        public Queue<LogLine> Lines { get; } = new();

        public List<Channel<LogLine>> Readers { get; } = [];
    }

    private sealed class Logger(ResourceLoggerService owner, string resourceName) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
                return;
            var text = formatter(state, exception);
            if (exception is not null)
                text = string.Create(CultureInfo.InvariantCulture, $"{text} {exception.Message}");
            owner.Write(resourceName, text, logLevel >= LogLevel.Error);
        }
    }
}

/// <summary>A line of a resource's log.</summary>
public readonly record struct LogLine(int LineNumber, string Content, bool IsErrorMessage);
