namespace Choir.Observatory.Flow;

/// <summary>What is selected in the graph: a node, or a link.</summary>
/// <param name="Node">The node; null if a link is selected.</param>
/// <param name="From">The sender of the link; null if a node is selected.</param>
/// <param name="To">The receiver of the link; null if a node is selected.</param>
public sealed record FlowSelection(string? Node, string? From = null, string? To = null)
{
    /// <summary>The selection of a link.</summary>
    /// <param name="link">The link.</param>
    public static FlowSelection Of(FlowLink link) => new(null, link.From, link.To);

    /// <summary>Whether a link is the selected one, or one of the selected node.</summary>
    /// <param name="link">The link.</param>
    public bool Concerns(FlowLink link) => Node is null ? IsLink(link) : link.From == Node || link.To == Node;

    /// <summary>Whether a link is the selected one.</summary>
    /// <param name="link">The link.</param>
    public bool IsLink(FlowLink link) => Node is null && link.From == From && link.To == To;

    /// <summary>Whether a node is the selected one, or an end of a link that the selection concerns.</summary>
    /// <param name="node">The node.</param>
    /// <param name="links">All links.</param>
    public bool Concerns(string node, IReadOnlyList<FlowLink> links) =>
        Node is null ? node == From || node == To : node == Node || links.Any(link => Concerns(link) && (link.From == node || link.To == node));
}
