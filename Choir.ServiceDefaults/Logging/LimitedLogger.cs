using System.Collections;
using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Choir.ServiceDefaults.Logging;

/// <summary>Writes a limited number of records per second of each event.</summary>
internal sealed class LimitedLogger(ILogger inner, int perSecond, TimeProvider time) : ILogger
{
    /// <summary>The name of the field that counts the records that were not written. An event that has it limits itself.</summary>
    public const string Suppressed = "suppressed";

    // Beyond it, all further kinds share one limit.
    private const int MaxKinds = 256;

    private static readonly (int, string) Rest = (int.MinValue, string.Empty);

    private readonly ConcurrentDictionary<(int Id, string Name), RecordLimit> _limits = new();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => inner.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!inner.IsEnabled(logLevel))
        {
            return;
        }

        var fields = state as IReadOnlyList<KeyValuePair<string, object?>>;
        if (logLevel < LogLevel.Information || LimitsItself(fields))
        {
            inner.Log(logLevel, eventId, state, exception, formatter);
        }
        else if (LimitOf(eventId, fields).TryTake(out var suppressed))
        {
            if (suppressed is { } count)
            {
                inner.Log(
                    logLevel, eventId, new CountedState(fields ?? [], count, formatter(state, exception)), exception,
                    static (counted, _) => counted.Message);
            }
            else
            {
                inner.Log(logLevel, eventId, state, exception, formatter);
            }
        }
    }

    /// <summary>Writes the number of suppressed records of each kind that has not been written with a later record.</summary>
    public void WriteSuppressed()
    {
        foreach (var ((_, name), limit) in _limits)
        {
            if (limit.TakeSuppressed() is > 0 and var count)
            {
                inner.RecordsSuppressed(count, name.Length > 0 ? name : "other kinds");
            }
        }
    }

    private static bool LimitsItself(IReadOnlyList<KeyValuePair<string, object?>>? fields)
    {
        for (var index = 0; index < fields?.Count; index++)
        {
            if (string.Equals(fields[index].Key, Suppressed, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    // Libraries may log without an event; then the template is the kind.
    private RecordLimit LimitOf(EventId eventId, IReadOnlyList<KeyValuePair<string, object?>>? fields)
    {
        var kind = (eventId.Id, eventId.Name ?? (fields is [.., { Key: LogRecordWriter.MessageTemplate, Value: string template }] ? template : string.Empty));
        return _limits.TryGetValue(kind, out var limit) ? limit
            : _limits.GetOrAdd(
                _limits.Count < MaxKinds ? kind : Rest,
                static (_, limit) => new RecordLimit(limit.PerSecond, limit.Time),
                (PerSecond: perSecond, Time: time));
    }

    /// <summary>The fields of a record with the number of records of its kind that were not written.</summary>
    private sealed class CountedState(IReadOnlyList<KeyValuePair<string, object?>> fields, long suppressed, string message)
        : IReadOnlyList<KeyValuePair<string, object?>>
    {
        public string Message => message;

        public int Count => fields.Count + 1;

        // First, because the template is expected at the end.
        public KeyValuePair<string, object?> this[int index] => index == 0 ? new(Suppressed, suppressed) : fields[index - 1];

        public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
        {
            for (var index = 0; index < Count; index++)
            {
                yield return this[index];
            }
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        public override string ToString() => message;
    }
}
