using Choir.LoadTest.Reports.Html;
using Choir.LoadTest.Reports.Text;

namespace Choir.LoadTest.Reports.Charts;

/// <summary>Columns of a chart that show its values when the pointer is over them; they need no JavaScript.</summary>
internal static class ChartTooltips
{
    // Enough for a finger or pointer, and little enough for the size of the file.
    private const int MaxColumns = 80;

    public static Markup Render(LineChart chart, ChartSeries[] drawn, Axis x, double width, double height)
    {
        var columns = Math.Min(MaxColumns, drawn.Max(series => series.Points.Count));
        return Markup.Join(Enumerable.Range(0, columns).Select(column =>
        {
            var centre = (column + 0.5) / columns;
            var text = Text(chart, drawn, x, centre);
            return Markup.Of($"<rect class=\"hit\" x=\"{column * width / columns}\" y=\"0\" width=\"{width / columns}\" height=\"{height}\"><title>{text}</title></rect>");
        }));
    }

    private static Markup Text(LineChart chart, ChartSeries[] drawn, Axis x, double position)
    {
        var nearest = drawn.Select(series => series.Points.MinBy(point => Math.Abs(x.Position(point.X) - position))).ToArray();
        var at = nearest[0].X;
        var head = chart.X == ChartX.Percentile ? $"{ValueText.Digits(at)} %" : Steps.Clock(at);
        var band = chart.Bands.FirstOrDefault(band => at >= band.From && at <= band.To) is { } inside ? $" {inside.Name}" : "";
        // Lines of a tooltip: the escaping would make spaces of them in one text.
        return Markup.Of($"{head + band}{drawn.Select((series, index) =>
            Markup.Of($"\n{OutsideText.Clean(series.Name, 60)}: {ValueText.Of(nearest[index].Y, chart.Unit)}"))}");
    }
}
