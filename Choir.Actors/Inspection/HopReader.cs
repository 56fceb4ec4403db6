using Choir.Actors.Hosting;
using Choir.Actors.Messaging;
using Choir.Actors.Telemetry;

namespace Choir.Actors.Inspection;

/// <summary>Reads the flight recorder, and makes of its records what another host can understand.</summary>
internal sealed class HopReader(ActorTelemetry telemetry, ProcessClock clock, ActorRuntime runtime)
{
    /// <summary>The records that fit, each once, in the order of their handlers' begin.</summary>
    /// <param name="fits">Which are wanted.</param>
    public List<MessageRecord> Find(Predicate<MessageRecord> fits)
    {
        var found = telemetry.Recorder.Find(fits);
        var known = found.Select(record => record.Sequence).ToHashSet();
        foreach (var kind in telemetry.Kinds)
        {
            found.AddRange(kind.Slowest.Snapshot().Where(record => fits(record) && known.Add(record.Sequence)));
        }

        found.Sort((one, other) => one.Started.CompareTo(other.Started));
        return found;
    }

    /// <summary>Makes hops of records. The monotonic clock's times mean something in this process only.</summary>
    public MessageHop[] Hops(IEnumerable<MessageRecord> records)
    {
        var (now, timestamp) = (clock.Time.GetUtcNow(), clock.Timestamp);
        return records.Select(record =>
        {
            var started = now - clock.Time.GetElapsedTime(record.Started, timestamp);
            var queue = clock.Time.GetElapsedTime(0, record.Queue);
            return new MessageHop(
                record.MessageId,
                record.CorrelationId,
                record.CausationId == Guid.Empty ? null : record.CausationId,
                record.Edge.Source,
                record.SenderId,
                record.Edge.Kind.ActorType,
                record.ActorId,
                record.Edge.Kind.MessageType,
                runtime.HostName,
                started - queue,
                started,
                queue.TotalMilliseconds,
                clock.Time.GetElapsedTime(0, record.Processing).TotalMilliseconds,
                record.Size,
                record.Outcome.Name(),
                record.Error,
                record.Trace.TraceId,
                record.Trace.SpanId);
        }).ToArray();
    }
}
