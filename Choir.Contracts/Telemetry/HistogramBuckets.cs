using System.Diagnostics.Metrics;

namespace Choir.Contracts.Telemetry;

/// <summary>The buckets of every histogram of Choir's, so that those of all hosts can be added up.</summary>
public static class HistogramBuckets
{
    /// <summary>Of durations, in seconds: from 10 µs to 60 s.</summary>
    public static readonly IReadOnlyList<double> Seconds =
    [
        0.000_01, 0.000_025, 0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5,
        10, 60,
    ];

    /// <summary>Of sizes, in bytes: from 64 B to 16 MiB, each twice the one before.</summary>
    public static readonly IReadOnlyList<double> Bytes =
        [.. Enumerable.Range(6, 19).Select(power => (double)(1 << power))];

    /// <summary>Of gas: from a plain transfer's 21,000 to what a whole block may use.</summary>
    public static readonly IReadOnlyList<double> Gas =
    [
        21_000, 30_000, 40_000, 50_000, 60_000, 80_000, 100_000, 150_000, 200_000, 300_000, 500_000, 1_000_000, 2_000_000,
        5_000_000, 10_000_000, 30_000_000,
    ];

    /// <summary>A histogram of durations in seconds.</summary>
    /// <param name="meter">Its meter.</param>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it measures.</param>
    public static Histogram<double> CreateSecondsHistogram(this Meter meter, string name, string description)
    {
        ArgumentNullException.ThrowIfNull(meter);
        return meter.CreateHistogram(name, "s", description, advice: SecondsAdvice);
    }

    private static readonly InstrumentAdvice<double> SecondsAdvice = new() { HistogramBucketBoundaries = Seconds };
}
