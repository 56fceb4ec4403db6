using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Choir.AppHost.Observability;

namespace Choir.AppHost;

/// <summary>The command line of the app host.</summary>
/// <param name="Options">Its own options; null if it was asked for help or is wrong.</param>
/// <param name="AspireArguments">Settings and Aspire's own options, passed on unread.</param>
/// <param name="ExitCode">The exit code where there are no options: 0 after help, 2 after a mistake.</param>
internal sealed record AppHostCommand(AppHostOptions? Options, string[] AspireArguments, int ExitCode)
{
    private const int WrongUsage = 2;

    /// <summary>Aspire's own options (publishing, mostly).</summary>
    private static readonly HashSet<string> AspireOptions =
    [
        "--operation", "--publisher", "--step", "--output-path", "--log-level", "--environment",
        "--include-exception-details", "--clear-cache", "--yes", "--dcp-cli-path", "--dcp-container-runtime",
        "--dcp-dependency-check-timeout", "--dcp-dashboard-path",
    ];

    private static readonly Option<string> Infrastructure = new("--infrastructure")
    {
        Description = "Where Postgres and the Ethereum node come from: containers, local, or auto (containers if a runtime answers, else local).",
        HelpName = "containers|local|auto",
        DefaultValueFactory = _ => "auto",
    };

    private static readonly Option<string> ActorHosts = new("--actor-hosts")
    {
        Description = $"How many actor hosts to start, 1 to {AppHostOptions.MaxActorHosts}.",
        HelpName = "N",
        DefaultValueFactory = _ => Text(AppHostOptions.DefaultActorHosts),
    };

    private static readonly Option<string> Port = new("--port")
    {
        Description = "The gateway's port; 0 for any free one, for the observability tools too.",
        HelpName = "N",
        DefaultValueFactory = _ => Text(AppHostOptions.DefaultPort),
    };

    private static readonly Option<bool> Ephemeral = new("--ephemeral") { Description = "Start with no data and leave none." };

    private static readonly Option<string> Observability = new("--observability")
    {
        Description =
            "Start these tools with Choir: prometheus, alertmanager, grafana, collector, jaeger or zipkin, elastic, with commas " +
            "between, and what they need; all but zipkin without a list. Those not named can be started later, in the dashboard.",
        HelpName = "LIST",
        Arity = ArgumentArity.ZeroOrOne,
    };

    /// <summary>Reads the command line. Prints help if it is asked for, and everything that is wrong with the command line.</summary>
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

    /// <summary>Reads Choir's options. Everything that is wrong is in <paramref name="errors"/>.</summary>
    internal static AppHostOptions ReadOptions(string[] args, out IReadOnlyList<string> errors) =>
        ReadOptions(Parse(Split(args).Own), out errors);

    /// <summary>
    /// Parts Choir's options from settings (<c>--Section:Key=value</c>) and Aspire's own options, which are for the
    /// configuration: to it a bare <c>--ephemeral</c> would be a key, and the argument after it the value.
    /// </summary>
    internal static (string[] Own, string[] Aspire) Split(string[] args)
    {
        List<string> own = [], aspire = [];
        var wantsValue = false;
        foreach (var argument in args)
        {
            var isOption = argument.StartsWith("--", StringComparison.Ordinal);
            var name = argument.Split('=')[0];
            var isAspires = isOption ? AspireOptions.Contains(name) || name.Contains(':') : wantsValue;
            (isAspires ? aspire : own).Add(argument);
            wantsValue = isOption && isAspires && name == argument;
        }

        return ([.. own], [.. aspire]);
    }

    private static ParseResult Parse(string[] own) =>
        new RootCommand(
            "Runs Choir: Postgres, an Ethereum node, the actor hosts and the gateway. " +
            "A setting is given as --Section:Key=value, for example --Parameters:api-key=VALUE.")
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

        // An option without the value it needs, or with one that is none, is among the errors already.
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

            problems.Add($"{option.Name} takes a whole number from {least} to {most}; it got \"{text}\".");
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

            problems.Add($"{Infrastructure.Name} takes containers, local or auto; it got \"{text}\".");
            return InfrastructureKind.Auto;
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
