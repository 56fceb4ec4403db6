using Choir.LoadTest.Reports.Charts;
using Choir.LoadTest.Reports.Model;
using Choir.LoadTest.Reports.Text;

namespace Choir.LoadTest.Reports.Html.Sections;

/// <summary>What used most of each resource, ranked.</summary>
internal static class HotspotsSection
{
    private const int MaxEach = 10;

    public static Markup Render(LoadReport report)
    {
        var groups = (report.System?.Hotspots ?? []).GroupBy(spot => spot.By).Take(MaxEach).ToArray();
        return groups.Length == 0 ? Markup.None : Markup.Of($"<div class=\"ranks\">{groups.Select(Ranking)}</div>");
    }

    private static Markup Ranking(IGrouping<string, Hotspot> spots)
    {
        var ranked = spots.OrderByDescending(spot => spot.Share).Take(MaxEach).ToArray();
        return Markup.Of($"""
            <div class="card">
            <h3>By {spots.Key}</h3>
            <ol>{ranked.Select(spot => Markup.Of($"""
                <li><span class="name">{spot.Name}</span><b>{ValueText.Share(spot.Share)}</b>{BarMarkup.Render(spot.Share)}<small>{spot.Detail}</small></li>
                """))}</ol>
            </div>

            """);
    }
}
