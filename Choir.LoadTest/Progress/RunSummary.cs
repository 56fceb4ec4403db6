using System.Globalization;
using Choir.LoadTest.Profiles;
using Choir.LoadTest.Reports.Model;
using Choir.LoadTest.Reports.Text;
using Spectre.Console;

namespace Choir.LoadTest.Progress;

/// <summary>Writes the most important results of a run to the terminal.</summary>
internal static class RunSummary
{
    private const int MaxErrors = 10;
    private const int RedirectedWidth = 160;

    /// <summary>Standard output. In a file or a pipe nothing is wrapped at 80 columns.</summary>
    public static IAnsiConsole Console()
    {
        var console = AnsiConsole.Console;
        if (System.Console.IsOutputRedirected)
        {
            console.Profile.Width = RedirectedWidth;
        }

        return console;
    }

    public static void Write(LoadReport report, IAnsiConsole console)
    {
        console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Profile.Name}: {report.Seconds:0.#} s measured, {report.Target}{(report.Interrupted ? ", ended early" : "")}"));
        if (FigureText.AllStepsSuffix(report).Length > 0)
        {
            console.WriteLine("All steps together:");
        }

        console.Write(Scenarios(report));
        if (report.Stages.Count > 1)
        {
            console.Write(Stages(report));
        }

        foreach (var error in report.Scenarios.SelectMany(scenario => scenario.Errors.Select(error => (scenario.Name, Error: error)))
            .OrderByDescending(one => one.Error.Count).Take(MaxErrors))
        {
            console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"  {error.Error.Count:N0} × {error.Name}: {error.Error.Kind}{(error.Error.Example is { } example ? $" ({example})" : "")}"));
        }

        foreach (var note in report.Notes)
        {
            console.WriteLine(note);
        }

        foreach (var change in report.Comparison?.Figures.Where(figure => figure.Change is Change.Better or Change.Worse) ?? [])
        {
            console.WriteLine($"  {(change.Change == Change.Better ? "better" : "WORSE ")} {change.Name}: {ObjectiveText.FormatValue(change.Name, change.Before)}, now {ObjectiveText.FormatValue(change.Name, change.After)}");
        }

        if (FigureText.JudgedStep(report) is { } step && report.Objectives.Count > 0)
        {
            console.WriteLine($"Objectives in {step}:");
        }

        foreach (var result in report.Objectives)
        {
            var value = result.Value is { } measured ? ObjectiveText.FormatValue(result.Objective.Figure, measured) : "not measured";
            console.MarkupLineInterpolated($"{(result.Met ? "  met   " : "  MISSED")} {ObjectiveText.Format(result.Objective)}: {value}");
        }

        console.WriteLine((report.Interrupted, report.Objectives.Count, report.Passed) switch
        {
            (true, _, _) => "Ended early: neither passed nor failed.",
            (_, 0, _) => "No objectives: neither passed nor failed.",
            (_, _, true) => "Passed.",
            _ => "Failed.",
        });
    }

    private static Table Scenarios(LoadReport report)
    {
        var table = NewTable("scenario", "due", "ops/s", "errors", "p50", "p95", "p99", "max");
        foreach (var scenario in report.Scenarios)
        {
            var latency = scenario.Latency;
            table.AddRow(
                Markup.Escape(scenario.Name),
                Count(scenario.Started),
                scenario.Rate.ToString("N1", CultureInfo.InvariantCulture),
                Count(scenario.Errors.Sum(error => error.Count)),
                Time(latency, latency.P50),
                Time(latency, latency.P95),
                Time(latency, latency.P99),
                Time(latency, latency.Max));
        }

        return table;
    }

    private static Table Stages(LoadReport report)
    {
        var table = NewTable("stage", "intended/s", "ops/s", "errors", "p50", "p95", "p99", "objectives");
        foreach (var stage in report.Stages)
        {
            table.AddRow(
                Markup.Escape(stage.Name),
                stage.IntendedRate.ToString("N1", CultureInfo.InvariantCulture),
                stage.Rate.ToString("N1", CultureInfo.InvariantCulture),
                stage.ErrorShare.ToString("0.##%", CultureInfo.InvariantCulture),
                Time(stage.Latency, stage.Latency.P50),
                Time(stage.Latency, stage.Latency.P95),
                Time(stage.Latency, stage.Latency.P99),
                stage.MetObjectives ? "met" : "missed");
        }

        return table;
    }

    private static Table NewTable(string first, params string[] others)
    {
        var table = new Table { Border = TableBorder.Rounded };
        table.AddColumn(first);
        foreach (var column in others)
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        return table;
    }

    private static string Time(LatencyFigures latency, double seconds) => LiveProgress.Latency(latency.Count == 0 ? null : seconds);

    private static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
