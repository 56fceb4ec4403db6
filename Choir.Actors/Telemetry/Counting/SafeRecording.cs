using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;

namespace Choir.Actors.Telemetry;

/// <summary>Records values of instruments, and ignores exceptions of listeners.</summary>
[SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A throwing listener must not affect message handling.")]
internal static class SafeRecording
{
    public static void RecordSafely(this Histogram<double> histogram, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        try
        {
            histogram.Record(value, tags);
        }
        catch (Exception)
        {
            // A throwing listener must not affect message handling.
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
            // As above.
        }
    }
}
