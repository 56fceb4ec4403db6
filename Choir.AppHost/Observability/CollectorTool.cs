namespace Choir.AppHost.Observability;

/// <summary>Adds the OpenTelemetry Collector, which receives all telemetry of the services, samples it and exports it.</summary>
internal static class CollectorTool
{
    public const string Name = "otel-collector";
    private const string Image = "docker.io/otel/opentelemetry-collector-contrib";
    private const string Tag = "0.139.0";
    private const string Folder = "/etc/otelcol-choir";
    private const string GrpcEndpoint = "grpc";
    private const string HealthEndpoint = "health";

    /// <param name="overlay">The overlay.</param>
    /// <param name="traces">The trace backend, if any.</param>
    /// <param name="logs">The log backend, if any.</param>
    /// <param name="services">The services that export to it.</param>
    public static void Add(
        ObservabilityOverlay overlay, TraceTools? traces, ElasticTools? logs, IReadOnlyList<IResourceBuilder<ProjectResource>> services)
    {
        var tool = overlay.Builder.AddContainer(Name, Image, Tag)
            .WithEndpoint(targetPort: 4317, scheme: "http", name: GrpcEndpoint)
            .WithHttpEndpoint(targetPort: 13133, name: HealthEndpoint)
            .WithHttpEndpoint(targetPort: 9464, name: "metrics")
            .WithBindMount(OverlayFiles.Of(overlay.Builder, Name), Folder, isReadOnly: true)
            .WithHttpHealthCheck("/", endpointName: HealthEndpoint)
            .WithIconName("BranchFork")
            .WithArgs($"--config={Folder}/config.yaml");
        ConfigureExporters(overlay.Started, tool, traces, logs);
        ExportToDashboard(overlay.Builder, tool);

        overlay.Started.StartWithChoirOrByHand(tool, ObservabilityTools.Collector);
        overlay.Started.Follow(tool, ObservabilityTools.Collector, starts: [], restarts: [.. services.Select(service => service.Resource)]);
        foreach (var service in services)
        {
            ExportTo(service, tool.GetEndpoint(GrpcEndpoint), overlay.Started);
        }

        // A backend needs the Collector to export to it.
        if (traces is not null)
        {
            overlay.Started.Follow(traces.Container, traces.Tool, starts: [], restarts: [tool.Resource]);
        }

        if (logs is not null)
        {
            overlay.Started.Follow(logs.Container, ObservabilityTools.Elastic, starts: [logs.Setup.Resource, logs.Kibana.Resource, logs.KibanaSetup.Resource], restarts: [tool.Resource]);
        }
    }

    // Evaluated at each start of the Collector, because a backend may be started later.
    private static void ConfigureExporters(
        StartedTools started, IResourceBuilder<ContainerResource> tool, TraceTools? traces, ElasticTools? logs)
    {
        tool.WithArgs(context =>
        {
            if (traces is not null && started.IsOn(traces.Tool))
            {
                context.Args.Add($"--config={Folder}/{traces.CollectorFile}");
            }

            if (logs is not null && started.IsOn(ObservabilityTools.Elastic))
            {
                context.Args.Add($"--config={Folder}/elastic.yaml");
            }
            // With Prometheus scraping the services, a second copy of every series would double the sums.
            if (!started.IsOn(ObservabilityTools.Prometheus))
            {
                context.Args.Add($"--config={Folder}/metrics.yaml");
            }
        });
        tool.WithEnvironment(context =>
        {
            if (traces is not null && started.IsOn(traces.Tool))
            {
                context.EnvironmentVariables[traces.CollectorVariable] = traces.Address;
            }

            if (logs is not null && started.IsOn(ObservabilityTools.Elastic))
            {
                context.EnvironmentVariables["ELASTICSEARCH_ENDPOINT"] = logs.Search.Endpoint;
            }
        });
        if (traces is not null && started.IsOn(traces.Tool))
        {
            tool.WaitFor(traces.Store.Resource);
        }

        if (logs is not null && started.IsOn(ObservabilityTools.Elastic))
        {
            tool.WaitForCompletion(logs.Setup);
        }
    }

    // Aspire creates the key if it runs a dashboard, which continues to show the services' telemetry.
    private static void ExportToDashboard(IDistributedApplicationBuilder builder, IResourceBuilder<ContainerResource> tool)
    {
        if (builder.Configuration["AppHost:OtlpApiKey"] is not { Length: > 0 } key
            || builder.Configuration["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] is not { Length: > 0 } dashboard)
        {
            return;
        }

        tool.WithArgs($"--config={Folder}/dashboard.yaml").WithEnvironment(context =>
        {
            context.EnvironmentVariables["ASPIRE_DASHBOARD_ENDPOINT"] = new HostUrl(dashboard);
            context.EnvironmentVariables["ASPIRE_DASHBOARD_KEY"] = key;
        });
    }

    /// <summary>Exports all telemetry of a service to the running Collector, with all traces, because the Collector samples.</summary>
    private static void ExportTo(IResourceBuilder<ProjectResource> service, EndpointReference otlp, StartedTools started) =>
        service.WithEnvironment(context =>
        {
            if (!started.IsOn(ObservabilityTools.Collector))
            {
                return;
            }

            context.EnvironmentVariables["OTEL_EXPORTER_OTLP_ENDPOINT"] = otlp;
            context.EnvironmentVariables["OTEL_EXPORTER_OTLP_PROTOCOL"] = "grpc";
            context.EnvironmentVariables["Telemetry__Sampling"] = "1";
        });
}
