namespace OpenTelemetry.Trace;

/// <summary>Adds the spans of Choir's actors to OpenTelemetry.</summary>
public static class ChoirActorsTracerProviderBuilderExtensions
{
    /// <summary>Exports the spans of messages.</summary>
    /// <param name="traces">The tracer provider's builder.</param>
    /// <returns>The same builder.</returns>
    public static TracerProviderBuilder AddChoirActorsInstrumentation(this TracerProviderBuilder traces) => traces.AddChoirObservability();
}
