using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Choir.Redaction;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Choir.ServiceDefaults.Logging;

/// <summary>
/// Writes a log record as one JSON object on one line: <c>timestamp</c>, <c>level</c>, <c>logger</c>, <c>event</c>,
/// <c>message</c>, the context of the process, the record's own fields in snake case, the context of what is running
/// (<see cref="ILogContext"/>) and of the current activity, then the fields of its scopes. Each name is written once, with its
/// first value. A line has at most <see cref="RecordBudget.MaxBytes"/>.
/// </summary>
internal sealed class JsonLogFormatter(LogContexts contexts, TimeProvider time) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "choir-json";

    // Logs are not embedded in HTML, so non-ASCII letters need no escapes.
    private static readonly JsonWriterOptions WriterOptions =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public override void Write<TState>(
        in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, WriterOptions))
        {
            var record = new LogRecordWriter(json);
            WriteHead(record, logEntry);
            contexts.WriteProcess(record);
            record.Fields(logEntry.State);
            WriteRunning(record);
            if (logEntry.Exception is { } exception)
            {
                record.Text("error", exception.Message);
                record.Text("error_type", exception.GetType().FullName);
                record.Text("stack_trace", exception.ToString());
            }

            scopeProvider?.ForEachScope(static (scope, writer) => writer.Fields(scope), record);
            record.End();
        }

        textWriter.WriteLine(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    private void WriteHead<TState>(LogRecordWriter record, in LogEntry<TState> entry)
    {
        record.Text("timestamp", time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture));
        record.Text("level", Level(entry.LogLevel));
        record.Text("logger", entry.Category);
        record.Text("event", entry.EventId.Name is { Length: > 0 } name ? FieldNames.Of(name) : "message");
        record.Text("message", entry.Formatter is { } format ? LogSecrets.HideIn(format(entry.State, entry.Exception), entry.State) : null);
    }

    private void WriteRunning(LogRecordWriter record)
    {
        contexts.WriteRunning(record);
        if (Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity)
        {
            record.Text(FieldNames.TraceId, activity.TraceId.ToHexString());
            record.Text(FieldNames.SpanId, activity.SpanId.ToHexString());
        }
    }

    private static string Level(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warning",
        LogLevel.Error => "error",
        _ => "critical",
    };
}
