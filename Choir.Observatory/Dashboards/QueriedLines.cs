using Choir.Observatory.Components.Parts;
using Choir.Observatory.History;

namespace Choir.Observatory;

/// <summary>Lines of the answer to a query over a time. All have their points at the same times, as charts need.</summary>
internal static class QueriedLines
{
    /// <summary>The most steps of a line.</summary>
    public const int MaxSteps = 240;

    /// <summary>The answer as lines; a value that is infinite or not a number is a gap.</summary>
    public static IReadOnlyList<ChartLine> Of(MetricsAnswer answer, DateTimeOffset from, TimeSpan step, int steps) =>
        [.. answer.Series.Select(series => Line(series, from, step, steps))];

    private static ChartLine Line(MetricsSeries series, DateTimeOffset from, TimeSpan step, int steps)
    {
        var points = new HistoryPoint[steps + 1];
        for (var index = 0; index < points.Length; index++)
        {
            points[index] = new HistoryPoint(from + (index * step), null);
        }

        foreach (var point in series.Points)
        {
            var index = (int)Math.Clamp(Math.Round((point.At - from) / step), -1, points.Length);
            if (index >= 0 && index < points.Length && double.IsFinite(point.Value) && Math.Abs(point.Value) <= float.MaxValue)
            {
                points[index] = points[index] with { Value = (float)point.Value };
            }
        }

        return new ChartLine(series.Labels.Count == 0 ? "all" : string.Join(" ", series.Labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => label.Value)), points);
    }
}
