using System.Globalization;
using Choir.AppHost.Observability;

namespace Choir.AppHost;

/// <summary>Where Postgres and the Ethereum node come from.</summary>
internal enum InfrastructureKind
{
    /// <summary>Containers if a container runtime answers, else local.</summary>
    Auto,

    /// <summary>Container images.</summary>
    Containers,

    /// <summary>Binaries on this machine: those on the PATH if they fit, else npm packages.</summary>
    Local,
}

/// <summary>What the command line asks of the app host.</summary>
internal sealed record AppHostOptions
{
    public const int DefaultPort = 5080;
    public const int DefaultActorHosts = 2;
    public const int MaxActorHosts = 16;

    public const string Usage = """
        Options:
          --infrastructure KIND  containers, local, or auto: containers if a runtime answers, else local (default: auto)
          --actor-hosts N        how many actor hosts to start, 1 to 16 (default: 2)
          --port N               the gateway's port, 0 for any free one (default: 5080)
          --ephemeral            start with no data and leave none
          --observability [LIST] also start prometheus, alertmanager, grafana, collector, jaeger or zipkin, elastic: those
                                 named, with commas between, and what they need; all (but zipkin) without a list
          --prepare              install what local infrastructure needs, then exit
          --help                 show this
        A setting can be given as --Section:Key=value, for example --Parameters:api-key=VALUE.
        """;

    /// <summary>Aspire's own options that take a value (publishing, mostly); they are passed on unread.</summary>
    private static readonly HashSet<string> AspireOptions =
    [
        "--operation", "--publisher", "--step", "--output-path", "--log-level", "--environment",
        "--include-exception-details", "--clear-cache", "--yes", "--dcp-cli-path", "--dcp-container-runtime",
        "--dcp-dependency-check-timeout", "--dcp-dashboard-path",
    ];

    /// <summary>Default: <see cref="InfrastructureKind.Auto"/>.</summary>
    public InfrastructureKind Infrastructure { get; init; } = InfrastructureKind.Auto;

    /// <summary>Replicas of <c>actor-host</c>, 1 to <see cref="MaxActorHosts"/>.</summary>
    public int ActorHosts { get; init; } = DefaultActorHosts;

    /// <summary>The gateway's port; none for any free one.</summary>
    public int? Port { get; init; } = DefaultPort;

    /// <summary>Start with no data and leave none.</summary>
    public bool Ephemeral { get; init; }

    /// <summary>The tools to start beside Choir; none by default.</summary>
    public ObservabilityRequest Observability { get; init; }

    /// <summary>Only install what local infrastructure needs.</summary>
    public bool Prepare { get; init; }

    /// <summary>Only show <see cref="Usage"/>.</summary>
    public bool Help { get; init; }

    /// <summary>Reads the command line. Everything that is wrong with it is in <paramref name="errors"/>.</summary>
    public static AppHostOptions Parse(IReadOnlyList<string> args, out IReadOnlyList<string> errors)
    {
        var options = new AppHostOptions();
        var problems = new List<string>();
        var rest = new Queue<string>(args);
        while (rest.TryDequeue(out var argument))
        {
            var (name, inlineValue) = Split(argument);
            if (name.StartsWith("--", StringComparison.Ordinal) && name.Contains(':')) continue;
            switch (name)
            {
                case "--ephemeral": options = options with { Ephemeral = Flag() }; break;
                case "--prepare": options = options with { Prepare = Flag() }; break;
                case "--help" or "-h": options = options with { Help = Flag() }; break;
                case "--observability":
                    options = options with { Observability = ObservabilityRequest.Parse(Value(), problems.Add) }; break;
                case "--infrastructure":
                    options = options with { Infrastructure = Kind(Value()) }; break;
                case "--actor-hosts":
                    options = options with { ActorHosts = Number(Value(), 1, MaxActorHosts) }; break;
                case "--port":
                    var port = Number(Value(), 0, ushort.MaxValue);
                    options = options with { Port = port == 0 ? null : port };
                    break;
                default:
                    if (!AspireOptions.Contains(name)) problems.Add($"There is no option {argument}.");
                    else if (inlineValue is null && HasValue()) rest.Dequeue();
                    break;
            }

            bool HasValue() => rest.TryPeek(out var next) && !next.StartsWith("--", StringComparison.Ordinal);

            string Value() => inlineValue ?? (HasValue() ? rest.Dequeue() : "");

            // "--ephemeral=true" and "--ephemeral true" are how a configuration system writes a flag.
            bool Flag()
            {
                var text = inlineValue ?? (rest.TryPeek(out var next) && bool.TryParse(next, out _) ? rest.Dequeue() : "true");
                if (bool.TryParse(text, out var value)) return value;
                problems.Add($"{name} takes no value, or true or false; it got \"{text}\".");
                return false;
            }

            int Number(string text, int least, int most)
            {
                if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
                    && value >= least && value <= most)
                    return value;
                problems.Add($"{name} takes a whole number from {least} to {most}; it got \"{text}\".");
                return least;
            }

            InfrastructureKind Kind(string text)
            {
                switch (text)
                {
                    case "containers": return InfrastructureKind.Containers;
                    case "local": return InfrastructureKind.Local;
                    case "auto": return InfrastructureKind.Auto;
                    default:
                        problems.Add($"{name} takes containers, local or auto; it got \"{text}\".");
                        return InfrastructureKind.Auto;
                }
            }
        }

        errors = problems;
        return options;
    }

    /// <summary>
    /// The command line as Aspire's configuration may read it: to it a bare <c>--ephemeral</c> would be a key, and the
    /// argument after it the value.
    /// </summary>
    public static string[] ForConfiguration(IReadOnlyList<string> args) =>
    [
        .. args.Select((argument, index) =>
            IsBareFlag(args, index) ? $"{argument}=true"
            : IsBareList(args, index) ? $"{argument}={ObservabilityRequest.AllName}"
            : argument),
    ];

    private static bool IsBareFlag(IReadOnlyList<string> args, int index) =>
        args[index] is "--ephemeral" or "--prepare" && !(index + 1 < args.Count && bool.TryParse(args[index + 1], out _));

    private static bool IsBareList(IReadOnlyList<string> args, int index) =>
        args[index] is "--observability"
        && !(index + 1 < args.Count && !args[index + 1].StartsWith("--", StringComparison.Ordinal));

    private static (string Name, string? Value) Split(string argument)
    {
        var equals = argument.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? (argument, null) : (argument[..equals], argument[(equals + 1)..]);
    }
}
