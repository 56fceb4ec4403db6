using System.Globalization;
using Choir.Observability;
using Orleans.Runtime;
using Choir.Redaction;

namespace Choir.Actors.Inspection;

/// <summary>Reads the log records that this host keeps.</summary>
internal sealed class LogReader(RecentLogs logs, LogServices services, RecentLogProvider provider, ILocalSiloDetails silo)
{
    /// <summary>The latest records that meet the conditions, the newest first.</summary>
    public LogsView Read(LogFilter filter)
    {
        var trace = filter.CorrelationId is { } id ? TraceContext.Unsampled(id, default) : default;
        var found = logs.Find(record =>
            (filter.MinLevel is not { } least || record.Level >= least)
            && (filter.ActorType is null || record.Subject.Actor.Type == filter.ActorType)
            && (filter.ActorId is null || record.Subject.Actor.Id == filter.ActorId)
            && (filter.CorrelationId is not { } wanted || IsOf(record.Subject, wanted, trace)))
            .OrderByDescending(record => record.At).ToArray();
        return new LogsView(
            found.Take(filter.Limit).Select(View).ToArray(),
            found.Length > filter.Limit, HostAnswers.None, logs.KeptSince)
        {
            HostsWithoutRecords = logs.IsOn && (services.AreLoggersDecorated || provider.IsUsed) ? [] : [silo.Name],
        };
    }

    private ActorLogRecord View(RecentLog record)
    {
        var (actor, messageType, messageId, correlationId, _) = record.Subject;
        return new ActorLogRecord(
            record.At, record.Level, record.Event, Clean(record.Text, RecentLogs.MaxText) + Note(record.Suppressed),
            record.Exception is { } exception ? Clean(exception, RecentLogs.MaxException) : null, record.Category, silo.Name,
            actor.IsNone ? null : actor.Type, actor.IsNone ? null : actor.Id, messageType,
            messageId == default ? null : messageId, correlationId == default ? null : correlationId);
    }

    private static string Note(long suppressed) =>
        suppressed > 0 ? string.Create(CultureInfo.InvariantCulture, $" ({suppressed} more not logged)") : "";

    // A record without a correlation is not one of the empty id.
    private static bool IsOf(in LogSubject subject, Guid wanted, in TraceContext trace) =>
        (subject.CorrelationId == wanted && wanted != Guid.Empty) || subject.Trace.IsOfTrace(trace);

    // Secrets are removed before the text is cut: a part of one may not be recognised.
    private static string Clean(string text, int max) => TextCut.Shorten(Redactor.Clean(text), max);
}
