namespace OpenTelemetry.Metrics;

/// <summary>Adds the metrics of Choir's actors to OpenTelemetry.</summary>
public static class ChoirActorsMeterProviderBuilderExtensions
{
    /// <summary>Exports the metrics of this host's actors and messages, and adds their histograms in bulk.</summary>
    /// <param name="metrics">The meter provider's builder.</param>
    /// <returns>The same builder.</returns>
    public static MeterProviderBuilder AddChoirActorsInstrumentation(this MeterProviderBuilder metrics) => metrics.AddChoirObservability();
}
