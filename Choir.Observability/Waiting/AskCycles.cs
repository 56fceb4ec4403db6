namespace Choir.Observability;

/// <summary>Finds cycles in which actor types ask each other.</summary>
internal static class AskCycles
{
    /// <summary>The most cycles that are named.</summary>
    public const int MaxCycles = 50;

    /// <summary>The most message types that are named of one step.</summary>
    public const int MaxMessageTypes = 20;

    /// <summary>The most edges that one search looks at: some hundredths of a second. It runs each second while a page is open.</summary>
    private const int MaxWork = 2_000_000;

    /// <summary>
    /// For each edge that is part of a cycle the shortest one through it, each cycle once. Of actors of one type that ask each other, an
    /// order may exist: if each asks only those with a greater id, or each only those with a smaller one, no cycle can close.
    /// </summary>
    /// <param name="asks">The edges of all hosts.</param>
    /// <returns>The cycles, and whether there may be more.</returns>
    public static (PossibleDeadlock[] Cycles, bool IsCut) Find(IEnumerable<AskedEdge> asks)
    {
        var edges = asks.GroupBy(ask => (ask.Source, ask.Target))
            .Where(same => same.Key.Source != same.Key.Target || same.Aggregate(AskOrder.None, (order, ask) => order | ask.Order) == AskOrder.Both)
            .ToDictionary(same => same.Key, same => Named(same.Select(ask => ask.MessageType)));
        var graph = new AskGraph(edges.Keys);
        var found = new Dictionary<string, PossibleDeadlock>(StringComparer.Ordinal);
        var work = MaxWork;
        foreach (var (source, target) in graph.EdgesInCycles())
        {
            if (graph.Path(target, source, ref work) is not { } types)
            {
                // Each of these edges is in a cycle, so that only the work can have ended the search.
                return ([.. found.Values], true);
            }

            var cycle = Cycle(types, (asker, asked) => edges[(asker, asked)]);
            if (!found.ContainsKey(cycle.Key) && found.Count == MaxCycles)
            {
                return ([.. found.Values], true);
            }

            found.TryAdd(cycle.Key, cycle);
        }

        return ([.. found.Values], false);
    }

    /// <summary>The message types that are named of a step.</summary>
    public static string[] Named(IEnumerable<string> messageTypes) =>
        [.. messageTypes.Distinct().Order(StringComparer.Ordinal).Take(MaxMessageTypes)];

    /// <param name="types">The types of the cycle: each asks the next, the last the first.</param>
    /// <param name="messages">The message types of a step.</param>
    public static PossibleDeadlock Cycle(IReadOnlyList<string> types, Func<string, string, string[]> messages)
    {
        // Starts with the same type, whichever edge it was found by.
        var first = 0;
        for (var at = 1; at < types.Count; at++)
        {
            first = string.CompareOrdinal(types[at], types[first]) < 0 ? at : first;
        }

        return new PossibleDeadlock([.. Enumerable.Range(first, types.Count).Select(at =>
        {
            var (type, next) = (types[at % types.Count], types[(at + 1) % types.Count]);
            return new AskStep(type, next, messages(type, next));
        })]);
    }
}
