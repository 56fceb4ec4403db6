using Choir.LoadTest.Reports.Model;
using HdrHistogram;

namespace Choir.LoadTest.Engine;

/// <summary>Latencies in an HDR histogram of microseconds, with their exact sum and maximum. Not thread-safe.</summary>
/// <param name="digits">The number of exact decimal digits: 3 (90 KiB) or 2 (12 KiB). The memory is allocated by the first value.</param>
internal sealed class LatencyHistogram(int digits)
{
    private const double UnitsPerSecond = 1e6;

    /// <summary>An hour; what takes longer counts as this.</summary>
    private const long HighestUnits = 3_600_000_000;

    private static readonly double[] CurvePercentiles =
        [0, 5, 10, 20, 30, 40, 50, 60, 70, 75, 80, 85, 90, 92.5, 95, 96, 97, 98, 99, 99.25, 99.5, 99.75, 99.9, 99.95, 99.99, 99.999, 100];

    private IntHistogram? _counts;
    private double _sum;
    private double _max;

    public long Count { get; private set; }

    public void Add(double seconds)
    {
        _counts ??= new IntHistogram(1, HighestUnits, digits);
        _counts.RecordValue(Math.Clamp((long)Math.Round(seconds * UnitsPerSecond), 1, HighestUnits));
        _sum += seconds;
        _max = Math.Max(_max, seconds);
        Count++;
    }

    public void Add(LatencyHistogram other)
    {
        if (other._counts is null)
        {
            return;
        }

        _counts ??= new IntHistogram(1, HighestUnits, digits);
        _counts.Add(other._counts);
        _sum += other._sum;
        _max = Math.Max(_max, other._max);
        Count += other.Count;
    }

    /// <summary>A percentile in seconds; null without values.</summary>
    public double? Percentile(double percentile) =>
        _counts is null ? null : Math.Min(_counts.GetValueAtPercentile(percentile) / UnitsPerSecond, _max);

    public double Mean => Count == 0 ? 0 : _sum / Count;

    /// <summary>All figures; zeros without values.</summary>
    public LatencyFigures Figures() =>
        new(Count, Mean, At(50), At(90), At(95), At(99), At(99.9), _max);

    /// <summary>Pairs of percentile and latency, for a curve. It ends where a percentile has no value of its own any more.</summary>
    public IReadOnlyList<double[]> Curve() => Count == 0
        ? []
        : [.. CurvePercentiles.Where(percentile => percentile == 100 || Count * (100 - percentile) >= 100).Select(percentile => new[] { percentile, At(percentile) })];

    private double At(double percentile) => Percentile(percentile) ?? 0;
}
