using Choir.Actors;
using Choir.Actors.Telemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace OpenTelemetry;

/// <summary>Adds the telemetry of Choir's actors to OpenTelemetry.</summary>
public static class ChoirActorsInstrumentationExtensions
{
    /// <summary>Exports the metrics of actors and messages, and takes their histograms in bulk.</summary>
    /// <param name="metrics">The meter provider's builder.</param>
    public static MeterProviderBuilder AddChoirActorsInstrumentation(this MeterProviderBuilder metrics)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        return metrics.AddMeter(TelemetryNames.Meter)
            .AddInstrumentation((_, provider) => new SdkProviders(provider));
    }

    /// <summary>Exports the spans of messages.</summary>
    /// <param name="traces">The tracer provider's builder.</param>
    public static TracerProviderBuilder AddChoirActorsInstrumentation(this TracerProviderBuilder traces)
    {
        ArgumentNullException.ThrowIfNull(traces);
        return traces.AddSource(TelemetryNames.ActivitySource);
    }
}
