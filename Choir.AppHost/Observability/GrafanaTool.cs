namespace Choir.AppHost.Observability;

internal static class GrafanaTool
{
    public const string Name = "grafana";
    private const int Port = 3000;
    private const string Provisioning = "/etc/grafana/provisioning";

    public static void Add(
        ObservabilityOverlay overlay, EndpointReference gateway, ToolReference prometheus, TraceTools? traces, ToolReference? logs)
    {
        var files = OverlayFiles.Of(overlay.Builder, Name);
        // Below the private folder, and readable for the image's own user.
        var dashboards = Directory.CreateDirectory(Path.Combine(overlay.Folder(Name, "configuration"), "dashboards")).FullName;
        var tool = overlay.Builder.AddContainer(Name, "docker.io/grafana/grafana", "12.2.0")
            // Anonymous access, including Explore for the links to traces and logs. Without a login there is no default password.
            .WithEnvironment("GF_AUTH_ANONYMOUS_ENABLED", "true")
            .WithEnvironment("GF_AUTH_ANONYMOUS_ORG_ROLE", "Editor")
            .WithEnvironment("GF_AUTH_DISABLE_LOGIN_FORM", "true")
            .WithEnvironment("GF_AUTH_BASIC_ENABLED", "false")
            .WithEnvironment("GF_ANALYTICS_REPORTING_ENABLED", "false")
            .WithEnvironment("GF_ANALYTICS_CHECK_FOR_UPDATES", "false")
            .WithEnvironment("PROMETHEUS_URL", prometheus.Endpoint)
            .WithEnvironment("CHOIR_URL", gateway)
            .WithBindMount(Path.Combine(files, "provisioning", "datasources"), $"{Provisioning}/datasources", isReadOnly: true)
            .WithBindMount(Path.Combine(files, "provisioning", "dashboards", "choir.yml"), $"{Provisioning}/dashboards/choir.yml", isReadOnly: true)
            .WithBindMount(dashboards, $"{Provisioning}/dashboards/choir", isReadOnly: true)
            .OnBeforeResourceStarted(async (_, _, cancellation) => OverlayFiles.RenderDashboards(
                Path.Combine(files, "dashboards"), dashboards, new Uri((await gateway.GetValueAsync(cancellation))!)))
            .WithHttpEndpoint(port: overlay.Port(ObservabilityTools.Grafana, Port), targetPort: Port, name: ObservabilityOverlay.HttpEndpoint)
            .WithHttpHealthCheck("/api/health")
            .WithIconName("DataPie")
            .WaitFor(prometheus.Resource);
        if (traces is { IsJaeger: true })
        {
            tool.WithEnvironment("JAEGER_URL", traces.Store.Endpoint);
            if (overlay.Started.IsOn(ObservabilityTools.Jaeger))
            {
                tool.WaitFor(traces.Store.Resource);
            }
        }

        if (logs is not null)
        {
            tool.WithEnvironment("ELASTICSEARCH_URL", logs.Endpoint);
            if (overlay.Started.IsOn(ObservabilityTools.Elastic))
            {
                tool.WaitFor(logs.Resource);
            }
        }

        overlay.Keep(tool, "/var/lib/grafana");
        overlay.AddPage(tool, ObservabilityTools.Grafana, "Grafana");
        overlay.Started.StartWithChoirOrByHand(tool, ObservabilityTools.Grafana);
        overlay.Started.Follow(tool, ObservabilityTools.Grafana, starts: [prometheus.Resource.Resource], restarts: []);
    }
}
