using System.Security.Cryptography;
using System.Text;
using Choir.AppHost.Infrastructure;

namespace Choir.AppHost.Observability;

/// <summary>The tools beside Choir, and what Choir's services are told of them. Without a tool, nothing is added or told.</summary>
/// <param name="builder">The model.</param>
/// <param name="options">The command line.</param>
/// <param name="plan">Where which tool runs.</param>
/// <param name="data">Where this run keeps its data.</param>
/// <param name="secrets">The services' secrets.</param>
internal sealed class ObservabilityOverlay(
    IDistributedApplicationBuilder builder, AppHostOptions options, ObservabilityPlan plan, DataDirectory data, Secrets secrets)
{
    public const string HttpEndpoint = ChoirInfrastructure.HttpEndpoint;

    // Two checkouts on one machine have volumes of their own, as they have data folders of their own.
    private readonly string volumes =
        $"choir-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(data.Path)))[..8]}";

    public IDistributedApplicationBuilder Builder => builder;

    public ObservabilityPlan Plan => plan;

    public Secrets Secrets => secrets;

    /// <summary>A tool's port: its own, or any free one where the gateway's is too.</summary>
    public int? Port(int usual) => options.Port is null ? null : usual;

    /// <summary>A folder of this run's data for a tool; nobody but this user may look into it.</summary>
    public string Folder(string tool, string name)
    {
        var path = Path.Combine(data.Path, "observability", tool, name);
        return OperatingSystem.IsWindows()
            ? Directory.CreateDirectory(path).FullName
            : Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
    }

    /// <summary>Keeps what a container writes to a folder; an ephemeral run's ends with the container.</summary>
    public IResourceBuilder<ContainerResource> Keep(IResourceBuilder<ContainerResource> tool, string folder) =>
        options.Ephemeral ? tool : tool.WithVolume($"{volumes}-{tool.Resource.Name}", folder);

    /// <summary>Adds what the plan has.</summary>
    /// <exception cref="InfrastructureException">A channel for alerts is configured wrongly.</exception>
    public void Add(IResourceBuilder<ProjectResource> gateway, params IReadOnlyList<IResourceBuilder<ProjectResource>> services)
    {
        var web = gateway.GetEndpoint(HttpEndpoint);
        var alertmanager = plan.Has(ObservabilityTools.Alertmanager) ? AlertmanagerTool.Add(this, gateway) : null;
        var prometheus = plan.Has(ObservabilityTools.Prometheus) ? PrometheusTool.Add(this, web, alertmanager!) : null;
        if (plan.Containers.HasFlag(ObservabilityTools.Prometheus))
            foreach (var service in services)
                ReachableFromContainers(service);

        var traces = TraceTools.Add(this);
        var logs = plan.Has(ObservabilityTools.Elastic) ? ElasticTools.Add(this) : null;
        if (plan.Has(ObservabilityTools.Collector))
            CollectorTool.Add(this, traces, logs, scraped: prometheus is not null).Receive(services);
        if (plan.Has(ObservabilityTools.Grafana)) GrafanaTool.Add(this, web, prometheus!, traces, logs?.Search);
    }

    // Prometheus asks every replica at its own address, and a container cannot reach what listens on the loopback only. A
    // service that listens everywhere gives the machine's address in its network as its own.
    private static void ReachableFromContainers(IResourceBuilder<ProjectResource> service) =>
        service.WithEndpoint(HttpEndpoint, endpoint => endpoint.TargetHost = "0.0.0.0");
}

/// <summary>A tool in the model, however it runs.</summary>
/// <param name="Resource">It, to be waited for.</param>
/// <param name="Endpoint">Where others reach it.</param>
internal sealed record ToolReference(IResourceBuilder<IResource> Resource, EndpointReference Endpoint)
{
    /// <summary>The address as host:port.</summary>
    public EndpointReferenceExpression HostAndPort => Endpoint.Property(EndpointProperty.HostAndPort);
}
