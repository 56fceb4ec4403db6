using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Logs;

namespace Choir.ServiceDefaults.Logging;

/// <summary>
/// Gives records that leave over OTLP the fields of those on the console: the same context, and the same names. Trace and
/// span, level, logger and message have places of their own there.
/// </summary>
/// <remarks>
/// Whoever receives a record makes a link of its trace and span. So a record has them only if the trace is sampled, and the
/// link leads somewhere. On the console, where there is nothing to follow, the ids are always told.
/// </remarks>
internal sealed class LogContextProcessor(LogContexts contexts) : BaseProcessor<LogRecord>
{
    public override void OnEnd(LogRecord data)
    {
        var own = data.Attributes;
        var fields = new Fields((own?.Count ?? 0) + 16);
        fields.Add("event", data.EventId.Name is { Length: > 0 } name ? FieldNames.Of(name) : null);
        contexts.WriteProcess(fields);
        for (var index = 0; index < own?.Count; index++)
        {
            var (key, value) = own[index];
            fields.AddOwn(key, value);
        }

        contexts.WriteRunning(fields);
        data.Attributes = fields.All;
        if (!data.TraceFlags.HasFlag(ActivityTraceFlags.Recorded))
        {
            (data.TraceId, data.SpanId) = (default, default);
        }
    }

    private sealed class Fields(int capacity) : ILogContextWriter
    {
        private readonly HashSet<string> _names = new(capacity, StringComparer.Ordinal);

        public List<KeyValuePair<string, object?>> All { get; } = new(capacity);

        public void Add(string name, string? value)
        {
            if (value is not null && name is not (FieldNames.TraceId or FieldNames.SpanId) && _names.Add(name))
            {
                All.Add(new(name, value));
            }
        }

        public void AddOwn(string key, object? value)
        {
            // The exporter knows the template by this name.
            var name = key == LogRecordWriter.MessageTemplate ? key : FieldNames.Of(key);
            if (value is not null && _names.Add(name))
            {
                All.Add(new(name, value));
            }
        }
    }
}
