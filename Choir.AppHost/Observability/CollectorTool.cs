namespace Choir.AppHost.Observability;

/// <summary>The OpenTelemetry Collector: services send it everything, and it samples and hands on.</summary>
/// <param name="otlp">Where it listens for OTLP over gRPC.</param>
internal sealed class CollectorTool(EndpointReference otlp)
{
    public const string Name = "otel-collector";
    private const string Image = "docker.io/otel/opentelemetry-collector-contrib";
    private const string Tag = "0.139.0";
    private const string Folder = "/etc/otelcol-choir";
    private const string GrpcEndpoint = "grpc";
    private const string HealthEndpoint = "health";

    /// <param name="overlay">The overlay.</param>
    /// <param name="traces">Where traces go, if anywhere.</param>
    /// <param name="logs">Where logs go, if anywhere.</param>
    /// <param name="scraped">Whether Prometheus asks the services themselves; else the Collector offers it their metrics.</param>
    public static CollectorTool Add(ObservabilityOverlay overlay, TraceTools? traces, ElasticTools? logs, bool scraped)
    {
        var builder = overlay.Builder;
        var tool = builder.AddContainer(Name, Image, Tag)
            .WithEndpoint(targetPort: 4317, scheme: "http", name: GrpcEndpoint)
            .WithHttpEndpoint(targetPort: 13133, name: HealthEndpoint)
            .WithBindMount(OverlayFiles.Of(builder, Name), Folder, isReadOnly: true)
            .WithHttpHealthCheck("/", endpointName: HealthEndpoint);
        Use("config.yaml");
        if (traces is not null)
        {
            Use(traces.CollectorFile);
            tool.WithEnvironment(traces.CollectorVariable, traces.Address).WaitFor(traces.Store.Resource);
        }

        if (logs is not null)
        {
            Use("elastic.yaml");
            tool.WithEnvironment("ELASTICSEARCH_ENDPOINT", logs.Search.Endpoint).WaitForCompletion(logs.Setup);
        }

        // Where Prometheus scrapes, a second copy of every figure would double the sums.
        if (!scraped)
        {
            Use("metrics.yaml");
            tool.WithHttpEndpoint(targetPort: 9464, name: "metrics");
        }

        // The key is made by Aspire where it has a dashboard; it goes on showing what services send.
        if (builder.Configuration["AppHost:OtlpApiKey"] is { Length: > 0 } key
            && builder.Configuration["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] is { Length: > 0 } dashboard)
        {
            Use("dashboard.yaml");
            tool.WithEnvironment(context =>
            {
                context.EnvironmentVariables["ASPIRE_DASHBOARD_ENDPOINT"] = new HostUrl(dashboard);
                context.EnvironmentVariables["ASPIRE_DASHBOARD_KEY"] = key;
            });
        }

        return new CollectorTool(tool.GetEndpoint(GrpcEndpoint));

        void Use(string file) => tool.WithArgs($"--config={Folder}/{file}");
    }

    /// <summary>Has services send everything here: what a service leaves out, the Collector cannot keep.</summary>
    public void Receive(IEnumerable<IResourceBuilder<ProjectResource>> services)
    {
        foreach (var service in services)
            service
                .WithEnvironment("OTEL_EXPORTER_OTLP_ENDPOINT", otlp)
                .WithEnvironment("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")
                .WithEnvironment("Telemetry__Sampling", "1");
    }
}
