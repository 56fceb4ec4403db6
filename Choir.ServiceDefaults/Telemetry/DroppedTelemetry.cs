using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Diagnostics.Tracing;

namespace Choir.ServiceDefaults.Telemetry;

/// <summary>
/// Counts telemetry that was not exported: spans and log records that were dropped because the queue was full or the export
/// of their batch failed or the collector refused them, and failed exports of metrics (which lose nothing: the next export has the
/// same totals).
/// </summary>
/// <remarks>
/// The SDK's own meter reports full queues and the size of each batch. The OTLP exporter reports each failure as an event on
/// the thread that sends the batch, so that the failure can be attributed to that batch. Neither says which host it belongs to:
/// several hosts in one process, as in tests, have the same count.
/// </remarks>
internal sealed class DroppedTelemetry : EventListener
{
    public const string MeterName = "Choir.Telemetry";

    private const string SdkMeter = "otel.sdk.experimental";
    private const string ExporterSource = "OpenTelemetry-Exporter-OpenTelemetryProtocol";

    private static readonly string[] Signals = ["traces", "logs", "metrics"];

    // The exporter's event ids that mean that one export failed.
    private static readonly int[] Failures = [2, 4, 12, 16, 17, 18, 19, 20, 23, 39, 41];

    private readonly long[] _dropped = new long[Signals.Length];
    // The batch that each exporter thread is sending, by thread id.
    private readonly ConcurrentDictionary<int, Batch> _sending = new();
    private readonly MeterListener _sdk = new();

    public DroppedTelemetry(IMeterFactory meters)
    {
        // An observable counter exports zero from the start; a plain counter is not exported before its first increment.
        meters.Create(MeterName).CreateObservableCounter(
            "telemetry.dropped", Observe, "{item}",
            "Telemetry of this process that was not exported: spans, log records, failed exports of metrics, and values of instruments.");
        _sdk.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == SdkMeter && SignalOf(instrument) >= 0)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _sdk.SetMeasurementEventCallback<long>(OnProcessed);
        _sdk.Start();
    }

    /// <summary>Counts what a collector refused of an export that it accepted otherwise. Of metrics the export is counted.</summary>
    /// <param name="signal">The signal.</param>
    /// <param name="count">How many items.</param>
    public void Refused(string signal, long count) =>
        Interlocked.Add(ref _dropped[Array.IndexOf(Signals, signal)], signal == "metrics" ? Math.Min(1, count) : count);

    public override void Dispose()
    {
        base.Dispose();
        _sdk.Dispose();
    }

    // The base constructor calls this for existing sources.
    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == ExporterSource)
        {
            EnableEvents(eventSource, EventLevel.Warning);
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (Array.IndexOf(Failures, eventData.EventId) < 0)
        {
            return;
        }

        if (_sending.TryRemove(Environment.CurrentManagedThreadId, out var batch))
        {
            Interlocked.Add(ref _dropped[batch.Signal], batch.Count);
        }
        else if (IsOfMetrics(eventData))
        {
            Interlocked.Increment(ref _dropped[Array.IndexOf(Signals, "metrics")]);
        }
    }

    // The first payload value is the URL: …/v1/metrics, or …metrics.v1.MetricsService/Export.
    private static bool IsOfMetrics(EventWrittenEventArgs data) =>
        data.Payload is [string address, ..] && address.Contains("metrics", StringComparison.OrdinalIgnoreCase);

    private static int SignalOf(Instrument instrument) => instrument.Name switch
    {
        "otel.sdk.processor.span.processed" => 0,
        "otel.sdk.processor.log.processed" => 1,
        _ => -1,
    };

    private void OnProcessed(
        Instrument instrument, long count, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        var signal = SignalOf(instrument);
        foreach (var tag in tags)
        {
            if (tag.Key == "error.type")
            {
                Interlocked.Add(ref _dropped[signal], count);
                return;
            }
        }

        _sending[Environment.CurrentManagedThreadId] = new Batch(signal, count);
    }

    private IEnumerable<Measurement<long>> Observe()
    {
        for (var signal = 0; signal < Signals.Length; signal++)
        {
            yield return new Measurement<long>(
                Interlocked.Read(ref _dropped[signal]), new KeyValuePair<string, object?>("signal", Signals[signal]));
        }
    }

    private readonly record struct Batch(int Signal, long Count);
}
