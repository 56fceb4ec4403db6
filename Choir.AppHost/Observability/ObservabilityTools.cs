namespace Choir.AppHost.Observability;

[Flags]
internal enum ObservabilityTools
{
    None = 0,

    /// <summary>Scrapes every process and evaluates the rules.</summary>
    Prometheus = 1,

    /// <summary>Sends alerts to the configured channels.</summary>
    Alertmanager = 2,

    Grafana = 4,

    /// <summary>The OpenTelemetry Collector, which receives and forwards the services' telemetry.</summary>
    Collector = 8,

    /// <summary>Stores and shows traces.</summary>
    Jaeger = 16,

    /// <summary>Stores and shows traces, instead of Jaeger.</summary>
    Zipkin = 32,

    /// <summary>Elasticsearch and Kibana, which store and show logs.</summary>
    Elastic = 64,
}

/// <summary>The value of <c>--observability</c>.</summary>
/// <param name="Tools">The requested tools and their dependencies.</param>
/// <param name="All">Whether all tools are requested: then those that cannot run are left out, instead of being an error.</param>
internal readonly record struct ObservabilityRequest(ObservabilityTools Tools, bool All)
{
    /// <summary>The value that means all tools, like an empty one.</summary>
    public const string AllName = "all";

    private const ObservabilityTools Everything = ObservabilityTools.Prometheus | ObservabilityTools.Alertmanager
        | ObservabilityTools.Grafana | ObservabilityTools.Collector | ObservabilityTools.Jaeger | ObservabilityTools.Elastic;

    private static readonly Dictionary<string, ObservabilityTools> Names = Enum.GetValues<ObservabilityTools>()
        .Where(tool => tool != ObservabilityTools.None)
        .ToDictionary(Name, StringComparer.Ordinal);

    /// <summary>The tools that can be started now or later: Jaeger, or Zipkin if it is requested.</summary>
    public ObservabilityTools Offered =>
        Tools.HasFlag(ObservabilityTools.Zipkin) ? (Everything & ~ObservabilityTools.Jaeger) | ObservabilityTools.Zipkin : Everything;

    public static string Name(ObservabilityTools tool) => tool.ToString().ToLowerInvariant();

    public static IEnumerable<ObservabilityTools> Each(ObservabilityTools tools) =>
        Names.Values.Where(tool => tools.HasFlag(tool));

    /// <summary>Parses a comma-separated list; an empty one means all tools. Errors are passed to <paramref name="problem"/>.</summary>
    public static ObservabilityRequest Parse(string list, Action<string> problem)
    {
        var tools = ObservabilityTools.None;
        var all = list.Length == 0;
        foreach (var name in list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (Names.TryGetValue(name, out var tool))
            {
                tools |= tool;
            }
            else if (name == AllName)
            {
                all = true;
            }
            else
            {
                problem($"There is no observability tool \"{name}\"; valid names are {string.Join(", ", Names.Keys)} and {AllName}.");
            }
        }

        if (tools.HasFlag(ObservabilityTools.Jaeger | ObservabilityTools.Zipkin))
        {
            problem("jaeger and zipkin exclude each other; name only one of them.");
        }

        if (all)
        {
            tools |= tools.HasFlag(ObservabilityTools.Zipkin) ? Everything & ~ObservabilityTools.Jaeger : Everything;
        }

        return new ObservabilityRequest(WithNeeded(tools), all);
    }

    // Adds the data source of dashboards, the receiver of alerts, and the collector for backends.
    private static ObservabilityTools WithNeeded(ObservabilityTools tools)
    {
        const ObservabilityTools fed = ObservabilityTools.Jaeger | ObservabilityTools.Zipkin | ObservabilityTools.Elastic;
        if (tools.HasFlag(ObservabilityTools.Grafana))
        {
            tools |= ObservabilityTools.Prometheus;
        }

        if (tools.HasFlag(ObservabilityTools.Prometheus))
        {
            tools |= ObservabilityTools.Alertmanager;
        }

        if ((tools & fed) != 0)
        {
            tools |= ObservabilityTools.Collector;
        }

        return tools;
    }
}
