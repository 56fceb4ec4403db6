using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Diagnostics.Tracing;

namespace Choir.ServiceDefaults.Telemetry;

/// <summary>
/// Counts what telemetry lost on its way out: spans and log records that found their queue full, those in a batch that
/// could not be sent, and exports of metrics that failed (of which nothing is lost but time: the next one holds it all).
/// </summary>
/// <remarks>
/// The SDK tells of full queues and of each batch by its own meter, and the OTLP exporter of each failure by an event, on
/// the thread that sends the batch: together they tell how many items a failure has cost.
/// </remarks>
internal sealed class DroppedTelemetry : EventListener
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Choir.Telemetry";

    private const string SdkMeter = "otel.sdk.experimental";
    private const string ExporterSource = "OpenTelemetry-Exporter-OpenTelemetryProtocol";

    private static readonly string[] Signals = ["traces", "logs", "metrics"];

    // Events of the exporter of which each means that one export has failed.
    private static readonly int[] Failures = [2, 4, 12, 16, 17, 18, 19, 20, 23];

    private readonly long[] _dropped = new long[Signals.Length];
    // What each of the exporters' threads, one a signal, is sending.
    private readonly ConcurrentDictionary<int, Batch> _sending = new();
    private readonly MeterListener _sdk = new();

    public DroppedTelemetry(IMeterFactory meters)
    {
        // An observable counter tells zero from the start; a counter that was never touched would not be told at all.
        meters.Create(MeterName).CreateObservableCounter(
            "telemetry.dropped", Observe, "{item}",
            "Spans and log records that were not exported, and exports of metrics that failed.");
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

    public override void Dispose()
    {
        base.Dispose();
        _sdk.Dispose();
    }

    // Called by the base class' constructor too, for the sources that are there already.
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

    // The first thing an event tells is the address: …/v1/metrics, or …metrics.v1.MetricsService/Export.
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
