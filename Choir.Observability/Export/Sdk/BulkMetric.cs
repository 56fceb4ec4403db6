using OpenTelemetry.Metrics;

namespace Choir.Observability;

/// <summary>A histogram of one reader of the SDK, to which many values can be added at once.</summary>
/// <remarks>
/// The SDK takes one value per call, at 40 ns and 35 ns more for each further reader, and .NET has no observable histogram. Adding
/// does what the SDK does for a value: find the point of the series, take its lock, add, mark it as changed. So it is exact
/// with cumulative and with delta temporality, and when the metric has too many series.
/// </remarks>
internal sealed class BulkMetric
{
    // The SDK's point for series beyond the limit.
    private const int Overflow = 1;

    private static readonly SdkMembers Members = SdkMembers.Found!;

    private readonly object _store;
    private readonly MetricPoint[] _points;
    private readonly Func<KeyValuePair<string, object?>[], int, int> _lookup;

    private BulkMetric(object store)
    {
        _store = store;
        _points = (MetricPoint[])Members.Points.GetValue(store)!;
        _lookup = (Func<KeyValuePair<string, object?>[], int, int>)Members.Lookup.GetValue(store)!;
    }

    /// <summary>The metrics that a listener of the SDK feeds with the values of an instrument.</summary>
    /// <param name="state">The state of the listener.</param>
    /// <returns>Null if it is not a listener of the SDK.</returns>
    public static Metric[]? MetricsOf(object? state)
    {
        if (state is null || state.GetType() != SdkMembers.Found?.StateType)
        {
            return null;
        }

        // A method of the only metric, or of a closure that has all of them.
        var target = ((Delegate)Members.RecordDouble.GetValue(state)!).Target;
        return target is Metric one ? [one] : target?.GetType().GetField("metricsArray", Accessor.Any)?.GetValue(target) as Metric[];
    }

    /// <returns>
    /// Null unless the metric has exactly these buckets and all tags of the instrument, and takes exemplars of traced values at most.
    /// </returns>
    public static BulkMetric? TryCreate(Metric metric, double[] bounds)
    {
        var store = Members.Store.GetValue(metric)!;
        return metric.MetricType == MetricType.Histogram
            && Members.Bounds.GetValue(store) is double[] actual && actual.AsSpan().SequenceEqual(bounds)
            && Array.TrueForAll(Members.SelectedTags, tags => tags.GetValue(store) is null)
            && (ExemplarFilterType)Members.ExemplarFilter.GetValue(store)! != ExemplarFilterType.AlwaysOn
            ? new BulkMetric(store)
            : null;
    }

    /// <summary>Adds values to a series.</summary>
    /// <param name="tags">The attributes of the series: at least one.</param>
    /// <param name="added">The counts of new values by bucket, then sum, minimum and maximum, as in <see cref="CellHistogram"/>.</param>
    /// <param name="buckets">The buckets.</param>
    public void Add(KeyValuePair<string, object?>[] tags, ReadOnlySpan<long> added, Buckets buckets)
    {
        var index = _lookup(tags, tags.Length);
        if (index < 0)
        {
            Members.CreateOverflow.Invoke(_store, null);
            index = Overflow;
        }

        ref var point = ref _points[index];
        Members.Point.Enter(ref point);
        try
        {
            Add(ref point, added, buckets);
        }
        finally
        {
            Members.Point.Leave(ref point);
            Members.Point.Complete(ref point);
        }
    }

    private static void Add(ref MetricPoint point, ReadOnlySpan<long> added, Buckets buckets)
    {
        var into = Members.Point.Buckets(ref point);
        var counts = Members.Point.Counts(into);
        var sum = buckets.Count;
        long count = 0;
        for (var i = 0; i < sum; i++)
        {
            counts[i] += added[i];
            count += added[i];
        }

        Members.Point.Count(ref point) += count;
        Members.Point.Sum(into) += added[sum] / buckets.Scale;
        if (added[sum + 1] != 0)
        {
            Members.Point.Min(into) = Math.Min(Members.Point.Min(into), (added[sum + 1] - 1) / buckets.Scale);
            Members.Point.Max(into) = Math.Max(Members.Point.Max(into), (added[sum + 2] - 1) / buckets.Scale);
        }
    }
}
