namespace Choir.AppHost.Observability;

/// <summary>Adds Prometheus with Choir's rules. It discovers the processes through the gateway.</summary>
internal static class PrometheusTool
{
    public const string Name = "prometheus";
    private const int Port = 9090;
    private const string Image = "docker.io/prom/prometheus";
    private const string Tag = "v3.5.0";

    // Both retention limits apply; the first one reached deletes data. Error budgets are those of 30 days.
    private static readonly string[] Always =
        ["--enable-feature=exemplar-storage", "--storage.tsdb.retention.time=31d", "--storage.tsdb.retention.size=2GB", "--log.level=warn"];

    public static ToolReference Add(
        ObservabilityOverlay overlay, IResourceBuilder<ProjectResource> gateway, ToolReference alertmanager,
        IReadOnlyList<IResourceBuilder<ProjectResource>> services)
    {
        var web = gateway.GetEndpoint(ObservabilityOverlay.HttpEndpoint);
        var tool = overlay.Plan.Programs.TryGetValue(ObservabilityTools.Prometheus, out var program)
            ? AddProgram(overlay, program, gateway, alertmanager)
            : AddContainer(overlay, web, alertmanager, services);
        gateway.WithEnvironment(context =>
        {
            if (overlay.Started.IsOn(ObservabilityTools.Prometheus))
            {
                context.EnvironmentVariables["Gateway__Alerts__PrometheusUrl"] = tool.Endpoint;
            }
        });
        return tool;
    }

    private static ToolReference AddProgram(
        ObservabilityOverlay overlay, string program, IResourceBuilder<ProjectResource> gateway, ToolReference alertmanager)
    {
        var source = OverlayFiles.Of(overlay.Builder, Name);
        var configuration = overlay.Folder(Name, "configuration");
        var data = overlay.Folder(Name, "data");
        var tool = overlay.Builder.AddExecutable(Name, program, data, Always)
            .WithHttpEndpoint(port: overlay.Port(ObservabilityTools.Prometheus, Port), name: ObservabilityOverlay.HttpEndpoint);
        var own = tool.GetEndpoint(ObservabilityOverlay.HttpEndpoint);
        tool
            .WithArgs(
                $"--config.file={Path.Combine(configuration, "prometheus.yml")}",
                $"--storage.tsdb.path={data}",
                ReferenceExpression.Create($"--web.listen-address=127.0.0.1:{own.Property(EndpointProperty.TargetPort)}"),
                ReferenceExpression.Create($"--web.external-url={own.Property(EndpointProperty.Url)}"))
            .OnBeforeResourceStarted(async (_, _, cancellation) => OverlayFiles.RenderPrometheus(
                source,
                configuration,
                await AddressAsync(gateway.GetEndpoint(ObservabilityOverlay.HttpEndpoint), cancellation),
                await AddressAsync(own, cancellation),
                await AddressAsync(alertmanager.Endpoint, cancellation)));
        return Finish(overlay, tool, own, alertmanager, [gateway.Resource]);
    }

    private static ToolReference AddContainer(
        ObservabilityOverlay overlay, EndpointReference gateway, ToolReference alertmanager,
        IReadOnlyList<IResourceBuilder<ProjectResource>> services)
    {
        // The addresses inside the container are known only at its start, so the script inserts them.
        const string script =
            "rm -rf /prometheus/configuration && cp -R /etc/choir /prometheus/configuration && " +
            "find /prometheus/configuration -name '*.yml' -exec sed -i " +
            $"\"s|{OverlayFiles.Gateway}|$CHOIR_GATEWAY|g; s|{OverlayFiles.Alertmanager}|$CHOIR_ALERTMANAGER|g\" {{}} + && " +
            "exec prometheus --config.file=/prometheus/configuration/prometheus.yml --storage.tsdb.path=/prometheus/data \"$@\"";
        var tool = overlay.Builder.AddContainer(Name, Image, Tag)
            .WithEntrypoint("sh")
            .WithArgs(["-c", script, "sh", .. Always])
            .WithHttpEndpoint(port: overlay.Port(ObservabilityTools.Prometheus, Port), targetPort: Port, name: ObservabilityOverlay.HttpEndpoint)
            .WithBindMount(OverlayFiles.Of(overlay.Builder, Name), "/etc/choir", isReadOnly: true)
            .WithEnvironment("CHOIR_GATEWAY", gateway.Property(EndpointProperty.HostAndPort))
            .WithEnvironment("CHOIR_ALERTMANAGER", alertmanager.HostAndPort);
        overlay.Keep(tool, "/prometheus");
        if (overlay.Started.IsOn(ObservabilityTools.Prometheus))
        {
            ReachableFromContainers(services);
        }
        else
        {
            tool.OnBeforeResourceStarted((_, _, _) =>
            {
                ReachableFromContainers(services);
                return Task.CompletedTask;
            });
        }

        return Finish(
            overlay, tool, tool.GetEndpoint(ObservabilityOverlay.HttpEndpoint), alertmanager, [.. services.Select(service => service.Resource)]);
    }

    // Prometheus scrapes each replica at its own address, and a container cannot reach a loopback listener. A service that
    // listens on all interfaces registers the machine's network address.
    private static void ReachableFromContainers(IReadOnlyList<IResourceBuilder<ProjectResource>> services)
    {
        foreach (var service in services)
        {
            service.WithEndpoint(ObservabilityOverlay.HttpEndpoint, endpoint => endpoint.TargetHost = "0.0.0.0");
        }
    }

    // It does not wait for Choir, so that it can report a failed start.
    private static ToolReference Finish<T>(
        ObservabilityOverlay overlay, IResourceBuilder<T> tool, EndpointReference own, ToolReference alertmanager, IReadOnlyList<IResource> restarts)
        where T : IResourceWithEndpoints, IResourceWithWaitSupport
    {
        overlay.AddPage(tool, ObservabilityTools.Prometheus, "Prometheus");
        overlay.Started.StartWithChoirOrByHand(tool, ObservabilityTools.Prometheus);
        overlay.Started.Follow(tool, ObservabilityTools.Prometheus, starts: [alertmanager.Resource.Resource], restarts);
        tool.WithHttpHealthCheck("/-/ready")
            .WithIconName("DataTrending")
            .WaitFor(alertmanager.Resource);
        return new ToolReference((IResourceBuilder<IResource>)tool, own);
    }

    public static async Task<string> AddressAsync(EndpointReference endpoint, CancellationToken cancellation) =>
        (await endpoint.Property(EndpointProperty.HostAndPort).GetValueAsync(cancellation))!;
}
