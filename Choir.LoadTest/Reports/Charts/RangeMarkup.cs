using Choir.LoadTest.Reports.Html;
using Choir.LoadTest.Reports.Model;
using Choir.LoadTest.Reports.Text;

namespace Choir.LoadTest.Reports.Charts;

/// <summary>Draws latencies as ranges on a shared logarithmic axis: a bar from the median to the 99th percentile, with a mark at the 95th.</summary>
internal static class RangeMarkup
{
    /// <summary>An axis for all of these latencies; null if none was measured.</summary>
    public static Axis? AxisFor(IEnumerable<LatencyFigures> latencies)
    {
        double[] values = [.. latencies
            .Where(latency => latency.Count > 0)
            .SelectMany(latency => (double[])[latency.P50, latency.P99])
            .Where(value => value > 0 && double.IsFinite(value))];
        return values.Length == 0 ? null : Axis.Logarithmic(values.Min(), values.Max(), "s");
    }

    /// <summary>The labels of the axis, for the head of a table's column.</summary>
    public static Markup Labels(Axis axis) => Markup.Of(
        $"<div class=\"labels\" aria-hidden=\"true\">{axis.Ticks.Select(tick => Markup.Of($"<span style=\"left:{tick.Position * 100}%\">{tick.Label}</span>"))}</div>");

    /// <summary>Ranges below each other, the first in the first colour.</summary>
    public static Markup Render(Axis axis, params LatencyFigures[] latencies)
    {
        const double height = 12;
        var total = height * latencies.Length;
        return Markup.Of($"""
            <svg class="ranges" viewBox="0 0 1000 {total}" style="height:{total}px" preserveAspectRatio="none" aria-hidden="true">{axis.Ticks.Select(tick =>
                Markup.Of($"<path class=\"grid\" d=\"M{tick.Position * 1000} 0V{total}\"/>"))}{latencies.Select((latency, index) =>
                    Range(axis, latency, (index * height) + 2, height - 4, index + 1))}</svg>
            """);
    }

    private static Markup Range(Axis axis, LatencyFigures latency, double top, double height, int colour)
    {
        if (latency.Count == 0 || !double.IsFinite(latency.P50) || !double.IsFinite(latency.P95) || !double.IsFinite(latency.P99))
        {
            return Markup.None;
        }

        var from = Place(latency.P50);
        // A range without an extent is still to be seen.
        var length = Math.Max(Place(latency.P99) - from, 4);
        var mark = Place(latency.P95);
        return Markup.Of($"""
            <rect class="fill c{colour}" x="{from}" y="{top}" width="{length}" height="{height}"><title>p50 {ValueText.Seconds(latency.P50)}, p95 {ValueText.Seconds(latency.P95)}, p99 {ValueText.Seconds(latency.P99)}</title></rect><path class="mark" d="M{mark} {top}v{height}"/>
            """);

        double Place(double value) => Math.Clamp(axis.Position(value), 0, 1) * 1000;
    }
}
