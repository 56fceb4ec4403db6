namespace Choir.AppHost.Observability;

/// <summary>The trace backend: Jaeger or Zipkin.</summary>
/// <param name="Store">The backend and the endpoint of its page.</param>
/// <param name="Container">The container.</param>
/// <param name="Tool">Jaeger or Zipkin.</param>
/// <param name="CollectorFile">The Collector's configuration file for this backend.</param>
/// <param name="CollectorVariable">The environment variable of the address in that file.</param>
/// <param name="Address">The address that traces are sent to.</param>
internal sealed record TraceTools(
    ToolReference Store, IResourceBuilder<ContainerResource> Container, ObservabilityTools Tool, string CollectorFile, string CollectorVariable, ReferenceExpression Address)
{
    public bool IsJaeger => Tool == ObservabilityTools.Jaeger;

    private const int JaegerPort = 16686;
    private const int ZipkinPort = 9411;

    public static TraceTools? Add(ObservabilityOverlay overlay) =>
        overlay.Plan.Has(ObservabilityTools.Jaeger) ? Jaeger(overlay)
        : overlay.Plan.Has(ObservabilityTools.Zipkin) ? Zipkin(overlay)
        : null;

    private static TraceTools Jaeger(ObservabilityOverlay overlay)
    {
        const string name = "jaeger", otlp = "otlp";
        var tool = overlay.Builder.AddContainer(name, "docker.io/jaegertracing/jaeger", "2.11.0")
            .WithArgs("--config", "/etc/jaeger/config.yaml")
            // A new volume belongs to root, and the image's own user could not write to it.
            .WithContainerRuntimeArgs("--user=0:0")
            .WithBindMount(OverlayFiles.Of(overlay.Builder, name), "/etc/jaeger", isReadOnly: true)
            .WithHttpEndpoint(port: overlay.Port(ObservabilityTools.Jaeger, JaegerPort), targetPort: JaegerPort, name: ObservabilityOverlay.HttpEndpoint)
            .WithEndpoint(targetPort: 4317, scheme: "http", name: otlp)
            .WithHttpHealthCheck("/", endpointName: ObservabilityOverlay.HttpEndpoint);
        overlay.Keep(tool, "/badger");
        overlay.AddPage(tool, ObservabilityTools.Jaeger, "Jaeger");
        overlay.Started.StartWithChoirOrByHand(tool, ObservabilityTools.Jaeger);
        return new TraceTools(
            new ToolReference(tool, tool.GetEndpoint(ObservabilityOverlay.HttpEndpoint)),
            tool, ObservabilityTools.Jaeger,
            "jaeger.yaml",
            "JAEGER_ENDPOINT",
            ReferenceExpression.Create($"{tool.GetEndpoint(otlp).Property(EndpointProperty.HostAndPort)}"));
    }

    // Stores the latest 500,000 spans in memory, which a restart loses.
    private static TraceTools Zipkin(ObservabilityOverlay overlay)
    {
        var tool = overlay.Builder.AddContainer("zipkin", "docker.io/openzipkin/zipkin", "3.5.1")
            .WithEnvironment("MEM_MAX_SPANS", "500000")
            .WithHttpEndpoint(port: overlay.Port(ObservabilityTools.Zipkin, ZipkinPort), targetPort: ZipkinPort, name: ObservabilityOverlay.HttpEndpoint)
            .WithHttpHealthCheck("/health");
        overlay.AddPage(tool, ObservabilityTools.Zipkin, "Zipkin");
        overlay.Started.StartWithChoirOrByHand(tool, ObservabilityTools.Zipkin);
        var own = tool.GetEndpoint(ObservabilityOverlay.HttpEndpoint);
        return new TraceTools(
            new ToolReference(tool, own),
            tool, ObservabilityTools.Zipkin,
            "zipkin.yaml",
            "ZIPKIN_ENDPOINT",
            ReferenceExpression.Create($"{own.Property(EndpointProperty.Url)}"));
    }
}
