using System.CommandLine;
using System.CommandLine.Parsing;
using Choir.LoadTest.Overhead.Measuring;
using Choir.LoadTest.Overhead.Report;
using Choir.LoadTest.Overhead.Scenarios;
using Choir.LoadTest.Reports.Files;
using Spectre.Console;

namespace Choir.LoadTest.Overhead;

/// <summary>The command <c>overhead</c>: compares the cost of a message with and without Choir's telemetry.</summary>
internal static class OverheadCommand
{
    // The exit code that shells use after Ctrl-C.
    private const int Interrupted = 130;

    private static readonly Option<int> Rounds = MeasureSettings.Number(
        "--rounds", "rounds, each of which measures every scenario once", 5, 1, 100);

    private static readonly Option<IReadOnlyList<Scenario>> Scenarios = new("--scenarios")
    {
        Description = $"which to measure, separated by commas: {string.Join(", ", AllNames)}. The last seven "
            + "are measured only if named: grain-noop-filters is bare with an incoming call filter that does nothing, grain-observed is bare "
            + "observed by AddChoirObservability; grain-noop-callers and grain-observed-callers are the same with a filter of outgoing calls "
            + "too, that is with ObserveCallers; no-known-actors is choir-1 without the table of known actors; in remote all messages of "
            + "choir-1 count as sent by another process, whose clock is corrected; remote-no-skew is remote without that correction",
        HelpName = "A,B",
        CustomParser = ParseScenarios,
    };

    private static readonly Option<FileInfo?> Json = new("--json")
    {
        Description = "also write the results to a file", HelpName = "FILE", Validators = { RefuseMissingFolder },
    };

    private static readonly Option<bool> Check = new("--check")
    {
        Description = "exit with code 1 unless every target was measured and met",
    };

    private static IReadOnlyList<string> AllNames => [.. Scenario.All.Select(scenario => scenario.Name)];

    public static Command Create()
    {
        var command = new Command("overhead", "Measures what a message costs with and without telemetry, side by side.");
        command.Add(Rounds);
        command.Add(Scenarios);
        MeasureSettings.AddTo(command);
        command.Add(Json);
        command.Add(Check);
        command.SetAction(RunAsync);
        return command;
    }

    /// <summary>The scenarios of a command line; those of <see cref="Scenario.Default"/> unless some are named.</summary>
    public static IReadOnlyList<Scenario> ScenariosOf(ParseResult parsed) => parsed.GetValue(Scenarios) ?? Scenario.Default;

    // The result is in the order of the report, not of the names.
    private static IReadOnlyList<Scenario> ParseScenarios(ArgumentResult result)
    {
        var names = result.Tokens
            .SelectMany(token => token.Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .ToHashSet();
        foreach (var unknown in names.Except(AllNames))
        {
            result.AddError($"There is no scenario \"{unknown}\". There are: {string.Join(", ", AllNames)}.");
        }

        if (names.Count == 0)
        {
            result.AddError("--scenarios names none.");
        }

        return [.. Scenario.All.Where(scenario => names.Contains(scenario.Name))];
    }

    private static void RefuseMissingFolder(OptionResult result)
    {
        if (result.GetValueOrDefault<FileInfo?>() is { Directory.Exists: false } file)
        {
            result.AddError($"--json takes a file in a folder that exists; there is no {file.DirectoryName}.");
        }
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var scenarios = ScenariosOf(parsed);
        using var progress = Progress.OnConsole();
        try
        {
            if (parsed.GetValue(Json) is { } written)
            {
                WritableFolder.Probe(written, "--json");
            }

            var run = new OverheadRun(scenarios, parsed.GetValue(Rounds), MeasureSettings.Read(parsed), progress);
            var rounds = await run.MeasureAsync(cancellationToken);
            var report = OverheadReport.Create([.. scenarios.Select(scenario => scenario.Name)], rounds);
            ReportTable.Write(report, AnsiConsole.Console);
            if (parsed.GetValue(Json) is { } file)
            {
                await ReportJson.WriteAsync(report, file, cancellationToken);
            }

            return parsed.GetValue(Check) && report.Targets.Any(target => target.Met != true) ? 1 : 0;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return Interrupted;
        }
        catch (ReportFileException refused)
        {
            progress.Clear();
            await Console.Error.WriteLineAsync(refused.Message);
            return 2;
        }
        catch (MeasurementException failed)
        {
            progress.Clear();
            await Console.Error.WriteLineAsync(failed.Message);
            return 1;
        }
    }
}
