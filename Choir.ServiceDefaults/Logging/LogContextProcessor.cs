using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Logs;

namespace Choir.ServiceDefaults.Logging;

/// <summary>
/// Gives records that are exported over OTLP the same context fields and names as those on the console. Trace, span, level,
/// logger and message have their own fields in OTLP.
/// </summary>
/// <remarks>
/// Backends turn the trace id of a record into a link. So an exported record has it only if the trace is sampled, because
/// otherwise the link is dead. On the console the ids are always written.
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
            // The exporter recognises the template by this name.
            var name = key == LogRecordWriter.MessageTemplate ? key : FieldNames.Of(key);
            if (value is not null && _names.Add(name))
            {
                All.Add(new(name, value));
            }
        }
    }
}
