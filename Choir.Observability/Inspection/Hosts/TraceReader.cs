using Choir.Observability;
using Orleans.Runtime;
using Choir.Redaction;

namespace Choir.Actors.Inspection;

/// <summary>Reads the flight recorder of this host.</summary>
internal sealed class TraceReader(ActorTelemetry telemetry, TimeProvider time, WallClock clock, ILocalSiloDetails silo)
{
    /// <summary>The most messages of one answer.</summary>
    public const int MaxHops = 10_000;

    /// <summary>The messages with this correlation id, or with this trace id in the form of a UUID.</summary>
    public TraceView Read(Guid id)
    {
        var trace = TraceContext.Unsampled(id, default);
        var found = Find(record => record.CorrelationId == id || record.SenderTrace.IsOfTrace(trace));
        return new TraceView(id, Hops(found.Take(MaxHops)), found.Count > MaxHops, HostAnswers.None);
    }

    /// <summary>The latest messages that meet the conditions, the newest first.</summary>
    public MessagesView Read(MessageFilter filter)
    {
        var minimum = filter.MinMs is { } ms ? (long)(ms / 1_000 * time.TimestampFrequency) : 0;
        var found = Find(record =>
            (filter.ActorType is null || record.Edge.Kind.ActorType == filter.ActorType)
            && (filter.ActorId is null || record.ActorId == filter.ActorId)
            && (filter.MessageType is null || record.Edge.Kind.MessageType == filter.MessageType)
            && (filter.SourceType is null || record.Edge.Source == filter.SourceType)
            && (!filter.FailedOnly || record.Outcome.IsFailure())
            && (!filter.WithoutUpkeep || !record.IsUpkeep || record.Outcome.IsFailure())
            && (filter.MinMs is null || Math.Max(record.Queue, 0) + record.Processing > minimum));
        return new MessagesView(Hops(found.TakeLast(filter.Limit).Reverse()), found.Count > filter.Limit, HostAnswers.None);
    }

    /// <summary>The matching records without duplicates, in the order in which their handlers started.</summary>
    public List<MessageRecord> Find(Predicate<MessageRecord> matches)
    {
        var found = telemetry.Recorder.Find(matches);
        var known = found.Select(record => record.Sequence).ToHashSet();
        foreach (var kind in telemetry.Kinds)
        {
            found.AddRange(kind.Slowest.Snapshot().Where(record => matches(record) && known.Add(record.Sequence)));
        }

        found.Sort((one, other) => one.Started.CompareTo(other.Started));
        return found;
    }

    /// <summary>Converts records for other hosts: timestamps of the monotonic clock are valid in this process only.</summary>
    public MessageHop[] Hops(IEnumerable<MessageRecord> records) =>
    [
        .. records.Select(record =>
        {
            var started = clock.At(record.Started);
            TimeSpan? queue = record.Queue == MessageRecord.UnknownQueue ? null : time.GetElapsedTime(0, record.Queue);
            return new MessageHop(
                record.MessageId, record.CorrelationId, record.CausationId == Guid.Empty ? null : record.CausationId,
                record.Edge.Source, record.SenderId, record.Edge.Kind.ActorType, record.ActorId, record.Edge.Kind.MessageType,
                silo.Name, started - queue, started, queue?.TotalMilliseconds,
                time.GetElapsedTime(0, record.Processing).TotalMilliseconds, record.Edge.Kind.IsCall ? null : record.Size,
                record.Outcome.Name(), record.Error is { } error ? Redactor.Clean(error) : null, record.Trace.TraceId, record.Trace.SpanId);
        }),
    ];
}
