namespace Choir.Actors.Telemetry;

/// <summary>
/// Refuses asks that close a cycle of asks between actor types, so that a test run fails before the deadlock happens. Used only with
/// <see cref="ActorOptions.FailsPossibleDeadlocks"/>: it takes a lock for each ask.
/// </summary>
internal sealed class AskGuard
{
    private readonly Lock _gate = new();
    private readonly HashSet<AskedEdge> _asks = [];
    private readonly Dictionary<(string Source, string Target), PossibleDeadlock> _closing = [];

    /// <summary>Notes an ask.</summary>
    /// <returns>The cycle that it closes, or is part of as other hosts know; null if it may be sent.</returns>
    public PossibleDeadlock? Refuse(ActorAddress sender, ActorAddress target, string messageType)
    {
        var ask = new AskedEdge(sender.Type, target.Type, messageType, AskOrders.Of(sender.Type, sender.Id, target.Type, target.Id));
        lock (_gate)
        {
            if (_closing.TryGetValue((ask.Source, ask.Target), out var closed))
            {
                return closed;
            }

            if (_asks.Count < FlowTable.MaxEdges && _asks.Add(ask) && Closed(ask) is { } cycle)
            {
                _closing.Add((ask.Source, ask.Target), cycle);
                return cycle;
            }

            return null;
        }
    }

    /// <summary>How many asks were noted for the first time.</summary>
    public int Changes
    {
        get
        {
            lock (_gate)
            {
                return _asks.Count;
            }
        }
    }

    /// <summary>All asks, also the refused ones.</summary>
    public AskedEdge[] All()
    {
        lock (_gate)
        {
            return [.. _asks];
        }
    }

    /// <summary>Refuses all further asks of cycles of which other hosts know a part.</summary>
    public void Close(IEnumerable<PossibleDeadlock> cycles)
    {
        lock (_gate)
        {
            // Of a cycle that was closed here, the asks before the last go on.
            foreach (var cycle in cycles.Where(cycle => !cycle.Steps.Any(step => _closing.ContainsKey((step.ActorType, step.AskedType)))))
            {
                foreach (var step in cycle.Steps)
                {
                    _closing.TryAdd((step.ActorType, step.AskedType), cycle);
                }
            }
        }
    }

    private PossibleDeadlock? Closed(AskedEdge ask) => Array.Find(
        AskCycles.Find(_asks).Cycles, cycle => cycle.Steps.Any(step => step.ActorType == ask.Source && step.AskedType == ask.Target));
}
