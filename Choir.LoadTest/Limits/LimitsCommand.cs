using System.CommandLine;
using System.Globalization;
using Choir.LoadTest.Overhead;
using Choir.LoadTest.Overhead.Measuring;
using Choir.LoadTest.Overhead.Report;

namespace Choir.LoadTest.Limits;

/// <summary>The command <c>limits</c>: compares Choir with what the same machine can do, in the same run.</summary>
internal static class LimitsCommand
{
    private const int Interrupted = 130;

    private static readonly Option<int> Rounds = MeasureSettings.Number(
        "--rounds", "rounds, each of which measures both sides once", 3, 1, 100);

    private static readonly Option<int> Seconds = MeasureSettings.Number(
        "--seconds", "seconds of each measurement", 8, 1, 3_600);

    private static readonly Option<int> Clients = MeasureSettings.Number(
        "--clients", "connections, and loops that send messages", 32, 1, 1_000);

    private static readonly Option<Uri?> Gateway = new("--gateway")
    {
        Description = "the address of a running Choir's gateway, whose key is in CHOIR_API_KEY: compares its actor messages with a bare"
            + " ASP.NET Core endpoint in front of a plain Orleans grain",
        HelpName = "URL",
        CustomParser = result =>
        {
            if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttp)
            {
                return url;
            }

            result.AddError($"--gateway takes an address such as http://localhost:5080; it got \"{result.Tokens[0].Value}\".");
            return null;
        },
    };

    private static readonly Option<string?> Database = new("--database")
    {
        Description = "the connection string of an empty Postgres database: compares persisted messages with pgbench (Debian's package"
            + " postgresql has it)",
        HelpName = "CONNECTION",
    };

    public static Command Create()
    {
        var command = new Command("limits", "Compares Choir with the limits of the same machine: HTTP, and writes to Postgres.");
        command.Add(Gateway);
        command.Add(Database);
        command.Add(Rounds);
        command.Add(Seconds);
        command.Add(Clients);
        command.Validators.Add(result =>
        {
            if (result.GetResult(Gateway) is null && result.GetResult(Database) is null)
            {
                result.AddError("Name what to compare: --gateway URL, --database CONNECTION or both.");
            }
        });
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (clients, time) = (parsed.GetValue(Clients), TimeSpan.FromSeconds(parsed.GetValue(Seconds)));
        try
        {
            if (parsed.GetValue(Gateway) is { } gateway)
            {
                await using var limit = await GatewayLimit.StartAsync(gateway, clients, cancellationToken);
                await CompareAsync(limit, parsed.GetValue(Rounds), time, cancellationToken);
            }

            if (parsed.GetValue(Database) is { } database)
            {
                await using var limit = await WriteLimit.StartAsync(database, clients, cancellationToken);
                await CompareAsync(limit, parsed.GetValue(Rounds), time, cancellationToken);
            }

            return 0;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return Interrupted;
        }
        catch (MeasurementException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
    }

    // Both sides of a round within seconds, in changing order, so that a machine whose speed changes favours neither.
    private static async Task CompareAsync(ILimit limit, int rounds, TimeSpan time, CancellationToken cancellationToken)
    {
        var (choir, bare) = (new List<double>(), new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            if (round % 2 == 0)
            {
                bare.Add(await limit.MeasureBareAsync(time, cancellationToken));
            }

            choir.Add(await limit.MeasureChoirAsync(time, cancellationToken));
            if (round % 2 == 1)
            {
                bare.Add(await limit.MeasureBareAsync(time, cancellationToken));
            }

            Say($"Round {round + 1} of {rounds}: {limit.Name} {choir[^1]:N0}/s, {limit.BareName} {bare[^1]:N0}/s, {choir[^1] / bare[^1]:P1}");
        }

        var ratio = Median.Of(choir.Zip(bare, (one, other) => one / other));
        Say($"{limit.Name}: {ratio:P1} of {limit.BareName} (median of {rounds}; at least {limit.Target:P0}: {(ratio >= limit.Target ? "met" : "missed")})");
    }

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
