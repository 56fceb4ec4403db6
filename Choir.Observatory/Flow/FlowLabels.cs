using Choir.Observatory.Components;
using Choir.Observatory.Flow.Layout;

namespace Choir.Observatory.Flow;

/// <summary>Chooses the links that have labels: all if each has a place, otherwise the selected and the busiest whose labels do not overlap.</summary>
internal static class FlowLabels
{
    public const double Width = 138;

    /// <summary>The most lines of names in a label that has a place of its own, above that of its figures.</summary>
    public const int MaxNameLines = 2;

    /// <summary>The part of a label below its link's line, where there is a place for it: the figures.</summary>
    public const double Below = 18;

    private const double OneLineHeight = 36;
    private const int MaxBusiest = 14;
    private const int MaxDenseNameLines = 3;
    private const int NameCharacters = 18;
    private const int DenseNameCharacters = 13;

    /// <summary>The busiest message type, and how many others there are.</summary>
    public static IReadOnlyList<string> Lines(FlowLink link, bool isDense)
    {
        var (length, maxLines) = isDense ? (DenseNameCharacters, MaxDenseNameLines) : (NameCharacters, MaxNameLines);
        var lines = FlowNames.Lines(MessageTypes.Name(link.Messages[0].Type), length, maxLines);
        if (link.Messages.Count == 1)
        {
            return lines;
        }

        var others = $"+{link.Messages.Count - 1}{(isDense ? "" : " more")}";
        return lines[^1].Length + 1 + others.Length <= length ? [.. lines.SkipLast(1), $"{lines[^1]} {others}"]
            : lines.Count < maxLines ? [.. lines, others]
            : [.. lines.SkipLast(1), $"{FlowNames.Short(lines[^1], length - 1 - others.Length)} {others}"];
    }

    /// <summary>The height of a label.</summary>
    /// <param name="nameLines">The lines of its name.</param>
    public static double Height(int nameLines) => OneLineHeight + ((nameLines - 1) * FlowNames.LineHeight);

    /// <summary>
    /// The upper end of a label, as seen from its place. With a place of its own, names are above the line and figures below; otherwise the
    /// middle of the label is on the line.
    /// </summary>
    /// <param name="nameLines">The lines of its name.</param>
    /// <param name="isDense">Whether labels have no place of their own.</param>
    public static double Top(int nameLines, bool isDense) => isDense ? -Height(nameLines) / 2 : Below - Height(nameLines);

    public static IReadOnlyList<(FlowLink Link, PlacedLink Place)> Choose(FlowFigures figures, FlowLayout layout, FlowSelection? selection)
    {
        var places = layout.Links.ToDictionary(place => (place.From, place.To));
        var all = figures.Links.Where(link => places.ContainsKey((link.From, link.To))).Select(link => (Link: link, Place: places[(link.From, link.To)]));
        if (!layout.IsDense)
        {
            return [.. all];
        }

        var chosen = new List<(FlowLink Link, PlacedLink Place)>();
        var wanted = all.Where(one => selection?.Concerns(one.Link) ?? one.Link.Rate > 0)
            .OrderByDescending(one => one.Link.Rate).ThenBy(one => one.Link.From, StringComparer.Ordinal).ThenBy(one => one.Link.To, StringComparer.Ordinal);
        foreach (var one in wanted)
        {
            if (chosen.Count < MaxBusiest && !chosen.Any(other => Math.Abs(other.Place.LabelX - one.Place.LabelX) < Width
                && Math.Abs(other.Place.LabelY - one.Place.LabelY) < (HeightOf(one.Link) + HeightOf(other.Link)) / 2))
            {
                chosen.Add(one);
            }
        }

        // In the order of the links, so that a label that stays is not moved in the page.
        return [.. chosen.OrderBy(one => one.Link.From, StringComparer.Ordinal).ThenBy(one => one.Link.To, StringComparer.Ordinal)];

        double HeightOf(FlowLink link) => Height(Lines(link, layout.IsDense).Count);
    }
}
