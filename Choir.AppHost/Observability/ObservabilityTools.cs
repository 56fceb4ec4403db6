namespace Choir.AppHost.Observability;

/// <summary>The tools of the observability overlay.</summary>
[Flags]
internal enum ObservabilityTools
{
    None = 0,

    /// <summary>Scrapes every process and evaluates the rules.</summary>
    Prometheus = 1,

    /// <summary>Takes alerts to where they are to go.</summary>
    Alertmanager = 2,

    /// <summary>The dashboards.</summary>
    Grafana = 4,

    /// <summary>The OpenTelemetry Collector: takes what services export and hands it on.</summary>
    Collector = 8,

    /// <summary>Keeps and shows traces.</summary>
    Jaeger = 16,

    /// <summary>Keeps and shows traces, in Jaeger's place.</summary>
    Zipkin = 32,

    /// <summary>Keeps and shows logs: Elasticsearch and Kibana.</summary>
    Elastic = 64,
}

/// <summary>What <c>--observability</c> asks for.</summary>
/// <param name="Tools">The tools, with those that they need.</param>
/// <param name="All">Whether all was asked for: then what cannot run here is left out, where a named tool is an error.</param>
internal readonly record struct ObservabilityRequest(ObservabilityTools Tools, bool All)
{
    /// <summary>The option's value that means everything, as does none.</summary>
    public const string AllName = "all";

    private const ObservabilityTools Everything = ObservabilityTools.Prometheus | ObservabilityTools.Alertmanager
        | ObservabilityTools.Grafana | ObservabilityTools.Collector | ObservabilityTools.Jaeger | ObservabilityTools.Elastic;

    private static readonly Dictionary<string, ObservabilityTools> Names = Enum.GetValues<ObservabilityTools>()
        .Where(tool => tool != ObservabilityTools.None)
        .ToDictionary(Name, StringComparer.Ordinal);

    /// <summary>All that can be started, now or later: traces go to Jaeger unless Zipkin is asked for.</summary>
    public ObservabilityTools Offered =>
        Tools.HasFlag(ObservabilityTools.Zipkin) ? (Everything & ~ObservabilityTools.Jaeger) | ObservabilityTools.Zipkin : Everything;

    /// <summary>How a tool is called on the command line.</summary>
    public static string Name(ObservabilityTools tool) => tool.ToString().ToLowerInvariant();

    /// <summary>Each tool of a set.</summary>
    public static IEnumerable<ObservabilityTools> Each(ObservabilityTools tools) =>
        Names.Values.Where(tool => tools.HasFlag(tool));

    /// <summary>Reads a list with commas between; an empty one is everything. What is wrong goes to <paramref name="problem"/>.</summary>
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
                problem($"There is no observability tool \"{name}\"; there are {string.Join(", ", Names.Keys)}, and {AllName}.");
            }
        }

        if (tools.HasFlag(ObservabilityTools.Jaeger | ObservabilityTools.Zipkin))
        {
            problem("Traces go to jaeger or to zipkin; name one of them.");
        }

        if (all)
        {
            tools |= tools.HasFlag(ObservabilityTools.Zipkin) ? Everything & ~ObservabilityTools.Jaeger : Everything;
        }

        return new ObservabilityRequest(WithNeeded(tools), all);
    }

    // A dashboard without data, an alert that goes nowhere, and a store that nothing is sent to are of no use.
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
