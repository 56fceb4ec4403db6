using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;

namespace Choir.Observability;

/// <summary>Records values of instruments. An exception of a listener is counted and otherwise ignored.</summary>
[SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A throwing listener must not affect message handling.")]
internal static class SafeRecording
{
    private static long _lost;

    /// <summary>Values of this process that a throwing listener kept from the listeners after it.</summary>
    public static long Lost => Interlocked.Read(ref _lost);

    public static void RecordSafely(this Histogram<double> histogram, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        try
        {
            histogram.Record(value, tags);
        }
        catch (Exception)
        {
            // A throwing listener must not affect message handling.
            Interlocked.Increment(ref _lost);
        }
    }

    public static void RecordSafely(this Histogram<double> histogram, double value, KeyValuePair<string, object?> tag) =>
        histogram.RecordSafely(value, new ReadOnlySpan<KeyValuePair<string, object?>>(in tag));

    public static void IncrementSafely(this Counter<long> counter, params ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        try
        {
            counter.Add(1, tags);
        }
        catch (Exception)
        {
            Interlocked.Increment(ref _lost);
        }
    }
}
