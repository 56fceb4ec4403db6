using System.Diagnostics.Metrics;
using Choir.Observability;

namespace Choir.Actors;

/// <summary>
/// Histograms of durations, with one of two sets of buckets, so that the histograms of all hosts can be added up and compared.
/// </summary>
public static class DurationHistograms
{
    /// <summary>The upper bounds of the buckets, in seconds: from 10 µs to 60 s.</summary>
    /// <remarks>With these 19 bounds and 10 for sizes, a message type takes at most 60 series for its histograms and counters.</remarks>
    public static IReadOnlyList<double> Bounds { get; } =
    [
        0.000_01, 0.000_025, 0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5,
        10, 30, 60,
    ];

    /// <summary>
    /// The upper bounds of the buckets for what waits for others and may take minutes, in seconds: from 1 ms to 1 h. A percentile above
    /// the highest bound would be shown as that bound.
    /// </summary>
    public static IReadOnlyList<double> LongBounds { get; } =
        [0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600];

    private static readonly InstrumentAdvice<double> LongAdvice = new() { HistogramBucketBoundaries = LongBounds };

    private static readonly InstrumentAdvice<double> SizeAdvice = new() { HistogramBucketBoundaries = Buckets.Bytes };

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

    /// <summary>Creates a histogram of durations in seconds, with the buckets of <see cref="LongBounds"/>.</summary>
    /// <param name="meter">The meter of the instrument.</param>
    /// <param name="name">The name of the instrument.</param>
    /// <param name="description">What the instrument measures.</param>
    /// <returns>The histogram.</returns>
    public static Histogram<double> CreateLongSecondsHistogram(this Meter meter, string name, string description)
    {
        ArgumentNullException.ThrowIfNull(meter);
        return meter.CreateHistogram(name, "s", description, advice: LongAdvice);
    }

    /// <summary>
    /// Records a duration. One below zero, which wall clocks give that were set back, is recorded as zero: a negative value would make
    /// the sum fall, which every backend takes for a restart.
    /// </summary>
    /// <param name="histogram">The histogram.</param>
    /// <param name="duration">The duration.</param>
    /// <param name="tags">The attributes.</param>
    public static void RecordSeconds(
        this Histogram<double> histogram, TimeSpan duration, params ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        ArgumentNullException.ThrowIfNull(histogram);
        histogram.Record(Math.Max(0, duration.TotalSeconds), tags);
    }

    /// <summary>Creates a histogram of sizes in bytes.</summary>
    internal static Histogram<double> CreateSizeHistogram(this Meter meter, string name, string description) =>
        meter.CreateHistogram(name, "By", description, advice: SizeAdvice);
}
