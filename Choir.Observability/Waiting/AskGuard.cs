using Microsoft.Extensions.Logging;

namespace Choir.Observability;

/// <summary>
/// Refuses asks that close a cycle of asks between actor types, so that a test run fails before the deadlock happens. Used only with
/// <c>ActorOptions.FailsPossibleDeadlocks</c>: it takes a lock for each ask.
/// </summary>
internal sealed class AskGuard(ILogger<AskGuard> logger)
{
    // Quiet, because it is called in the actor's turn.
    private readonly QuietLogger _logger = new(logger);
    private readonly Lock _gate = new();
    private readonly HashSet<AskedEdge> _asks = [];

    // Of the asks that were not refused: by source and target the message types.
    private readonly Dictionary<string, Dictionary<string, HashSet<string>>> _sent = new(StringComparer.Ordinal);
    private readonly Dictionary<string, AskOrder> _orders = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Source, string Target), PossibleDeadlock> _closing = [];
    private bool _isFull;

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

            if (_asks.Contains(ask) || _isFull)
            {
                return null;
            }

            if (_asks.Count < FlowTable.MaxEdges)
            {
                return Note(ask);
            }

            _isFull = true;
        }

        // Outside of the lock, because log providers may do anything.
        _logger.AskGuardFull(FlowTable.MaxEdges);
        return null;
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

    private PossibleDeadlock? Note(AskedEdge ask)
    {
        _asks.Add(ask);
        if (PathBack(ask) is { } types)
        {
            var cycle = AskCycles.Cycle(types, (source, target) => AskCycles.Named(
                [.. MessagesOf(source, target), .. source == ask.Source && target == ask.Target ? [ask.MessageType] : Array.Empty<string>()]));
            _closing.Add((ask.Source, ask.Target), cycle);
            return cycle;
        }

        if (!_sent.TryGetValue(ask.Source, out var targets))
        {
            _sent.Add(ask.Source, targets = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal));
        }

        if (!targets.TryGetValue(ask.Target, out var messages))
        {
            targets.Add(ask.Target, messages = new HashSet<string>(StringComparer.Ordinal));
        }

        messages.Add(ask.MessageType);
        return null;
    }

    private HashSet<string> MessagesOf(string source, string target) =>
        _sent.TryGetValue(source, out var targets) && targets.TryGetValue(target, out var messages) ? messages : [];

    /// <summary>The types of the shortest cycle that an ask closes; null if it closes none. Looks at each noted ask once at most.</summary>
    private List<string>? PathBack(AskedEdge ask)
    {
        if (ask.Source == ask.Target)
        {
            var order = _orders.GetValueOrDefault(ask.Source) | ask.Order;
            _orders[ask.Source] = order;
            return order == AskOrder.Both ? [ask.Source] : null;
        }

        if (_sent.TryGetValue(ask.Source, out var known) && known.ContainsKey(ask.Target))
        {
            return null;
        }

        var before = new Dictionary<string, string?>(StringComparer.Ordinal) { [ask.Target] = null };
        var next = new Queue<string>([ask.Target]);
        while (next.TryDequeue(out var type))
        {
            if (type == ask.Source)
            {
                var path = new List<string>();
                for (string? at = type; at is not null; at = before[at])
                {
                    path.Add(at);
                }

                path.Reverse();
                return path;
            }

            foreach (var target in _sent.TryGetValue(type, out var targets) ? targets.Keys.AsEnumerable() : [])
            {
                if (before.TryAdd(target, type))
                {
                    next.Enqueue(target);
                }
            }
        }

        return null;
    }
}
