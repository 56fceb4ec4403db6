using System.Globalization;
using System.Text;
using Choir.Redaction;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace Choir.ServiceDefaults.Logging;

/// <summary>
/// Writes a log record as one line for people: time, level, event, actor and message, such as
/// <c>21:04:05.123 info  message_processed ThreadActor/0199 PROCESS_INPUT in 12 ms</c>. The lines of an exception are
/// indented, so that no value can look like another record.
/// </summary>
internal sealed class TextLogFormatter : ConsoleFormatter, IDisposable
{
    public const string FormatterName = "choir-text";

    /// <summary>The maximum length of a value, except in a critical record; a longer one is truncated and ends with an ellipsis.</summary>
    public const int MaxValueLength = 200;

    private const int MaxMessageLength = 1_000;
    private const int MaxExceptionBytes = RecordBudget.MaxBytes - 5_000;
    private const string Indentation = "    ";

    private readonly LogContexts _contexts;
    private readonly TimeProvider _time;
    private readonly LastValidOptions<SimpleConsoleFormatterOptions> _options;

    public TextLogFormatter(LogContexts contexts, TimeProvider time, IOptionsMonitor<SimpleConsoleFormatterOptions> options)
        : base(FormatterName)
    {
        _contexts = contexts;
        _time = time;
        _options = new LastValidOptions<SimpleConsoleFormatterOptions>(options);
    }

    public override void Write<TState>(
        in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var options = _options.Value;
        var isColoured = TerminalColours.AreShown(options.ColorBehavior, Console.IsOutputRedirected, Environment.GetEnvironmentVariable);
        var now = options.UseUtcTimestamp ? _time.GetUtcNow() : _time.GetLocalNow();
        var fields = logEntry.State as IReadOnlyList<KeyValuePair<string, object?>> ?? [];

        var line = new StringBuilder(256);
        Append(line, now.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture), isColoured ? TerminalColours.Faint : null);
        Append(line, Level(logEntry.LogLevel), isColoured ? TerminalColours.Of(logEntry.LogLevel) : null);
        Append(line, PlainText.Shorten(Event(logEntry.EventId, logEntry.Category), MaxValueLength), isColoured ? TerminalColours.Strong : null);
        AppendActor(line, fields);

        // Why a service failed has the remedy at its end.
        var maxLength = logEntry.LogLevel == LogLevel.Critical ? MaxMessageLength : MaxValueLength;
        AppendMessage(line, fields, logEntry.Formatter?.Invoke(logEntry.State, null) ?? "", maxLength);
        textWriter.WriteLine(line);
        if (logEntry.Exception is { } exception)
        {
            WriteException(textWriter, exception);
        }
    }

    public void Dispose() => _options.Dispose();

    private static void Append(StringBuilder line, string text, string? colour)
    {
        line.Append(colour).AppendInLine(text);
        line.Append(colour is null ? null : TerminalColours.Plain).Append(' ');
    }

    // Omitted if the message names the actor itself.
    private void AppendActor(StringBuilder line, IReadOnlyList<KeyValuePair<string, object?>> fields)
    {
        if (fields.Any(field => field.Key is "ActorId" or "ActorType" or "Actor"))
        {
            return;
        }

        var running = new RunningActor();
        _contexts.WriteRunning(running);
        if (running.Type is null || running.Id is null)
        {
            return;
        }

        line.AppendInLine(PlainText.Shorten($"{running.Type}/{running.Id}", MaxValueLength));
        line.Append(' ');
    }

    private static void AppendMessage(StringBuilder line, IReadOnlyList<KeyValuePair<string, object?>> fields, string formatted, int maxValueLength)
    {
        var message = new StringBuilder();
        var template = fields.LastOrDefault(field => field.Key == LogRecordWriter.MessageTemplate).Value as string;
        if (template is null)
        {
            message.AppendInLine(PlainText.Shorten(Redactor.Clean(formatted), MaxMessageLength));
        }
        else
        {
            MessageTemplate.Append(message, template, fields, maxValueLength);
        }

        line.Append(PlainText.Shorten(message.ToString(), MaxMessageLength));
        if (fields.FirstOrDefault(field => field.Key is "suppressed" or "Suppressed").Value is long and > 0 and var suppressed)
        {
            line.Append(CultureInfo.InvariantCulture, $" ({suppressed} more not logged)");
        }
    }

    // The rest of the record has at most 5,000 bytes: 1,000 characters of the message, 200 each of the event and the actor.
    private static void WriteException(TextWriter output, Exception exception)
    {
        var text = Redactor.Clean(exception.ToString());
        var left = MaxExceptionBytes;
        foreach (var each in text.AsSpan().EnumerateLines())
        {
            var line = new StringBuilder(Indentation);
            line.AppendInLine(each[..PlainText.Border(each, left)]);
            var shown = LogText.CutToBytes(line.ToString(), left);
            output.WriteLine(shown);
            left -= Encoding.UTF8.GetByteCount(shown) + 1;
            if (left <= 0 || shown.Length < line.Length)
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Indentation}{LogText.CutMark} ({text.Length} characters in all)"));
                return;
            }
        }
    }

    private static string Event(EventId id, string category) =>
        id.Name is { Length: > 0 } name ? FieldNames.Of(name) : category[(category.LastIndexOf('.') + 1)..];

    private static string Level(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info ",
        LogLevel.Warning => "warn ",
        LogLevel.Error => "error",
        _ => "crit ",
    };

    private sealed class RunningActor : ILogContextWriter
    {
        public string? Type { get; private set; }

        public string? Id { get; private set; }

        public void Add(string name, string? value)
        {
            if (name == "actor_type")
            {
                Type ??= value;
            }
            else if (name == "actor_id")
            {
                Id ??= value;
            }
        }
    }
}
