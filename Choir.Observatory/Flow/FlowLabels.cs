using Choir.Observatory.Flow.Layout;

namespace Choir.Observatory.Flow;

/// <summary>Chooses the links that have labels: all if each has a place, otherwise the selected and the busiest whose labels do not overlap.</summary>
internal static class FlowLabels
{
    public const double Width = 138;
    public const double Height = 36;

    private const int MaxBusiest = 14;

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
            if (chosen.Count < MaxBusiest && !chosen.Any(other =>
                Math.Abs(other.Place.LabelX - one.Place.LabelX) < Width && Math.Abs(other.Place.LabelY - one.Place.LabelY) < Height))
            {
                chosen.Add(one);
            }
        }

        // In the order of the links, so that a label that stays is not moved in the page.
        return [.. chosen.OrderBy(one => one.Link.From, StringComparer.Ordinal).ThenBy(one => one.Link.To, StringComparer.Ordinal)];
    }
}
