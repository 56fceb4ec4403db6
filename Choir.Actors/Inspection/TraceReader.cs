namespace Choir.Actors.Inspection;

/// <summary>Reads what this host holds of a correlation.</summary>
internal sealed class TraceReader(HopReader hops)
{
    /// <summary>The most messages of one answer.</summary>
    public const int MaxHops = 1_000;

    /// <summary>Reads it.</summary>
    public HostTrace Read(Guid correlationId)
    {
        var found = hops.Find(record => record.CorrelationId == correlationId);
        return new HostTrace(hops.Hops(found.Take(MaxHops)), found.Count > MaxHops);
    }
}

/// <summary>Puts the hops of a correlation from all hosts in order.</summary>
internal static class TraceMerge
{
    /// <summary>One trace of what the hosts hold.</summary>
    public static TraceView View(Guid correlationId, HostReports<HostTrace> reports)
    {
        var all = InOrder([.. reports.All.SelectMany(report => report.Value.Hops)]);
        return new TraceView(
            correlationId,
            all.Take(TraceReader.MaxHops).ToArray(),
            all.Count > TraceReader.MaxHops || reports.All.Any(report => report.Value.IsCut),
            reports.Hosts);
    }

    /// <summary>
    /// By the time of sending, but none before the one that caused it: the hosts' clocks may differ by more than a message
    /// takes.
    /// </summary>
    private static List<MessageHop> InOrder(MessageHop[] hops)
    {
        var known = hops.Select(hop => hop.MessageId).ToHashSet();
        var caused = hops.Where(HasKnownCause).ToLookup(hop => hop.CausationId!.Value);
        var ready = new PriorityQueue<MessageHop, DateTimeOffset>(
            hops.Where(hop => !HasKnownCause(hop)).Select(hop => (hop, hop.SentAt)));
        var ordered = new List<MessageHop>(hops.Length);
        var told = new HashSet<Guid>();
        while (ready.TryDequeue(out var next, out _))
        {
            ordered.Add(next);

            // A message that was refused and sent again is there twice, and what it caused once.
            if (told.Add(next.MessageId))
            {
                ready.EnqueueRange(caused[next.MessageId].Select(hop => (hop, hop.SentAt)));
            }
        }

        return ordered;

        bool HasKnownCause(MessageHop hop) =>
            hop.CausationId is { } cause && cause != hop.MessageId && known.Contains(cause);
    }
}
