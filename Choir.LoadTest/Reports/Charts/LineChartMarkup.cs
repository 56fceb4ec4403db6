using System.Globalization;
using System.Text;
using Choir.LoadTest.Reports.Html;
using Choir.LoadTest.Reports.Text;

namespace Choir.LoadTest.Reports.Charts;

/// <summary>
/// Draws a chart with lines. The drawing is stretched to any width, while labels are HTML beside it: they have the same size on a
/// phone and on a wide screen.
/// </summary>
internal static class LineChartMarkup
{
    private const double Width = 1000;
    private const double Height = 400;

    // From this ratio of the largest to the smallest value a linear axis hides most of them.
    private const double LogarithmicFrom = 30;

    public static Markup Render(LineChart chart)
    {
        ChartSeries[] drawn = [.. chart.Series
            .Select(series => series with { Points = Downsampling.AtMost([.. series.Points.Where(point => double.IsFinite(point.X))]) })
            .Where(series => series.Points.Any(point => double.IsFinite(point.Y)))];
        var left = Math.Max(0, drawn.Length - LineChart.MaxSeries);
        if (left > 0)
        {
            // The largest are the ones to look at; their order, and thus their colours, stay.
            var largest = drawn.OrderByDescending(Largest).Take(LineChart.MaxSeries).ToHashSet();
            drawn = [.. drawn.Where(largest.Contains)];
        }

        if (drawn.Length == 0)
        {
            return Markup.None;
        }

        var x = XAxis(chart, drawn);
        var y = YAxis(chart, drawn, out var logarithmic);
        var more = left > 0 ? Markup.Of($"<li class=\"more\">{left} smaller not shown</li>") : Markup.None;
        return Markup.Of($"""
            <figure class="chart">
            <figcaption><h3>{chart.Title}</h3>{(logarithmic ? Markup.Trusted("<small>logarithmic</small>") : Markup.None)}</figcaption>
            <ul class="legend">{drawn.Select((series, index) => LegendEntry(series, Colour(chart, index)))}{more}</ul>
            <div class="plot" role="img" aria-label="{Description(chart, drawn)}">
            <div class="y" aria-hidden="true">{y.Ticks.Select(tick => Markup.Of($"<span style=\"bottom:{tick.Position * 100}%\">{tick.Label}</span>"))}</div>
            <svg viewBox="0 0 {Width} {Height}" preserveAspectRatio="none" aria-hidden="true">
            {chart.Bands.Select((band, index) => Band(band, x, index))}{y.Ticks.Select(GridLine)}
            {drawn.Select((series, index) => Line(series, x, y, Colour(chart, index)))}
            {ChartTooltips.Render(chart, drawn, x, Width, Height)}
            </svg>
            <div class="x" aria-hidden="true">{x.Ticks.Select(tick => Markup.Of($"<span style=\"left:{tick.Position * 100}%\">{tick.Label}</span>"))}</div>
            </div>
            </figure>

            """);
    }

    private static int Colour(LineChart chart, int index) => ((chart.FirstColour + index) % LineChart.MaxSeries) + 1;

    private static double Largest(ChartSeries series) => Values(series).Max();

    private static IEnumerable<double> Values(ChartSeries series) =>
        series.Points.Select(point => point.Y).Where(double.IsFinite);

    private static Axis XAxis(LineChart chart, ChartSeries[] drawn)
    {
        var largest = drawn.Max(series => series.Points.Max(point => point.X));
        return chart.X == ChartX.Percentile ? Axis.Percentiles(largest) : Axis.Time(largest);
    }

    private static Axis YAxis(LineChart chart, ChartSeries[] drawn, out bool logarithmic)
    {
        var largest = drawn.Max(Largest);
        var positive = drawn.SelectMany(Values).Where(value => value > 0).DefaultIfEmpty(largest).Min();
        logarithmic = chart.MayBeLogarithmic && positive > 0 && largest / positive >= LogarithmicFrom;
        return logarithmic
            ? Axis.Logarithmic(positive, largest, chart.Unit)
            : Axis.Linear(Math.Min(0, drawn.SelectMany(Values).Min()), largest, chart.Unit);
    }

    private static Markup LegendEntry(ChartSeries series, int colour) =>
        Markup.Of($"<li><i class=\"c{colour}{(series.Dashed ? " dashed" : "")}\"></i>{series.Name}</li>");

    private static Markup GridLine(Tick tick) =>
        Markup.Of($"<path class=\"grid\" d=\"M0 {Height - (tick.Position * Height)}H{Width}\"/>");

    private static Markup Band(ChartBand band, Axis x, int index)
    {
        var from = Math.Clamp(x.Position(band.From), 0, 1) * Width;
        var to = Math.Clamp(x.Position(band.To), 0, 1) * Width;
        return to > from && index % 2 == 1
            ? Markup.Of($"<rect class=\"band\" x=\"{from}\" y=\"0\" width=\"{to - from}\" height=\"{Height}\"/>")
            : Markup.None;
    }

    private static Markup Line(ChartSeries series, Axis x, Axis y, int colour)
    {
        var path = new StringBuilder();
        var begins = true;
        foreach (var point in series.Points)
        {
            if (!double.IsFinite(point.Y))
            {
                begins = true;
                continue;
            }

            var height = Height - (Math.Clamp(y.Position(point.Y), 0, 1) * Height);
            // A line of no length is a dot, for a point between two gaps.
            path.Append(CultureInfo.InvariantCulture,
                $"{(begins ? 'M' : 'L')}{Math.Clamp(x.Position(point.X), 0, 1) * Width:0.#} {height:0.#}{(begins ? "h0" : "")}");
            begins = false;
        }

        return Markup.Of($"<path class=\"line c{colour}{(series.Dashed ? " dashed" : "")}\" d=\"{Markup.Trusted(path.ToString())}\"/>");
    }

    private static string Description(LineChart chart, ChartSeries[] drawn) =>
        $"{chart.Title}. " + string.Join("; ", drawn.Select(series => chart.X == ChartX.Percentile
            ? $"{OutsideText.Clean(series.Name, 60)} up to {ValueText.Of(Largest(series), chart.Unit)}"
            : $"{OutsideText.Clean(series.Name, 60)}: {ValueText.Of(Values(series).Min(), chart.Unit)} to {ValueText.Of(Largest(series), chart.Unit)}, "
                + $"at the end {ValueText.Of(Values(series).Last(), chart.Unit)}"));
}
