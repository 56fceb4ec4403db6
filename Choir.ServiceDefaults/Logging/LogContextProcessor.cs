using System.Diagnostics;
using Choir.Redaction;
using OpenTelemetry;
using OpenTelemetry.Logs;

namespace Choir.ServiceDefaults.Logging;

/// <summary>
/// Gives records that are exported over OTLP the same context fields and names as those on the console. Trace, span, level,
/// logger and message have their own fields in OTLP. A record is limited like one on the console (<see cref="RecordBudget"/>).
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
        if (data.FormattedMessage is { } message)
        {
            message = LogSecrets.HideIn(message, own);
            fields.Budget.TryTake("body", ref message);
            data.FormattedMessage = message;
        }

        fields.Add("event", data.EventId.Name is { Length: > 0 } name ? FieldNames.Of(name) : null);
        contexts.WriteProcess(fields);
        for (var index = 0; index < own?.Count; index++)
        {
            var (key, value) = own[index];
            fields.AddOwn(key, value);
        }

        contexts.WriteRunning(fields);
        if (data.Exception is { } exception)
        {
            // The exporter would write the texts of the exception in full.
            data.Exception = null;
            fields.Add("exception.type", exception.GetType().FullName);
            fields.Add("exception.message", exception.Message);
            fields.Add("exception.stacktrace", exception.ToString());
        }

        data.Attributes = fields.End();
        if (!data.TraceFlags.HasFlag(ActivityTraceFlags.Recorded))
        {
            (data.TraceId, data.SpanId) = (default, default);
        }
    }

    private sealed class Fields(int capacity) : ILogContextWriter
    {
        private readonly HashSet<string> _names = new(capacity, StringComparer.Ordinal);
        private readonly List<KeyValuePair<string, object?>> _all = new(capacity);

        public RecordBudget Budget { get; } = new();

        public void Add(string name, string? value)
        {
            if (value is not null && name is not (FieldNames.TraceId or FieldNames.SpanId) && _names.Add(name))
            {
                Take(name, value);
            }
        }

        public void AddOwn(string? key, object? value)
        {
            if (key is null || value is null)
            {
                return;
            }

            // The exporter recognises the template by this name.
            var name = key == LogRecordWriter.MessageTemplate ? key : FieldNames.Of(key);
            if (_names.Add(name))
            {
                Take(name, LogSecrets.Hide(key, LogValue.Of(value)));
            }
        }

        public List<KeyValuePair<string, object?>> End()
        {
            if (Budget.CutCharacters > 0)
            {
                _all.Add(new(RecordBudget.CutField, Budget.CutCharacters));
            }

            if (Budget.OmittedFields > 0)
            {
                _all.Add(new(RecordBudget.OmittedField, Budget.OmittedFields));
            }

            return _all;
        }

        private void Take(string name, object value)
        {
            if (value is string text)
            {
                if (Budget.TryTake(name, ref text))
                {
                    _all.Add(new(name, text));
                }
            }
            else if (Budget.TryTake(name))
            {
                _all.Add(new(name, value));
            }
        }
    }
}
