using Choir.LoadTest.Reports.Charts;
using Choir.LoadTest.Reports.Model;

namespace Choir.LoadTest.Reports.Html.Sections;

/// <summary>Where the time of operations was spent: gateway, queue, phases, database, model, chain.</summary>
internal static class ComponentsSection
{
    public static Markup Render(LoadReport report)
    {
        // Components in the order in which an operation passes through them; in each the largest first.
        ComponentFigures[] components = [.. (report.System?.Components ?? [])
            .GroupBy(component => component.Component)
            .SelectMany(group => group.OrderByDescending(component => component.TotalSeconds))];
        if (components.Length == 0)
        {
            return Markup.None;
        }

        var axis = RangeMarkup.AxisFor(components.Select(component => component.Latency));
        var most = components.Max(component => component.TotalSeconds);
        return Markup.Of($"""
            <p>Bars reach from the median to the 99th percentile, with a mark at the 95th.</p>
            {HtmlTable.Render(
                "Latency by component",
                [
                    Column.Text("component"), Column.Text("part"), Column.Number("count"),
                    new Column(axis is null ? Markup.None : RangeMarkup.Labels(axis)),
                    .. Cells.PercentileColumns(), Column.Number("total"), Column.Text(""),
                ],
                components.Select(component => (Markup[])
                [
                    Cells.Text(component.Component),
                    Cells.Text(component.Name),
                    Cells.Number(component.Latency.Count),
                    axis is null ? Markup.None : RangeMarkup.Render(axis, component.Latency),
                    .. Cells.Percentiles(component.Latency),
                    Cells.Seconds(component.TotalSeconds),
                    BarMarkup.Render(most > 0 ? component.TotalSeconds / most : 0),
                ]))}
            """);
    }
}
