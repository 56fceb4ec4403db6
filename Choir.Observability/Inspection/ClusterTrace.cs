namespace Choir.Actors.Inspection;

/// <summary>Merges the messages of a correlation or trace id from all hosts.</summary>
internal static class ClusterTrace
{
    public static TraceView Merge(Guid id, HostReports<TraceView> reports)
    {
        var all = InOrder([.. reports.Values.SelectMany(trace => trace.Hops)]);
        return new TraceView(
            all.Count > 0 ? all[0].CorrelationId : id,
            all.Take(TraceReader.MaxHops).ToArray(),
            all.Count > TraceReader.MaxHops || reports.Values.Any(trace => trace.IsCut),
            reports.Hosts);
    }

    /// <summary>
    /// By time of sending, but each message after its cause: the hosts' clocks may differ by more than a message takes.
    /// </summary>
    private static List<MessageHop> InOrder(MessageHop[] hops)
    {
        var known = hops.Select(hop => hop.MessageId).ToHashSet();
        var caused = hops.Where(HasKnownCause).ToLookup(hop => hop.CausationId!.Value);
        var ready = new PriorityQueue<MessageHop, DateTimeOffset>(
            hops.Where(hop => !HasKnownCause(hop)).Select(hop => (hop, hop.SentAt ?? hop.StartedAt)));
        var ordered = new List<MessageHop>(hops.Length);
        var added = new HashSet<Guid>();
        while (ready.TryDequeue(out var next, out _))
        {
            ordered.Add(next);

            // A message that was refused and sent again occurs twice; the messages that it caused must not.
            if (added.Add(next.MessageId))
            {
                ready.EnqueueRange(caused[next.MessageId].Select(hop => (hop, hop.SentAt ?? hop.StartedAt)));
            }
        }

        return ordered;

        bool HasKnownCause(MessageHop hop) =>
            hop.CausationId is { } cause && cause != hop.MessageId && known.Contains(cause);
    }
}
