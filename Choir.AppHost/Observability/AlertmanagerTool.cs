namespace Choir.AppHost.Observability;

/// <summary>Adds Alertmanager, which notifies the gateway and the configured channels.</summary>
internal static class AlertmanagerTool
{
    public const string Name = "alertmanager";
    private const int Port = 9093;
    private const string Image = "docker.io/prom/alertmanager";
    private const string Tag = "v0.28.1";
    private const string InContainer = "/alertmanager/configuration";

    // A single instance, so clustering is disabled.
    private static readonly string[] Always = ["--data.retention=120h", "--cluster.listen-address=", "--log.level=warn"];

    /// <exception cref="Infrastructure.InfrastructureException">A channel is configured incorrectly.</exception>
    public static ToolReference Add(ObservabilityOverlay overlay, IResourceBuilder<ProjectResource> gateway)
    {
        foreach (var channel in AlertmanagerChannels.Read(overlay.Builder.Configuration))
        {
            foreach (var (name, value, secret) in channel.GatewayEnvironment)
            {
                if (secret)
                {
                    gateway.WithEnvironment(
                        name, overlay.Builder.AddParameter(name.Replace("__", "-", StringComparison.Ordinal).ToLowerInvariant(), value, secret: true));
                }
                else
                {
                    gateway.WithEnvironment(name, value);
                }
            }
        }

        var web = gateway.GetEndpoint(ObservabilityOverlay.HttpEndpoint);
        return overlay.Plan.Programs.TryGetValue(ObservabilityTools.Alertmanager, out var program)
            ? AddProgram(overlay, program, gateway, web)
            : AddContainer(overlay, gateway, web);
    }

    private static ToolReference AddProgram(
        ObservabilityOverlay overlay, string program, IResourceBuilder<ProjectResource> service, EndpointReference gateway)
    {
        var configuration = overlay.Folder(Name, "configuration");
        var data = overlay.Folder(Name, "data");
        var tool = overlay.Builder.AddExecutable(Name, program, data, Always)
            .WithHttpEndpoint(port: overlay.Port(ObservabilityTools.Alertmanager, Port), name: ObservabilityOverlay.HttpEndpoint);
        var own = tool.GetEndpoint(ObservabilityOverlay.HttpEndpoint);
        tool
            .WithArgs(
                $"--config.file={Path.Combine(configuration, AlertmanagerConfiguration.FileName)}",
                $"--storage.path={data}",
                ReferenceExpression.Create($"--web.listen-address=127.0.0.1:{own.Property(EndpointProperty.TargetPort)}"),
                ReferenceExpression.Create($"--web.external-url={own.Property(EndpointProperty.Url)}"))
            .OnBeforeResourceStarted(async (_, _, cancellation) => await RenderAsync(
                overlay, configuration, $"http://{await PrometheusTool.AddressAsync(gateway, cancellation)}", mountedAs: null, cancellation));
        return Finish(overlay, tool, own, service);
    }

    private static ToolReference AddContainer(
        ObservabilityOverlay overlay, IResourceBuilder<ProjectResource> service, EndpointReference gateway)
    {
        // The gateway's address inside the container is known only at its start, so the script inserts it.
        const string script =
            $"rm -rf {InContainer} && cp -R /etc/choir {InContainer} && " +
            $"sed -i \"s|{OverlayFiles.Gateway}|$CHOIR_GATEWAY|g\" {InContainer}/{AlertmanagerConfiguration.FileName} && " +
            $"exec alertmanager --config.file={InContainer}/{AlertmanagerConfiguration.FileName} --storage.path=/alertmanager/data \"$@\"";
        var configuration = overlay.Folder(Name, "configuration");
        var tool = overlay.Builder.AddContainer(Name, Image, Tag)
            .WithEntrypoint("sh")
            .WithArgs(["-c", script, "sh", .. Always])
            // The secret files belong to the current user; the image's own user could not read them.
            .WithContainerRuntimeArgs("--user=0:0")
            .WithHttpEndpoint(port: overlay.Port(ObservabilityTools.Alertmanager, Port), targetPort: Port, name: ObservabilityOverlay.HttpEndpoint)
            .WithBindMount(configuration, "/etc/choir", isReadOnly: true)
            .WithEnvironment("CHOIR_GATEWAY", gateway.Property(EndpointProperty.HostAndPort))
            .OnBeforeResourceStarted((_, _, cancellation) =>
                RenderAsync(overlay, configuration, $"http://{OverlayFiles.Gateway}", InContainer, cancellation));
        overlay.Keep(tool, "/alertmanager");
        return Finish(overlay, tool, tool.GetEndpoint(ObservabilityOverlay.HttpEndpoint), service);
    }

    private static async Task RenderAsync(
        ObservabilityOverlay overlay, string folder, string gateway, string? mountedAs, CancellationToken cancellation) =>
        AlertmanagerConfiguration.Render(
            overlay.Builder.Configuration,
            OverlayFiles.Of(overlay.Builder, Name),
            folder,
            new Uri(gateway),
            (await overlay.Secrets.ApiKey.Resource.GetValueAsync(cancellation))!,
            mountedAs);

    private static ToolReference Finish<T>(
        ObservabilityOverlay overlay, IResourceBuilder<T> tool, EndpointReference own, IResourceBuilder<ProjectResource> gateway)
        where T : IResourceWithEndpoints
    {
        overlay.AddPage(tool, ObservabilityTools.Alertmanager, "Alertmanager");
        overlay.Started.StartWithChoirOrByHand(tool, ObservabilityTools.Alertmanager);
        overlay.Started.Follow(tool, ObservabilityTools.Alertmanager, starts: [], restarts: [gateway.Resource]);
        gateway.WithEnvironment(context =>
        {
            if (overlay.Started.IsOn(ObservabilityTools.Alertmanager))
            {
                context.EnvironmentVariables["Gateway__Alerts__AlertmanagerUrl"] = own;
            }
        });
        tool.WithHttpHealthCheck("/-/ready")
            .WithIconName("AlertOn");
        return new ToolReference((IResourceBuilder<IResource>)tool, own);
    }
}
