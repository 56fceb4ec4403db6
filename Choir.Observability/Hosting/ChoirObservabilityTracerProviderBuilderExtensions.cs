namespace OpenTelemetry.Trace;

/// <summary>Adds the spans of observed grains to OpenTelemetry.</summary>
public static class ChoirObservabilityTracerProviderBuilderExtensions
{
    /// <summary>Exports the spans of calls of grains, and of messages of Choir's actors.</summary>
    /// <param name="traces">The tracer provider's builder.</param>
    /// <returns>The same builder.</returns>
    public static TracerProviderBuilder AddChoirObservability(this TracerProviderBuilder traces)
    {
        ArgumentNullException.ThrowIfNull(traces);
        return traces.AddSource(TelemetryNames.ActivitySource);
    }
}
