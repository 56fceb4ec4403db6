namespace Choir.Observatory.Flow.Layout;

/// <summary>
/// Where the nodes and links of the flow are drawn: in layers from left to right, those outside of actors first. It depends only on the
/// names of the nodes and links, not on figures or their order. No line crosses a node.
/// </summary>
/// <param name="Nodes">The nodes.</param>
/// <param name="Links">The links; from right to left where they close a cycle.</param>
/// <param name="Top">The upper end of the drawing.</param>
/// <param name="Width">The width of the drawing.</param>
/// <param name="Height">The height of the drawing.</param>
/// <param name="IsDense">Whether there are too many links or columns for a place for each label.</param>
public sealed record FlowLayout(
    IReadOnlyList<PlacedNode> Nodes, IReadOnlyList<PlacedLink> Links, double Top, double Width, double Height, bool IsDense)
{
    /// <summary>The width of a node.</summary>
    public const double NodeWidth = 150;

    /// <summary>How much higher than <see cref="PlacedNode.Height"/> a node may be drawn, downwards, to show its load.</summary>
    public const double Growth = 32;

    /// <summary>The most links that each have a place for their label.</summary>
    public const int MaxRoomyLinks = 40;

    /// <summary>The most columns with a place for each label between them. More would not fit beside each other on a usual screen.</summary>
    public const int MaxRoomyLayers = 4;

    internal const double Margin = 12;

    /// <summary>Whether it has the nodes and links of the figures, and no others.</summary>
    /// <param name="figures">The figures.</param>
    public bool Fits(FlowFigures figures) =>
        Nodes.Select(node => node.Name).SequenceEqual(figures.Nodes.Select(node => node.Name))
        && Links.Select(link => (link.From, link.To)).SequenceEqual(figures.Links.Select(link => (link.From, link.To)));

    /// <summary>Computes the layout.</summary>
    /// <param name="nodes">The names of the nodes.</param>
    /// <param name="links">The links between them.</param>
    /// <param name="previous">The layout that is shown: its nodes keep their layers and their order, if the links allow it.</param>
    public static FlowLayout Of(IEnumerable<string> nodes, IEnumerable<(string From, string To)> links, FlowLayout? previous = null)
    {
        string[] names = [.. FlowReading.InOrder(nodes.Distinct())];
        (string From, string To)[] pairs =
        [
            .. links.Distinct().OrderBy(link => link.From, StringComparer.Ordinal).ThenBy(link => link.To, StringComparer.Ordinal),
        ];
        var isDense = pairs.Length > MaxRoomyLinks || NodeLayers.Of(names, pairs, isDense: false).Values.DefaultIfEmpty().Max() >= MaxRoomyLayers;
        previous = previous?.IsDense == isDense ? previous : null;
        var before = (previous?.Nodes ?? []).Where(node => names.Contains(node.Name)).ToDictionary(node => node.Name);
        var layers = NodeLayers.Keeping(names, pairs, before.ToDictionary(node => node.Key, node => node.Value.Layer), isDense);
        if (layers is null)
        {
            (layers, before) = (NodeLayers.Of(names, pairs, isDense), []);
        }

        var graph = new RankedGraph(names, pairs, layers, isDense);
        RankOrder.Arrange(graph, before.ToDictionary(node => node.Key, node => node.Value.Y));
        RankPositions.Assign(graph, before.ToDictionary(node => node.Key, node => node.Value.Y));
        return FlowRoutes.Draw(graph, pairs, layers);
    }
}

/// <summary>A node at its place.</summary>
/// <param name="Name">The name.</param>
/// <param name="Layer">Its column, from 0 at the left.</param>
/// <param name="X">Its left end.</param>
/// <param name="Y">Its upper end.</param>
/// <param name="Height">Its least height: the lines end in this part of its sides.</param>
public sealed record PlacedNode(string Name, int Layer, double X, double Y, double Height);

/// <summary>A link at its place.</summary>
/// <param name="From">The sender.</param>
/// <param name="To">The receiver.</param>
/// <param name="Line">The line, from the sender to the arrow: the data of a path.</param>
/// <param name="Arrow">The arrow: the data of a path.</param>
/// <param name="LabelX">The middle of the label.</param>
/// <param name="LabelY">The middle of the label.</param>
public sealed record PlacedLink(string From, string To, string Line, string Arrow, double LabelX, double LabelY);
