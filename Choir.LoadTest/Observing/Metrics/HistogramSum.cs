using Choir.LoadTest.Reports.Model;

namespace Choir.LoadTest.Observing.Metrics;

/// <summary>
/// The sum of histograms that were recorded during the measurement, whatever their buckets. Percentiles are interpolated within a
/// bucket, as Prometheus does; what lies above the highest finite bound counts as that bound.
/// </summary>
internal sealed class HistogramSum
{
    // The number of values in each bucket alone, by its upper bound.
    private readonly SortedDictionary<double, double> _buckets = [];
    private double _count;

    /// <summary>The sum of all values.</summary>
    public double Sum { get; private set; }

    /// <summary>The number of values.</summary>
    public long Count => ToCount(_count);

    /// <summary>Adds the sum of one series.</summary>
    public void AddSum(double increase) => Sum += Math.Max(0, increase);

    /// <summary>Adds the buckets of one histogram, whose counts include those of all lower buckets.</summary>
    public void AddBuckets(IEnumerable<(double UpperBound, double Increase)> cumulative)
    {
        double below = 0;
        foreach (var (bound, increase) in cumulative.OrderBy(bucket => bucket.UpperBound))
        {
            // Less than below only if the series of one histogram were read at different times.
            var own = Math.Max(0, increase - below);
            below = Math.Max(below, increase);
            // Empty buckets too: they are the lower bounds of the others.
            _buckets[bound] = _buckets.GetValueOrDefault(bound) + own;
            _count += own;
        }
    }

    /// <summary>A percentile.</summary>
    /// <param name="share">From 0 to 1.</param>
    public double Percentile(double share)
    {
        var rank = share * _count;
        double below = 0, lower = 0;
        foreach (var (bound, count) in _buckets)
        {
            if (count > 0 && below + count >= rank)
            {
                return double.IsFinite(bound) ? lower + ((bound - lower) * Math.Clamp((rank - below) / count, 0, 1)) : lower;
            }

            below += count;
            lower = double.IsFinite(bound) ? bound : lower;
        }

        return lower;
    }

    /// <summary>The count, mean and percentiles; all zero without values.</summary>
    public LatencyFigures ToLatency() => _count <= 0
        ? new LatencyFigures(0, 0, 0, 0, 0, 0, 0, 0)
        : new LatencyFigures(
            Count, Sum / _count, Percentile(0.5), Percentile(0.9), Percentile(0.95), Percentile(0.99), Percentile(0.999), Percentile(1));

    internal static long ToCount(double value) => value >= long.MaxValue ? long.MaxValue : (long)Math.Round(value);
}
