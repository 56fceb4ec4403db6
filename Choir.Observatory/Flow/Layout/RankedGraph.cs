namespace Choir.Observatory.Flow.Layout;

/// <summary>
/// The graph in ranks: layers of nodes are the even ones, the spaces between them the odd ones. A link has an item in each rank between
/// its ends, so that lines and labels have their own places beside the nodes; a link within a layer has one in the space at its right.
/// </summary>
internal sealed class RankedGraph
{
    private const double LoopHeight = 62;

    public RankedGraph(
        IReadOnlyList<string> nodes, IReadOnlyList<(string From, string To)> links, IReadOnlyDictionary<string, int> layers, bool isDense)
    {
        IsDense = isDense;
        Ranks = [.. Enumerable.Range(0, (2 * layers.Values.DefaultIfEmpty().Max()) + 2).Select(_ => new List<RankItem>())];
        foreach (var node in nodes)
        {
            Nodes[node] = Add(new RankItem(2 * layers[node]) { Node = node });
        }

        Chains = [.. links.Select(link => link.From == link.To ? [] : Chain(Nodes[link.From], Nodes[link.To]))];
        foreach (var (name, item) in Nodes)
        {
            var ends = Math.Max(item.Left.Count, item.Right.Count);
            item.Height = Math.Max(
                (isDense ? 36 : 40) + ((FlowNames.OfNode(name, isDense).Count - 1) * FlowNames.LineHeight), 10 + (ends * EndDistance));
            item.Above = (item.Height / 2) + (links.Contains((name, name)) ? LoopHeight : 0);
            item.Below = (item.Height / 2) + FlowLayout.Growth;
        }
    }

    /// <summary>Whether labels have no place of their own.</summary>
    public bool IsDense { get; }

    /// <summary>The distance between the ends of lines at a node.</summary>
    public double EndDistance => IsDense ? 5 : 8;

    /// <summary>The items of each rank from top to bottom.</summary>
    public IReadOnlyList<List<RankItem>> Ranks { get; }

    /// <summary>The nodes by name.</summary>
    public Dictionary<string, RankItem> Nodes { get; } = [];

    /// <summary>The items of each link from its left to its right end, without the nodes.</summary>
    public IReadOnlyList<RankItem[]> Chains { get; }

    /// <summary>The least distance between the middles of two items of a rank.</summary>
    public double Distance(RankItem upper, RankItem lower) =>
        upper.Below + lower.Above + (upper.Node is not null && lower.Node is not null ? 14 : IsDense ? 5 : 8);

    private RankItem[] Chain(RankItem from, RankItem to)
    {
        if (from.Rank == to.Rank)
        {
            var turn = Add(new RankItem(from.Rank + 1) { Above = 2, Below = 2, Left = { from, to } });
            from.Right.Add(turn);
            to.Right.Add(turn);
            return [turn];
        }

        var (left, right) = from.Rank < to.Rank ? (from, to) : (to, from);
        var items = Enumerable.Range(left.Rank + 1, right.Rank - left.Rank - 1).Select(rank => Add(new RankItem(rank) { Above = 2, Below = 2 })).ToArray();
        if (!IsDense)
        {
            var label = items[LabelIndex(items.Length)];
            (label.Above, label.Below) = (-FlowLabels.Top(FlowLabels.MaxNameLines, isDense: false), FlowLabels.Below);
        }

        RankItem[] all = [left, .. items, right];
        for (var i = 1; i < all.Length; i++)
        {
            all[i - 1].Right.Add(all[i]);
            all[i].Left.Add(all[i - 1]);
        }

        return items;
    }

    /// <summary>Which item of a link has its label: that in the middle space.</summary>
    public static int LabelIndex(int items) => items / 2 / 2 * 2;

    private RankItem Add(RankItem item)
    {
        Ranks[item.Rank].Add(item);
        return item;
    }
}

/// <summary>A node, or a link's way through a rank.</summary>
internal sealed class RankItem(int rank)
{
    public int Rank { get; } = rank;

    /// <summary>The node's name; null for a link.</summary>
    public string? Node { get; init; }

    /// <summary>A node's height without growth.</summary>
    public double Height { get; set; }

    /// <summary>The place that it takes above its middle.</summary>
    public double Above { get; set; }

    /// <summary>The place that it takes below its middle.</summary>
    public double Below { get; set; }

    /// <summary>Its place in its rank, from 0 at the top.</summary>
    public int Order { get; set; }

    /// <summary>Its middle.</summary>
    public double Y { get; set; }

    public List<RankItem> Left { get; } = [];

    public List<RankItem> Right { get; } = [];
}
