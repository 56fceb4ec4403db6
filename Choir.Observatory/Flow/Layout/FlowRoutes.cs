using System.Globalization;
using System.Text;

namespace Choir.Observatory.Flow.Layout;

/// <summary>Draws the lines: level past nodes, curved only in the spaces between layers.</summary>
internal static class FlowRoutes
{
    private const double ArrowLength = 8;
    private const double LabelSpace = 136;
    private const double RoomyGap = 218;
    private const double DenseGap = 142;
    private const double MaxReach = 130;

    public static FlowLayout Draw(RankedGraph graph, IReadOnlyList<(string From, string To)> pairs, IReadOnlyDictionary<string, int> layers)
    {
        var pitch = FlowLayout.NodeWidth + (graph.IsDense ? DenseGap : RoomyGap);
        var nodes = graph.Nodes.ToDictionary(node => node.Key, node => new PlacedNode(
            node.Key, layers[node.Key], FlowLayout.Margin + (layers[node.Key] * pitch), Round(node.Value.Y - (node.Value.Height / 2)), node.Value.Height));
        var links = new List<PlacedLink>(pairs.Count);
        for (var i = 0; i < pairs.Count; i++)
        {
            var (from, to) = (nodes[pairs[i].From], nodes[pairs[i].To]);
            links.Add(from == to ? Loop(from) : from.Layer == to.Layer ? Turn(graph, graph.Chains[i][0], from, to, pitch) : Line(graph, graph.Chains[i], from, to, pitch));
        }

        var items = graph.Ranks.SelectMany(rank => rank).ToArray();
        var top = items.Select(item => item.Y - item.Above).DefaultIfEmpty().Min() - FlowLayout.Margin;
        var bottom = items.Select(item => item.Y + item.Below).DefaultIfEmpty().Max() + FlowLayout.Margin;
        var width = (FlowLayout.Margin * 2) + FlowLayout.NodeWidth + (pitch * layers.Values.DefaultIfEmpty().Max())
            + (graph.Ranks[^1].Count > 0 ? MaxReach * 0.75 : 0);
        return new FlowLayout([.. nodes.Values], links, Math.Floor(top), width, Math.Ceiling(bottom - Math.Floor(top)), graph.IsDense);
    }

    private static PlacedLink Line(RankedGraph graph, RankItem[] chain, PlacedNode from, PlacedNode to, double pitch)
    {
        var isBack = from.Layer > to.Layer;
        RankItem[] way = isBack ? [.. chain.Reverse()] : chain;
        var direction = isBack ? -1 : 1;
        var start = (X: isBack ? from.X : from.X + FlowLayout.NodeWidth, Y: End(graph, graph.Nodes[from.Name], way[0], toRight: !isBack));
        var tip = (X: isBack ? to.X + FlowLayout.NodeWidth : to.X, Y: End(graph, graph.Nodes[to.Name], way[^1], toRight: isBack));
        var label = chain[RankedGraph.LabelIndex(chain.Length)];

        var line = new StringBuilder().Append(CultureInfo.InvariantCulture, $"M{start.X:0.#} {start.Y:0.#}");
        var (at, labelY) = (start, label.Y);
        foreach (var item in way)
        {
            // In a dense graph, a line turns in one curve from one layer to the next.
            if (item.Rank % 2 == 1 && graph.IsDense)
            {
                continue;
            }

            var half = item.Rank % 2 == 0 ? FlowLayout.NodeWidth / 2 : item == label ? LabelSpace / 2 : 0;
            var middle = Middle(item.Rank, pitch);
            Curve(line, ref at, (middle - (direction * half), item.Y), label, pitch, ref labelY);
            at = (middle + (direction * half), item.Y);
            line.Append(CultureInfo.InvariantCulture, $"H{at.X:0.#}");
        }

        Curve(line, ref at, (tip.X - (direction * ArrowLength), tip.Y), label, pitch, ref labelY);
        var arrow = string.Create(CultureInfo.InvariantCulture, $"M{tip.X:0.#} {tip.Y:0.#}l{-direction * (ArrowLength + 1)} -4.5v9z");
        return new PlacedLink(from.Name, to.Name, line.ToString(), arrow, Middle(label.Rank, pitch), Round(labelY));
    }

    private static void Curve(
        StringBuilder line, ref (double X, double Y) at, (double X, double Y) to, RankItem label, double pitch, ref double labelY)
    {
        var middle = (at.X + to.X) / 2;
        line.Append(CultureInfo.InvariantCulture, $"C{middle:0.#} {at.Y:0.#} {middle:0.#} {to.Y:0.#} {to.X:0.#} {to.Y:0.#}");
        var labelX = Middle(label.Rank, pitch);
        if (labelX > Math.Min(at.X, to.X) && labelX < Math.Max(at.X, to.X))
        {
            labelY = (at.Y + to.Y) / 2;
        }

        at = to;
    }

    // A link within a layer: out at the right side of one node and back to the right side of the other.
    private static PlacedLink Turn(RankedGraph graph, RankItem turn, PlacedNode from, PlacedNode to, double pitch)
    {
        var x = from.X + FlowLayout.NodeWidth;
        var (start, end) = (End(graph, graph.Nodes[from.Name], turn, toRight: true), End(graph, graph.Nodes[to.Name], turn, toRight: true));
        var reach = x + Math.Min(MaxReach, 40 + (Math.Abs(end - start) * 0.25));
        var line = string.Create(CultureInfo.InvariantCulture, $"M{x:0.#} {start:0.#}C{reach:0.#} {start:0.#} {reach:0.#} {end:0.#} {x + ArrowLength:0.#} {end:0.#}");
        var arrow = string.Create(CultureInfo.InvariantCulture, $"M{x:0.#} {end:0.#}l{ArrowLength + 1} -4.5v9z");
        return new PlacedLink(from.Name, to.Name, line, arrow, Middle(turn.Rank, pitch), Round((start + end) / 2));
    }

    // A message to the own type: a loop over the left part of the node, its label beside it.
    private static PlacedLink Loop(PlacedNode node)
    {
        var (left, right) = (node.X + 12, node.X + 34);
        var line = string.Create(CultureInfo.InvariantCulture, $"M{left:0.#} {node.Y:0.#}C{left:0.#} {node.Y - 34:0.#} {right:0.#} {node.Y - 34:0.#} {right:0.#} {node.Y - ArrowLength:0.#}");
        var arrow = string.Create(CultureInfo.InvariantCulture, $"M{right:0.#} {node.Y:0.#}l-4.5 {-ArrowLength - 1}h9z");
        return new PlacedLink(node.Name, node.Name, line, arrow, node.X + 38 + ((FlowLayout.NodeWidth - 38) / 2), node.Y - 26);
    }

    // The lines at a side of a node end in the order of their next places.
    private static double End(RankedGraph graph, RankItem node, RankItem next, bool toRight)
    {
        var neighbours = (toRight ? node.Right : node.Left).OrderBy(item => item.Order).ToList();
        return Round(node.Y) + ((neighbours.IndexOf(next) - ((neighbours.Count - 1) / 2.0)) * graph.EndDistance);
    }

    private static double Middle(int rank, double pitch) => FlowLayout.Margin + (FlowLayout.NodeWidth / 2) + (rank * pitch / 2);

    private static double Round(double value) => Math.Round(value * 2) / 2;
}
