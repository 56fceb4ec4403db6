namespace Choir.Observatory.Flow.Layout;

/// <summary>
/// Gives the items of each rank their heights in the drawing: near those of their neighbours, in the rank's order and at the least
/// distances.
/// </summary>
internal static class RankPositions
{
    private const int Sweeps = 16;
    private const double KnownWeight = 1_000;

    /// <param name="graph">The graph, its ranks in order.</param>
    /// <param name="known">The upper ends of nodes that stay where they are, if there is room.</param>
    public static void Assign(RankedGraph graph, IReadOnlyDictionary<string, double> known)
    {
        foreach (var rank in graph.Ranks)
        {
            Place(rank, graph, _ => (0, 1));
        }

        for (var sweep = 0; sweep < Sweeps; sweep++)
        {
            var toRight = sweep % 2 == 0;
            for (var i = 0; i < graph.Ranks.Count; i++)
            {
                var isLast = sweep >= Sweeps - 4;
                Place(graph.Ranks[toRight ? i : graph.Ranks.Count - 1 - i], graph, item => Wanted(item, known, isLast ? [.. item.Left, .. item.Right] : toRight ? item.Left : item.Right));
            }
        }
    }

    // Lines are straight where they can be: a line's own parts pull most.
    private static (double Y, double Weight) Wanted(RankItem item, IReadOnlyDictionary<string, double> known, List<RankItem> neighbours)
    {
        if (item.Node is not null && known.TryGetValue(item.Node, out var top))
        {
            return (top + (item.Height / 2), KnownWeight);
        }

        if (neighbours.Count == 0)
        {
            return (item.Y, 0.1);
        }

        double Weight(RankItem neighbour) => (item.Node, neighbour.Node) switch { (null, null) => 6, (null, _) or (_, null) => 2, _ => 1 };
        var weight = neighbours.Sum(Weight);
        return (neighbours.Sum(neighbour => neighbour.Y * Weight(neighbour)) / weight, weight);
    }

    // The places with the least squares of deviations: items that would be too near are joined to a block at their mean.
    private static void Place(List<RankItem> rank, RankedGraph graph, Func<RankItem, (double Y, double Weight)> wanted)
    {
        var blocks = new List<(double At, double Weight, int Count)>();
        var offsets = new double[rank.Count];
        for (var i = 0; i < rank.Count; i++)
        {
            offsets[i] = i == 0 ? 0 : offsets[i - 1] + graph.Distance(rank[i - 1], rank[i]);
            var (y, weight) = wanted(rank[i]);
            blocks.Add((y - offsets[i], weight, 1));
            while (blocks.Count > 1 && blocks[^2].At >= blocks[^1].At)
            {
                var (one, other) = (blocks[^2], blocks[^1]);
                blocks.RemoveAt(blocks.Count - 1);
                var sum = one.Weight + other.Weight;
                blocks[^1] = (((one.At * one.Weight) + (other.At * other.Weight)) / sum, sum, one.Count + other.Count);
            }
        }

        var next = 0;
        foreach (var (at, _, count) in blocks)
        {
            for (var end = next + count; next < end; next++)
            {
                rank[next].Y = at + offsets[next];
            }
        }
    }
}
