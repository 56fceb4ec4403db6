namespace Choir.Actors.Telemetry;

/// <summary>Finds cycles in which actor types ask each other.</summary>
internal static class AskCycles
{
    /// <summary>The most cycles that are named.</summary>
    public const int MaxCycles = 50;

    /// <summary>The most message types that are named of one step.</summary>
    private const int MaxMessageTypes = 20;

    /// <summary>
    /// For each edge that is part of a cycle the shortest one through it, each cycle once. Of actors of one type that ask each other, an
    /// order may exist: if each asks only those with a greater id, or each only those with a smaller one, no cycle can close.
    /// </summary>
    /// <param name="asks">The edges of all hosts.</param>
    /// <returns>The cycles, and whether there are more.</returns>
    public static (PossibleDeadlock[] Cycles, bool IsCut) Find(IEnumerable<AskedEdge> asks)
    {
        var edges = asks.GroupBy(ask => (ask.Source, ask.Target))
            .Where(same => same.Key.Source != same.Key.Target || same.Aggregate(AskOrder.None, (order, ask) => order | ask.Order) == AskOrder.Both)
            .ToDictionary(same => same.Key, same => same.Select(ask => ask.MessageType).Distinct().Order(StringComparer.Ordinal).Take(MaxMessageTypes).ToArray());
        var left = WithoutEnds(edges.Keys).OrderBy(edge => edge.Source, StringComparer.Ordinal).ThenBy(edge => edge.Target, StringComparer.Ordinal).ToArray();
        var targets = left.ToLookup(edge => edge.Source, edge => edge.Target, StringComparer.Ordinal);
        var found = new Dictionary<string, PossibleDeadlock>(StringComparer.Ordinal);
        foreach (var (source, target) in left)
        {
            if (Path(target, source, targets) is not { } types)
            {
                continue;
            }

            var first = types.IndexOf(types.Min(StringComparer.Ordinal)!);
            string[] ordered = [.. types[first..], .. types[..first]];
            var cycle = new PossibleDeadlock(
                [.. ordered.Select((type, at) => (type, Next: ordered[(at + 1) % ordered.Length])).Select(step => new AskStep(step.type, step.Next, edges[step]))]);
            if (!found.ContainsKey(cycle.Key) && found.Count == MaxCycles)
            {
                return ([.. found.Values], true);
            }

            found.TryAdd(cycle.Key, cycle);
        }

        return ([.. found.Values], false);
    }

    /// <summary>
    /// Leaves out edges from types that are not asked, and to types that ask nobody, again and again. What is left is mostly in cycles,
    /// so that a large flow without a cycle costs no search.
    /// </summary>
    private static HashSet<(string Source, string Target)> WithoutEnds(IEnumerable<(string Source, string Target)> edges)
    {
        var left = edges.ToHashSet();
        int before;
        do
        {
            before = left.Count;
            var (sources, targets) = (left.Select(edge => edge.Source).ToHashSet(), left.Select(edge => edge.Target).ToHashSet());
            left.RemoveWhere(edge => !targets.Contains(edge.Source) || !sources.Contains(edge.Target));
        }
        while (left.Count < before);
        return left;
    }

    /// <summary>The types of the shortest cycle: from the target of an edge to its source, over as few types as possible.</summary>
    private static List<string>? Path(string from, string to, ILookup<string, string> targets)
    {
        var before = new Dictionary<string, string?>(StringComparer.Ordinal) { [from] = null };
        var next = new Queue<string>([from]);
        while (next.TryDequeue(out var type))
        {
            if (type == to)
            {
                var path = new List<string>();
                for (var at = type; at is not null; at = before[at])
                {
                    path.Add(at);
                }

                path.Reverse();
                return path;
            }

            foreach (var target in targets[type])
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
