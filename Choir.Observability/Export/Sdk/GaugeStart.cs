using System.Diagnostics.Metrics;
using OpenTelemetry.Metrics;

namespace Choir.Observability;

/// <summary>
/// Sets the start time of a gauge's points to the collection before. The SDK exports the creation time of the instrument, and
/// some viewers (the Aspire dashboard) draw the first value of a new series back to it.
/// </summary>
internal static class GaugeStart
{
    public static void Refresh(Instrument gauge)
    {
        if (SdkMembers.Found is not { } members || !Listeners.TryGet(gauge, out var listeners))
        {
            return;
        }

        foreach (var metric in listeners.SelectMany(listener => BulkMetric.MetricsOf(listener.State) ?? []))
        {
            var store = members.Store.GetValue(metric)!;
            if (metric.MetricType is MetricType.DoubleGauge or MetricType.LongGauge
                && members.End.GetValue(store) is DateTimeOffset end && end != default)
            {
                members.Start.SetValue(store, end);
            }
        }
    }
}
