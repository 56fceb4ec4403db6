using System.Security.Cryptography;
using System.Text;
using Choir.AppHost.Infrastructure;

namespace Choir.AppHost.Observability;

/// <summary>The tools beside Choir, and what Choir's services are told of them. Without a tool, nothing is added or told.</summary>
/// <param name="builder">The model.</param>
/// <param name="options">The command line.</param>
/// <param name="plan">Where which tool runs.</param>
/// <param name="data">The path of this run's data.</param>
/// <param name="secrets">The services' secrets.</param>
internal sealed class ObservabilityOverlay(
    IDistributedApplicationBuilder builder, AppHostOptions options, ObservabilityPlan plan, string data, Secrets secrets)
{
    public const string HttpEndpoint = ServiceExtensions.HttpEndpoint;

    // Two checkouts on one machine have volumes of their own, as they have data folders of their own.
    private readonly string _volumes =
        $"choir-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(data)))[..8]}";

    private readonly List<ToolPage> _pages = [];

    public IDistributedApplicationBuilder Builder => builder;

    public ObservabilityPlan Plan => plan;

    public Secrets Secrets => secrets;

    /// <summary>Which tools run.</summary>
    public StartedTools Started { get; } = new(options.Observability.Tools);

    /// <summary>A tool's port: its own, or any free one where the gateway's is too.</summary>
    public int? Port(int usual) => options.Port is null ? null : usual;

    /// <summary>A folder of this run's data for a tool; nobody but this user may look into it.</summary>
    public string Folder(string tool, string name)
    {
        var path = Path.Combine(data, "observability", tool, name);
        return OperatingSystem.IsWindows()
            ? Directory.CreateDirectory(path).FullName
            : Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
    }

    /// <summary>Keeps what a container writes to a folder; an ephemeral run's ends with the container.</summary>
    public IResourceBuilder<ContainerResource> Keep(IResourceBuilder<ContainerResource> tool, string folder) =>
        options.Ephemeral ? tool : tool.WithVolume($"{_volumes}-{tool.Resource.Name}", folder);

    /// <summary>Names a tool's page in the dashboard, and on the terminal if the tool starts with Choir.</summary>
    public void AddPage<T>(IResourceBuilder<T> tool, ObservabilityTools kind, string name)
        where T : IResourceWithEndpoints
    {
        tool.WithUrlForEndpoint(HttpEndpoint, url => url.DisplayText = name);
        if (Started.IsOn(kind))
        {
            _pages.Add(new ToolPage(name, tool.GetEndpoint(HttpEndpoint)));
        }
    }

    /// <summary>Adds the tools that can run here, those that were asked for to be started with Choir.</summary>
    /// <exception cref="InfrastructureException">A tool that was named cannot run here, or a channel for alerts is configured wrongly.</exception>
    /// <returns>The pages of the tools that start with Choir.</returns>
    public static async Task<IReadOnlyList<ToolPage>> AddAsync(
        IDistributedApplicationBuilder builder, ChoirInfrastructure infrastructure, Secrets secrets,
        IResourceBuilder<ProjectResource> gateway, IReadOnlyList<IResourceBuilder<ProjectResource>> services, CancellationToken cancellation)
    {
        if (infrastructure.DataPath is not { } data)
        {
            return [];
        }

        var plan = await ObservabilityPlan.MakeAsync(infrastructure.Options, cancellation);
        var overlay = new ObservabilityOverlay(builder, infrastructure.Options, plan, data, secrets);
        overlay.Add(gateway, services);
        return overlay._pages;
    }

    private void Add(IResourceBuilder<ProjectResource> gateway, IReadOnlyList<IResourceBuilder<ProjectResource>> services)
    {
        var web = gateway.GetEndpoint(HttpEndpoint);
        var alertmanager = plan.Has(ObservabilityTools.Alertmanager) ? AlertmanagerTool.Add(this, gateway) : null;
        var prometheus = plan.Has(ObservabilityTools.Prometheus) && alertmanager is not null
            ? PrometheusTool.Add(this, web, alertmanager, services)
            : null;
        var traces = TraceTools.Add(this);
        var logs = plan.Has(ObservabilityTools.Elastic) ? ElasticTools.Add(this) : null;
        if (plan.Has(ObservabilityTools.Collector))
        {
            CollectorTool.Add(this, traces, logs, services);
        }

        if (plan.Has(ObservabilityTools.Grafana) && prometheus is not null)
        {
            GrafanaTool.Add(this, web, prometheus, traces, logs?.Search);
        }
    }
}

/// <summary>A tool's page.</summary>
/// <param name="Name">The tool's name.</param>
/// <param name="Endpoint">Where the page is.</param>
internal sealed record ToolPage(string Name, EndpointReference Endpoint);

/// <summary>A tool in the model, however it runs.</summary>
/// <param name="Resource">It, to be waited for.</param>
/// <param name="Endpoint">Where others reach it.</param>
internal sealed record ToolReference(IResourceBuilder<IResource> Resource, EndpointReference Endpoint)
{
    /// <summary>The address as host:port.</summary>
    public EndpointReferenceExpression HostAndPort => Endpoint.Property(EndpointProperty.HostAndPort);
}
