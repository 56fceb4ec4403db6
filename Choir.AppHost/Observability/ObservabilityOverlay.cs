using System.Security.Cryptography;
using System.Text;
using Choir.AppHost.Infrastructure;

namespace Choir.AppHost.Observability;

/// <summary>Adds the observability tools, and connects Choir's services with them.</summary>
/// <param name="builder">The model.</param>
/// <param name="infrastructure">The command line, and whether an earlier run was killed.</param>
/// <param name="plan">How each tool runs.</param>
/// <param name="data">This run's data directory.</param>
/// <param name="secrets">The services' secrets.</param>
internal sealed class ObservabilityOverlay(
    IDistributedApplicationBuilder builder, ChoirInfrastructure infrastructure, ObservabilityPlan plan, string data, Secrets secrets)
{
    public const string HttpEndpoint = ServiceExtensions.HttpEndpoint;

    // Separate volumes for each checkout on one machine, like the data directories.
    private readonly string _volumes =
        $"choir-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(data)))[..8]}";

    private readonly List<ToolPage> _pages = [];

    private AppHostOptions Options => infrastructure.Options;

    public IDistributedApplicationBuilder Builder => builder;

    public ObservabilityPlan Plan => plan;

    public Secrets Secrets => secrets;

    public StartedTools Started { get; } = new(infrastructure.Options.Observability.Tools, Progress.Say);

    /// <summary>
    /// A tool's default port. Any free one (null) if the gateway uses a free one, or if another program uses the port and the tool
    /// does not start with Choir; a tool that does needs it.
    /// </summary>
    public int? Port(ObservabilityTools tool, int defaultPort)
    {
        if (Options.Port is null || builder.ExecutionContext.IsPublishMode)
        {
            return Options.Port is null ? null : defaultPort;
        }

        if (!Started.IsOn(tool))
        {
            return PortCheck.IfFree(defaultPort);
        }

        builder.CheckPortBeforeStart(
            defaultPort, $"Port {defaultPort} of {tool} is in use by another program. Stop it, or add --port 0 to choose free ports for everything.", infrastructure);
        return defaultPort;
    }

    /// <summary>A tool's folder in the data directory, accessible to the current user only.</summary>
    public string Folder(string tool, string name)
    {
        var path = Path.Combine(data, "observability", tool, name);
        return OperatingSystem.IsWindows()
            ? Directory.CreateDirectory(path).FullName
            : Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
    }

    /// <summary>Mounts a volume for a folder of a container, except in an ephemeral run.</summary>
    public IResourceBuilder<ContainerResource> Keep(IResourceBuilder<ContainerResource> tool, string folder) =>
        Options.Ephemeral ? tool : tool.WithVolume($"{_volumes}-{tool.Resource.Name}", folder);

    /// <summary>Adds a tool's page to the dashboard, and to the terminal if the tool starts with Choir.</summary>
    public void AddPage<T>(IResourceBuilder<T> tool, ObservabilityTools kind, string name)
        where T : IResourceWithEndpoints
    {
        tool.WithUrlForEndpoint(HttpEndpoint, url => url.DisplayText = name);
        if (Started.IsOn(kind))
        {
            _pages.Add(new ToolPage(name, tool.GetEndpoint(HttpEndpoint)));
        }
    }

    /// <summary>Adds all tools that can run on this machine. The requested ones start with Choir.</summary>
    /// <exception cref="InfrastructureException">A named tool cannot run on this machine, or an alert channel is configured incorrectly.</exception>
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
        var overlay = new ObservabilityOverlay(builder, infrastructure, plan, data, secrets);
        overlay.Add(gateway, services);
        return overlay._pages;
    }

    private void Add(IResourceBuilder<ProjectResource> gateway, IReadOnlyList<IResourceBuilder<ProjectResource>> services)
    {
        var web = gateway.GetEndpoint(HttpEndpoint);
        var alertmanager = plan.Has(ObservabilityTools.Alertmanager) ? AlertmanagerTool.Add(this, gateway) : null;
        var prometheus = plan.Has(ObservabilityTools.Prometheus) && alertmanager is not null
            ? PrometheusTool.Add(this, gateway, alertmanager, services)
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
/// <param name="Endpoint">The page's endpoint.</param>
internal sealed record ToolPage(string Name, EndpointReference Endpoint);

/// <summary>A tool in the model, as a container or a local process.</summary>
/// <param name="Resource">The tool's resource.</param>
/// <param name="Endpoint">The tool's endpoint for others.</param>
internal sealed record ToolReference(IResourceBuilder<IResource> Resource, EndpointReference Endpoint)
{
    /// <summary>The address as host:port.</summary>
    public EndpointReferenceExpression HostAndPort => Endpoint.Property(EndpointProperty.HostAndPort);
}
