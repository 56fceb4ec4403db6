namespace Choir.Observatory.Flow.Layout;

/// <summary>Orders the items of each rank so that few lines cross: by the mean place of their neighbours, again and again.</summary>
internal static class RankOrder
{
    private const int Sweeps = 24;

    /// <param name="graph">The graph.</param>
    /// <param name="known">The places of nodes that keep their order among each other.</param>
    public static void Arrange(RankedGraph graph, IReadOnlyDictionary<string, double> known)
    {
        Start(graph);
        Number(graph, known);
        var best = graph.Ranks.Select(rank => rank.ToArray()).ToArray();
        var fewest = Crossings(graph);
        for (var sweep = 0; sweep < Sweeps && fewest > 0; sweep++)
        {
            var toRight = sweep % 2 == 0;
            for (var i = 1; i < graph.Ranks.Count; i++)
            {
                var rank = graph.Ranks[toRight ? i : graph.Ranks.Count - 1 - i];
                Sort(rank, item => Mean(toRight ? item.Left : item.Right) ?? item.Order);
                KeepKnown(rank, known);
            }

            Swap(graph, known);
            var crossings = Crossings(graph);
            if (crossings < fewest)
            {
                (fewest, best) = (crossings, [.. graph.Ranks.Select(rank => rank.ToArray())]);
            }
        }

        for (var i = 0; i < best.Length; i++)
        {
            SetRank(graph.Ranks[i], best[i]);
        }
    }

    // Nodes that are linked start beside each other.
    private static void Start(RankedGraph graph)
    {
        var seen = new HashSet<RankItem>();
        var ranks = graph.Ranks.Select(_ => new List<RankItem>()).ToArray();
        foreach (var item in graph.Ranks.SelectMany(rank => rank))
        {
            Visit(item);
        }

        for (var i = 0; i < ranks.Length; i++)
        {
            SetRank(graph.Ranks[i], ranks[i]);
        }

        void Visit(RankItem item)
        {
            if (seen.Add(item))
            {
                ranks[item.Rank].Add(item);
                item.Right.ForEach(Visit);
            }
        }
    }

    private static void Number(RankedGraph graph, IReadOnlyDictionary<string, double> known)
    {
        foreach (var rank in graph.Ranks)
        {
            KeepKnown(rank, known);
        }
    }

    private static double? Mean(List<RankItem> neighbours) => neighbours.Count == 0 ? null : neighbours.Average(item => item.Order);

    private static void Sort(List<RankItem> rank, Func<RankItem, double> by) => SetRank(rank, [.. rank.OrderBy(by).ThenBy(item => item.Order)]);

    private static void SetRank(List<RankItem> rank, IReadOnlyList<RankItem> items)
    {
        for (var i = 0; i < items.Count; i++)
        {
            rank[i] = items[i];
            items[i].Order = i;
        }
    }

    // Known nodes take the places that known nodes have, in their former order.
    private static void KeepKnown(List<RankItem> rank, IReadOnlyDictionary<string, double> known)
    {
        bool IsKnown(RankItem item) => item.Node is not null && known.ContainsKey(item.Node);
        using var inOrder = rank.Where(IsKnown).OrderBy(item => known[item.Node!]).ToList().GetEnumerator();
        SetRank(rank, [.. rank.Select(item => IsKnown(item) && inOrder.MoveNext() ? inOrder.Current : item)]);
    }

    // Neighbours in a rank change places where fewer lines cross then.
    private static void Swap(RankedGraph graph, IReadOnlyDictionary<string, double> known)
    {
        foreach (var rank in graph.Ranks)
        {
            for (var i = 1; i < rank.Count; i++)
            {
                var (upper, lower) = (rank[i - 1], rank[i]);
                var areKnown = upper.Node is not null && lower.Node is not null && known.ContainsKey(upper.Node) && known.ContainsKey(lower.Node);
                if (!areKnown && Between(lower, upper) < Between(upper, lower))
                {
                    (rank[i - 1], rank[i]) = (lower, upper);
                    (lower.Order, upper.Order) = (i - 1, i);
                }
            }
        }
    }

    // The crossings of the lines of two items, if the first is above the second.
    private static int Between(RankItem upper, RankItem lower) =>
        upper.Left.Sum(one => lower.Left.Count(other => other.Order < one.Order))
        + upper.Right.Sum(one => lower.Right.Count(other => other.Order < one.Order));

    private static long Crossings(RankedGraph graph) => graph.Ranks.Sum(rank =>
    {
        // For each line, those before it that end below it.
        var ends = rank.SelectMany(item => item.Right.Select(right => right.Order).Order()).ToArray();
        var most = ends.DefaultIfEmpty().Max() + 1;
        var tree = new int[most + 1];
        long crossings = 0;
        for (var i = 0; i < ends.Length; i++)
        {
            var notBelow = 0;
            for (var at = ends[i] + 1; at > 0; at -= at & -at)
            {
                notBelow += tree[at];
            }

            crossings += i - notBelow;
            for (var at = ends[i] + 1; at <= most; at += at & -at)
            {
                tree[at]++;
            }
        }

        return crossings;
    });
}
