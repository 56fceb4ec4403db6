using Choir.AppHost.Infrastructure;

namespace Choir.AppHost.Observability;

/// <summary>How each tool runs on this machine.</summary>
/// <param name="Containers">The tools that run as containers.</param>
/// <param name="Programs">The tools that run as local processes, with the programs' paths.</param>
/// <param name="LeftOut">The tools that cannot run on this machine.</param>
internal sealed record ObservabilityPlan(
    ObservabilityTools Containers, IReadOnlyDictionary<ObservabilityTools, string> Programs, ObservabilityTools LeftOut)
{
    /// <summary>The tools that can run without containers, with their programs' names; the second name is Debian's.</summary>
    private static readonly Dictionary<ObservabilityTools, string[]> Local = new()
    {
        [ObservabilityTools.Prometheus] = ["prometheus"],
        [ObservabilityTools.Alertmanager] = ["alertmanager", "prometheus-alertmanager"],
    };

    public bool Has(ObservabilityTools tool) => Containers.HasFlag(tool) || Programs.ContainsKey(tool);

    /// <summary>Makes the plan for this machine, and prints which requested tools are left out and why.</summary>
    /// <exception cref="InfrastructureException">A named tool cannot run on this machine.</exception>
    public static async Task<ObservabilityPlan> MakeAsync(AppHostOptions options, CancellationToken cancellation)
    {
        // ContainerRuntime.RequireBeforeStart checks explicitly requested containers.
        var containers = options.Infrastructure == InfrastructureKind.Containers || await ContainerRuntime.FindAsync(cancellation) is not null;
        var plan = Make(options.Observability, containers, options.Infrastructure == InfrastructureKind.Local, Tool.Find);
        var missing = plan.LeftOut & options.Observability.Tools;
        if (missing != ObservabilityTools.None)
        {
            Progress.Say($"Observability: {Missing(missing)}");
        }

        return plan;
    }

    /// <param name="request">The tools to start with Choir. The plan includes the others too, so that they can be started later.</param>
    /// <param name="containers">Whether a container runtime is available.</param>
    /// <param name="preferLocal">Whether to prefer a local program over a container.</param>
    /// <param name="find">Returns the path of a program, or null.</param>
    /// <exception cref="InfrastructureException">A named tool cannot run on this machine.</exception>
    public static ObservabilityPlan Make(ObservabilityRequest request, bool containers, bool preferLocal, Func<string, string?> find)
    {
        var inContainers = ObservabilityTools.None;
        var leftOut = ObservabilityTools.None;
        var programs = new Dictionary<ObservabilityTools, string>();
        foreach (var tool in ObservabilityRequest.Each(request.Offered))
        {
            var program = containers && !preferLocal ? null
                : Local.GetValueOrDefault(tool, []).Select(find).FirstOrDefault(path => path is not null);
            if (program is not null)
            {
                programs[tool] = program;
            }
            else if (containers)
            {
                inContainers |= tool;
            }
            else
            {
                leftOut |= tool;
            }
        }

        var plan = new ObservabilityPlan(inContainers, programs, leftOut);
        var missing = leftOut & request.Tools;
        return request.All || missing == ObservabilityTools.None ? plan
            : throw new InfrastructureException($"With --observability, {Missing(missing)}");
    }

    private static string Missing(ObservabilityTools tools)
    {
        var containersOnly = ObservabilityRequest.Each(tools).Where(tool => !Local.ContainsKey(tool)).Select(ObservabilityRequest.Name).ToList();
        var programs = ObservabilityRequest.Each(tools).Where(Local.ContainsKey).Select(ObservabilityRequest.Name).ToList();
        List<string> parts = [];
        if (containersOnly.Count > 0)
        {
            parts.Add(
                $"{string.Join(", ", containersOnly)} {Cannot(containersOnly)} run here, because no container runtime answers (docker, podman). " +
                "prometheus and alertmanager also run as local programs.");
        }

        if (programs.Count > 0)
        {
            parts.Add(
                $"{string.Join(", ", programs)} {Cannot(programs)} run here, because no container runtime answers and there is no " +
                $"{string.Join(", no ", Each(programs))} on the PATH.");
        }

        return string.Join(' ', parts);

        static string Cannot(List<string> names) => names.Count == 1 ? "does not" : "do not";

        static IEnumerable<string> Each(List<string> names) =>
            names.Select(name => string.Join(" or ", Local[Enum.Parse<ObservabilityTools>(name, ignoreCase: true)]));
    }
}
