using Choir.AppHost.Infrastructure;

namespace Choir.AppHost.Observability;

/// <summary>Where each of the tools runs that can run here.</summary>
/// <param name="Containers">Those that run as containers.</param>
/// <param name="Programs">Those that run as programs of this machine, with the programs' paths.</param>
/// <param name="LeftOut">Those that cannot run here.</param>
internal sealed record ObservabilityPlan(
    ObservabilityTools Containers, IReadOnlyDictionary<ObservabilityTools, string> Programs, ObservabilityTools LeftOut)
{
    /// <summary>What runs without containers, by the names that its program has; the second is Debian's.</summary>
    private static readonly Dictionary<ObservabilityTools, string[]> Local = new()
    {
        [ObservabilityTools.Prometheus] = ["prometheus"],
        [ObservabilityTools.Alertmanager] = ["alertmanager", "prometheus-alertmanager"],
    };

    /// <summary>Whether a tool runs at all.</summary>
    public bool Has(ObservabilityTools tool) => Containers.HasFlag(tool) || Programs.ContainsKey(tool);

    /// <summary>Looks at this machine, and says in one line which of the tools asked for are left out and why.</summary>
    /// <exception cref="InfrastructureException">A tool that was named cannot run here.</exception>
    public static async Task<ObservabilityPlan> MakeAsync(AppHostOptions options, CancellationToken cancellation)
    {
        // Containers that were asked for are not doubted: what is wrong with them shows at the start.
        var containers = options.Infrastructure == InfrastructureKind.Containers || await ContainerRuntime.FindAsync(cancellation) is not null;
        var plan = Make(options.Observability, containers, options.Infrastructure == InfrastructureKind.Local, Tool.Find);
        var missing = plan.LeftOut & options.Observability.Tools;
        if (missing != ObservabilityTools.None)
        {
            Progress.Say($"Observability: {Missing(missing)}");
        }

        return plan;
    }

    /// <summary>Decides.</summary>
    /// <param name="request">What is to start with Choir. The other tools are planned too, to be started later.</param>
    /// <param name="containers">Whether containers can be run.</param>
    /// <param name="preferLocal">Whether a program is taken where there is one, and a container only else.</param>
    /// <param name="find">The path of a program, or none.</param>
    /// <exception cref="InfrastructureException">A tool that was named cannot run here.</exception>
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
                "prometheus and alertmanager need none: their programs are enough.");
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
