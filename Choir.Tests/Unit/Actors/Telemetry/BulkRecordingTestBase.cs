using System.Diagnostics.Metrics;
using Choir.Actors;
using Choir.Observability;
using Choir.Tests.Support;
using Choir.Tests.Unit.Actors.Telemetry.Support;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Choir.Tests.Unit.Actors.Telemetry;

/// <summary>Asks whose times are counted in plain fields, and meter providers that export them.</summary>
public abstract class BulkRecordingTestBase : IDisposable
{
    protected const string AskTime = "ask.time";

    protected static readonly TimeSpan[] Durations =
    [
        .. new long[] { 3, 10, 11, 40, 999, 1_000, 1_001, 30_000, 2_000_000, 45_000_000, 59_999_999, 60_000_001 }
            .Select(microseconds => TimeSpan.FromMicroseconds(microseconds)),
    ];

    private protected CountedAsks Asks { get; } = new();

    protected Meter Meter { get; } = new($"test-{Guid.NewGuid()}");

    /// <inheritdoc/>
    public void Dispose()
    {
        Meter.Dispose();
        Asks.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected static MeterProvider Build(
        ExportedMetrics exported,
        Action<MeterProviderBuilder>? configure = null,
        MetricReaderTemporalityPreference temporality = MetricReaderTemporalityPreference.Cumulative)
    {
        var builder = Sdk.CreateMeterProviderBuilder().AddChoirActorsInstrumentation();
        exported.AddTo(builder, temporality);
        configure?.Invoke(builder);
        return builder.Build();
    }

    private protected MeterListener Listen(List<double> heard)
    {
        var listener = new MeterListener { InstrumentPublished = Enable };
        listener.SetMeasurementEventCallback<double>((_, value, _, _) => heard.Add(value));
        listener.Start();
        return listener;
    }

    protected void Enable(Instrument instrument, MeterListener listener)
    {
        if (ReferenceEquals(instrument, Asks.Histogram.Instrument))
        {
            listener.EnableMeasurementEvents(instrument);
        }
    }
}
