using Choir.Actors;
using Choir.Actors.Telemetry;

namespace OpenTelemetry.Metrics;

/// <summary>Adds the metrics of Choir's actors to OpenTelemetry.</summary>
public static class ChoirActorsMeterProviderBuilderExtensions
{
    /// <summary>Exports the metrics of actors and messages, and adds their histograms in bulk.</summary>
    /// <param name="metrics">The meter provider's builder.</param>
    /// <returns>The same builder.</returns>
    public static MeterProviderBuilder AddChoirActorsInstrumentation(this MeterProviderBuilder metrics)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        return metrics.AddMeter(TelemetryNames.Meter).AddInstrumentation((_, provider) => new BulkProvider(provider));
    }
}
