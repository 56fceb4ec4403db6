using System.Diagnostics.CodeAnalysis;
using Choir.Redaction;
using Microsoft.Extensions.Logging;

namespace Choir.Observability;

/// <summary>
/// Keeps log records for the inspection. Their levels are configured like those of any log provider: <c>Logging:LogLevel</c>, and
/// <c>Logging:RecentLogs:LogLevel</c> for this one only.
/// </summary>
[ProviderAlias("RecentLogs")]
internal sealed class RecentLogProvider(LogServices services, IRunningSubject running) : ILoggerProvider
{
    /// <summary>Whether the logger factory uses this provider. Factories of applications may use none.</summary>
    public bool IsUsed { get; private set; }

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName)
    {
        IsUsed = true;
        return CreateDirect(categoryName);
    }

    /// <summary>Creates a logger for what the logger factory does not give to this provider.</summary>
    public ILogger CreateDirect(string categoryName) => new Logger(this, categoryName);

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private sealed class Logger(RecentLogProvider owner, string category) : ILogger
    {
        // The first field of a record, where Choir's service defaults limit records.
        private const string SuppressedField = "suppressed";

        private readonly string _category = Name(category);
        private readonly bool _isOfChoir = LogOrigin.IsChoir(category);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None && owner.Logs is not null;

        [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A state, its formatter or an exception may throw anything; whoever writes the record must not notice.")]
        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel == LogLevel.None || owner.Logs is not { } logs || !LogServices.TryEnter())
            {
                return;
            }

            try
            {
                object? fields = state;
                if (LogSubject.Of(owner.Running, SubjectFields(fields)) is { IsNone: false } subject)
                {
                    logs.Add(new RecentLog(
                        logs.Now, logLevel, _category, eventId.Name is { Length: > 0 } name ? Name(name) : null,
                        LogSecrets.HideIn(formatter(state, exception) ?? "", fields, RecentLogs.MaxText + RecentLogs.Margin),
                        exception is null ? null : Cut(exception.ToString()), subject)
                    {
                        Suppressed = SuppressedOf(state as IReadOnlyList<KeyValuePair<string, object?>>),
                    });
                }
            }
            catch (Exception)
            {
                // The record is missing here; the other providers have it.
            }
            finally
            {
                LogServices.Exit();
            }
        }

        private IReadOnlyList<KeyValuePair<string, object?>>? SubjectFields(object? state) =>
            state is IReadOnlyList<KeyValuePair<string, object?>> fields && (_isOfChoir || owner.IsOfActor) ? fields : null;

        // A field of the template is one of the application, which may use the same name.
        private static long SuppressedOf(IReadOnlyList<KeyValuePair<string, object?>>? fields) =>
            fields is [{ Key: SuppressedField, Value: long and > 0 and var count }, ..]
            && !(fields[^1] is { Key: "{OriginalFormat}", Value: string template } && template.Contains("{" + SuppressedField, StringComparison.Ordinal))
                ? count : 0;

        private static string Cut(string text) =>
            text.Length <= RecentLogs.MaxException + RecentLogs.Margin ? text : text[..(RecentLogs.MaxException + RecentLogs.Margin)];

        private static string Name(string name) => TextCut.Shorten(name, RecentLogs.MaxName);
    }

    private RecentLogs? Logs => services.Recent;

    private LogSubject Running => running.Current;

    private bool IsOfActor => running.IsOfActor;
}
