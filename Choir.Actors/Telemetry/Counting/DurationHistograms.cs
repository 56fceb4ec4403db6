using System.Diagnostics.Metrics;

namespace Choir.Actors;

/// <summary>Histograms of durations, all with the same buckets, so that the histograms of all hosts can be added up.</summary>
public static class DurationHistograms
{
    /// <summary>The upper bounds of the buckets, in seconds: from 10 µs to 60 s.</summary>
    /// <remarks>With these 18 bounds and 10 for sizes, a message type takes at most 60 series for its histograms and counters.</remarks>
    public static IReadOnlyList<double> Bounds { get; } =
    [
        0.000_01, 0.000_025, 0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5,
        10, 60,
    ];

    private static readonly InstrumentAdvice<double> Advice = new() { HistogramBucketBoundaries = Bounds };

    /// <summary>Creates a histogram of durations in seconds, with the buckets of <see cref="Bounds"/>.</summary>
    /// <param name="meter">The meter of the instrument.</param>
    /// <param name="name">The name of the instrument.</param>
    /// <param name="description">What the instrument measures.</param>
    /// <returns>The histogram.</returns>
    public static Histogram<double> CreateSecondsHistogram(this Meter meter, string name, string description)
    {
        ArgumentNullException.ThrowIfNull(meter);
        return meter.CreateHistogram(name, "s", description, advice: Advice);
    }
}
