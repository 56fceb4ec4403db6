using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Choir.AppHost.Observability;

namespace Choir.AppHost;

/// <summary>The parsed command line of the app host.</summary>
/// <param name="Options">Choir's options; null after help or an error.</param>
/// <param name="AspireArguments">Settings and Aspire's own options, passed to Aspire.</param>
/// <param name="ExitCode">The exit code without options: 0 after help, 2 after an error.</param>
internal sealed record AppHostCommand(AppHostOptions? Options, string[] AspireArguments, int ExitCode)
{
    private const int WrongUsage = 2;

    /// <summary>Aspire's own options, mostly for publishing.</summary>
    private static readonly HashSet<string> AspireOptions =
    [
        "--operation", "--publisher", "--step", "--output-path", "--log-level", "--environment",
        "--include-exception-details", "--clear-cache", "--yes", "--dcp-cli-path", "--dcp-container-runtime",
        "--dcp-dependency-check-timeout", "--dcp-dashboard-path",
    ];

    private static readonly Option<string> Infrastructure = new("--infrastructure")
    {
        Description = "The source of Postgres and the Ethereum node: containers, local, or auto (containers if a runtime answers, otherwise local).",
        HelpName = "containers|local|auto",
        DefaultValueFactory = _ => "auto",
    };

    private static readonly Option<string> ActorHosts = new("--actor-hosts")
    {
        Description = $"The number of actor hosts, 1 to {AppHostOptions.MaxActorHosts}.",
        HelpName = "N",
        DefaultValueFactory = _ => Text(AppHostOptions.DefaultActorHosts),
    };

    private static readonly Option<string> Port = new("--port")
    {
        Description = "The gateway's port; 0 uses free ports for the gateway, the dashboard and the observability tools.",
        HelpName = "N",
        DefaultValueFactory = _ => Text(AppHostOptions.DefaultPort),
    };

    private static readonly Option<bool> Ephemeral = new("--ephemeral") { Description = "Start with no data, and remove the data at the end." };

    private static readonly Option<string> Observability = new("--observability")
    {
        Description =
            "Start these tools and their dependencies with Choir, separated by commas: prometheus, alertmanager, grafana, collector, " +
            "jaeger or zipkin, elastic. Without a list: all except zipkin. The others can be started later in the dashboard.",
        HelpName = "LIST",
        Arity = ArgumentArity.ZeroOrOne,
    };

    /// <summary>Parses the command line. Prints help if requested, and all errors.</summary>
    public static AppHostCommand Read(string[] args)
    {
        var (own, aspire) = Split(args);
        var result = Parse(own);
        if (result.Action is not null && result.Errors.Count == 0)
        {
            return new(null, [], result.Invoke());
        }

        var options = ReadOptions(result, out var errors);
        if (errors.Count == 0)
        {
            return new(options, aspire, 0);
        }

        foreach (var error in errors)
        {
            Console.Error.WriteLine(error);
        }

        Console.Error.WriteLine("Show all options with --help.");
        return new(null, [], WrongUsage);
    }

    /// <summary>Parses Choir's options. All errors are in <paramref name="errors"/>.</summary>
    internal static AppHostOptions ReadOptions(string[] args, out IReadOnlyList<string> errors) =>
        ReadOptions(Parse(Split(args).Own), out errors);

    /// <summary>
    /// Separates Choir's options from settings (<c>--Section:Key=value</c>) and Aspire's options. The configuration would read
    /// <c>--ephemeral</c> as a key and the following argument as its value.
    /// </summary>
    internal static (string[] Own, string[] Aspire) Split(string[] args)
    {
        List<string> own = [], aspire = [];
        var wantsValue = false;
        foreach (var argument in args)
        {
            var isOption = argument.StartsWith("--", StringComparison.Ordinal);
            var name = argument.Split('=')[0];
            var isForAspire = isOption ? AspireOptions.Contains(name) || name.Contains(':') : wantsValue;
            (isForAspire ? aspire : own).Add(argument);
            wantsValue = isOption && isForAspire && name == argument;
        }

        return ([.. own], [.. aspire]);
    }

    private static ParseResult Parse(string[] own) =>
        new RootCommand(
            "Runs Choir: Postgres, an Ethereum node, the actor hosts and the gateway. " +
            "A setting is given as --Section:Key=value, for example --Parameters:api-key=VALUE. " +
            "--ConnectionStrings:choir=VALUE and --Chain:Url=VALUE use an existing Postgres and Ethereum node instead of starting one.")
        {
            Infrastructure, ActorHosts, Port, Ephemeral, Observability,
        }.Parse(own, new ParserConfiguration { ResponseFileTokenReplacer = null });

    private static AppHostOptions ReadOptions(ParseResult result, out IReadOnlyList<string> errors)
    {
        List<string> problems = [.. result.Errors.Select(error => error.Message)];
        errors = problems;
        var port = Number(Port, 0, ushort.MaxValue);
        return new AppHostOptions
        {
            Infrastructure = Kind(),
            ActorHosts = Number(ActorHosts, 1, AppHostOptions.MaxActorHosts),
            Port = port == 0 ? null : port,
            Ephemeral = Value(Ephemeral),
            Observability = result.GetResult(Observability) is { Implicit: false }
                ? ObservabilityRequest.Parse(Value(Observability) ?? "", problems.Add)
                : default,
        };

        // The parser has already reported an option without a valid value.
        T? Value<T>(Option<T> option) =>
            result.GetResult(option) is { } given && given.Errors.Any() ? default : result.GetValue(option);

        int Number(Option<string> option, int least, int most)
        {
            var text = Value(option);
            if (text is null)
            {
                return least;
            }

            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most)
            {
                return value;
            }

            problems.Add($"{option.Name} must be a whole number from {least} to {most}; it is \"{text}\".");
            return least;
        }

        InfrastructureKind Kind()
        {
            var text = Value(Infrastructure);
            if (text is null)
            {
                return InfrastructureKind.Auto;
            }

            if (text is "auto" or "containers" or "local")
            {
                return Enum.Parse<InfrastructureKind>(text, ignoreCase: true);
            }

            problems.Add($"{Infrastructure.Name} must be containers, local or auto; it is \"{text}\".");
            return InfrastructureKind.Auto;
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
