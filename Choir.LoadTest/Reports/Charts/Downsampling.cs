namespace Choir.LoadTest.Reports.Charts;

/// <summary>Makes lines of fewer points that look the same: of each group of neighbours the lowest and the highest remain.</summary>
internal static class Downsampling
{
    /// <summary>More points cannot be seen.</summary>
    public const int MaxPoints = 500;

    public static IReadOnlyList<ChartPoint> AtMost(IReadOnlyList<ChartPoint> points, int limit = MaxPoints)
    {
        if (points.Count <= limit)
        {
            return points;
        }

        List<ChartPoint> kept = [];
        var groups = limit / 2;
        for (var group = 0; group < groups; group++)
        {
            var from = (int)((long)points.Count * group / groups);
            var to = (int)((long)points.Count * (group + 1) / groups);
            Keep(points, from, to, kept);
        }

        return kept;
    }

    private static void Keep(IReadOnlyList<ChartPoint> points, int from, int to, List<ChartPoint> kept)
    {
        int? lowest = null, highest = null;
        for (var index = from; index < to; index++)
        {
            if (!double.IsFinite(points[index].Y))
            {
                continue;
            }

            lowest = lowest is { } low && points[low].Y <= points[index].Y ? lowest : index;
            highest = highest is { } high && points[high].Y >= points[index].Y ? highest : index;
        }

        if (lowest is not { } first || highest is not { } second)
        {
            // Nothing was measured in all of it.
            kept.Add(points[from]);
            return;
        }

        kept.Add(points[Math.Min(first, second)]);
        if (first != second)
        {
            kept.Add(points[Math.Max(first, second)]);
        }
    }
}
