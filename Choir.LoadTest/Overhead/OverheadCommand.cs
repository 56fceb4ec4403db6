using System.CommandLine;
using Choir.LoadTest.Overhead.Measuring;
using Choir.LoadTest.Overhead.Report;
using Choir.LoadTest.Overhead.Scenarios;
using Spectre.Console;

namespace Choir.LoadTest.Overhead;

/// <summary>The command that compares what a message costs with and without Choir's telemetry.</summary>
internal static class OverheadCommand
{
    private static readonly Option<int> Rounds = MeasureSettings.Number(
        "--rounds", "rounds, each of which measures every scenario once", 5, 1, 100);

    private static readonly Option<IReadOnlyList<string>> Scenarios = new("--scenarios")
    {
        Description = $"which to measure, separated by commas: {string.Join(", ", AllNames)}",
        HelpName = "A,B",
        DefaultValueFactory = _ => AllNames,
    };

    private static readonly Option<FileInfo?> Json = new("--json")
    {
        Description = "also write the results to a file", HelpName = "FILE",
    };

    private static readonly Option<bool> Check = new("--check") { Description = "end with exit code 1 if a target is missed" };

    private static IReadOnlyList<string> AllNames => [.. Scenario.All.Select(scenario => scenario.Name)];

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("overhead", "Measures what a message costs with and without telemetry, side by side.");
        command.Add(Rounds);
        command.Add(Scenarios);
        MeasureSettings.AddTo(command);
        command.Add(Json);
        command.Add(Check);
        Scenarios.CustomParser = ParseScenarios;
        command.SetAction(RunAsync);
        return command;
    }

    private static IReadOnlyList<string> ParseScenarios(System.CommandLine.Parsing.ArgumentResult result)
    {
        string[] names = [.. result.Tokens.SelectMany(token => token.Value.Split(
            ',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Distinct()];
        foreach (var unknown in names.Except(AllNames))
            result.AddError($"There is no scenario \"{unknown}\". There are: {string.Join(", ", AllNames)}.");
        if (names.Length == 0)
            result.AddError("--scenarios names none.");

        // In the order of the report, however they were named.
        return [.. AllNames.Intersect(names)];
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var scenarios = parsed.GetValue(Scenarios)!;
        try
        {
            var rounds = await OverheadRun.MeasureAsync(
                scenarios, parsed.GetValue(Rounds), MeasureSettings.Read(parsed), Progress.OnConsole(), cancellationToken);
            var report = OverheadReport.Create(scenarios, rounds);
            if (parsed.GetValue(Json) is { } file)
                await ReportJson.WriteAsync(report, file, cancellationToken);
            ReportTable.Write(report, AnsiConsole.Console);
            return parsed.GetValue(Check) && report.Targets.Any(target => target.Met != true) ? 1 : 0;
        }
        catch (MeasurementException failed)
        {
            await Console.Error.WriteLineAsync(failed.Message);
            return 1;
        }
    }
}
