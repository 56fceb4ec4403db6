using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;

namespace Choir.Actors.Telemetry;

/// <summary>Records values for whoever listens, without failing when a listener does.</summary>
[SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A listener that throws must not disturb a message.")]
internal static class QuietInstruments
{
    /// <summary>Records a value.</summary>
    public static void Note(this Histogram<double> histogram, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        try
        {
            histogram.Record(value, tags);
        }
        catch (Exception)
        {
            // It is the listener's loss.
        }
    }

    /// <inheritdoc cref="Note(Histogram{double}, double, ReadOnlySpan{KeyValuePair{string, object?}})"/>
    public static void Note(this Histogram<double> histogram, double value, KeyValuePair<string, object?> tag) =>
        histogram.Note(value, new ReadOnlySpan<KeyValuePair<string, object?>>(in tag));

    /// <summary>Counts one.</summary>
    public static void Note(this Counter<long> counter, params ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        try
        {
            counter.Add(1, tags);
        }
        catch (Exception)
        {
            // It is the listener's loss.
        }
    }
}
