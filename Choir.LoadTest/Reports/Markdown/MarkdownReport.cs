using System.Text;
using Choir.LoadTest.Reports.Model;
using Choir.LoadTest.Reports.Text;

namespace Choir.LoadTest.Reports.Markdown;

/// <summary>The short report, for a comment on a pull request: pass or fail first, then tables of bounded length.</summary>
internal static class MarkdownReport
{
    private const int MaxRows = 12;

    // A comment on GitHub has at most 65,536 characters.
    private const int MaxLength = 60_000;

    // Everything that the report has, in order. Each writes nothing if there is nothing to say.
    private static readonly Action<LoadReport, StringBuilder>[] Sections =
    [
        WriteHead, WriteObjectives, WriteNotes, MarkdownComparison.Write, WriteScenarios, WriteErrors, WriteStages, WriteHotspots,
        MarkdownCosts.Write, WriteRun,
    ];

    public static string Render(LoadReport report)
    {
        var text = new StringBuilder();
        foreach (var write in Sections)
        {
            write(report, text);
        }

        return Shorten(text.ToString()).TrimEnd('\n') + "\n";
    }

    // Only odd names can make it so long; it is cut between two lines.
    private static string Shorten(string text) => text.Length <= MaxLength
        ? text
        : text[..(text.LastIndexOf('\n', MaxLength) + 1)] + "\nThe rest is in the HTML report.\n";

    /// <summary>A line that says how many rows a table does not show.</summary>
    public static void WriteMore(StringBuilder text, int total, int shown, string what)
    {
        if (total > shown)
        {
            text.Append($"{total - shown} more {what} {(total - shown == 1 ? "is" : "are")} in the HTML report.\n\n");
        }
    }

    private static void WriteHead(LoadReport report, StringBuilder text)
    {
        var sign = FigureText.IsUndecided(report) ? "⚠️" : report.Passed ? "✅" : "❌";
        text.Append($"## {sign} Load test {MarkdownText.Code(report.Profile.Name)} {FigureText.Verdict(report)}\n\n");
        text.Append($"{(FigureText.JudgedStep(report) is { } step ? $"In {step}: " : "")}**{FigureText.Value(report, "rate")}**, p50 {FigureText.Value(report, "p50")}, "
            + $"p95 {FigureText.Value(report, "p95")}, p99 {FigureText.Value(report, "p99")}, "
            + $"errors {FigureText.Value(report, "errors.share")}, {(FigureText.JudgedStep(report) is null ? "over" : "all steps took")} {ValueText.Duration(report.Seconds)}\n\n");
    }

    private static void WriteObjectives(LoadReport report, StringBuilder text)
    {
        var table = new MarkdownTable($"objective{FigureText.JudgedSuffix(report)}", "limit", "measured:", "");
        // Those that were missed are never cut off.
        foreach (var result in report.Objectives.OrderBy(result => result.Met).Take(MaxRows))
        {
            table.Add(
                MarkdownText.Code(result.Objective.Figure),
                MarkdownText.Escape(FigureText.Limit(report, result.Objective)),
                MarkdownText.Escape(ValueText.Of(result.Value, FigureText.UnitOf(report, result.Objective))),
                result.Met ? "✅ met" : result.Value is null ? "❌ not measured" : "❌ missed");
        }

        Finish(table, text, report.Objectives.Count, "objectives");
    }

    private static void WriteNotes(LoadReport report, StringBuilder text)
    {
        foreach (var note in report.Notes.Take(MaxRows))
        {
            text.Append($"- {MarkdownText.Line(note, 500)}\n");
        }

        text.Append(report.Notes.Count > 0 ? "\n" : "");
    }

    private static void WriteScenarios(LoadReport report, StringBuilder text)
    {
        var table = new MarkdownTable($"scenario{FigureText.AllStepsSuffix(report)}", "rate:", "p50:", "p95:", "p99:", "max:", "errors:");
        foreach (var scenario in report.Scenarios.Take(MaxRows))
        {
            table.Add(
                MarkdownText.Code(scenario.Name),
                ValueText.Rate(scenario.Rate),
                Latency(scenario.Latency, scenario.Latency.P50),
                Latency(scenario.Latency, scenario.Latency.P95),
                Latency(scenario.Latency, scenario.Latency.P99),
                Latency(scenario.Latency, scenario.Latency.Max),
                ValueText.Share(FigureText.ErrorShare(scenario)));
        }

        Finish(table, text, report.Scenarios.Count, "scenarios");
    }

    private static void WriteErrors(LoadReport report, StringBuilder text)
    {
        var errors = report.Scenarios.SelectMany(scenario => scenario.Errors, (scenario, error) => (scenario.Name, error)).ToArray();
        var table = new MarkdownTable($"errors of{FigureText.AllStepsSuffix(report)}", "kind", "count:", "example");
        foreach (var (scenario, error) in errors.OrderByDescending(pair => pair.error.Count).Take(MaxRows))
        {
            table.Add(
                MarkdownText.Code(scenario),
                MarkdownText.Code(error.Kind),
                ValueText.Count(error.Count),
                MarkdownText.Escape(error.Example, 120));
        }

        Finish(table, text, errors.Length, "kinds of errors");
    }

    private static void WriteStages(LoadReport report, StringBuilder text)
    {
        if (report.Stages.Count < 2)
        {
            return;
        }

        var table = new MarkdownTable("stage", "intended:", "rate:", "p50:", "p99:", "errors:", "objectives");
        foreach (var stage in report.Stages.Take(MaxRows))
        {
            table.Add(
                MarkdownText.Code(stage.Name),
                ValueText.Rate(stage.IntendedRate),
                ValueText.Rate(stage.Rate),
                Latency(stage.Latency, stage.Latency.P50),
                Latency(stage.Latency, stage.Latency.P99),
                ValueText.Share(stage.ErrorShare),
                stage.MetObjectives ? "met" : "missed");
        }

        Finish(table, text, report.Stages.Count, "stages");
    }

    private static void WriteHotspots(LoadReport report, StringBuilder text)
    {
        const int each = 3;
        var table = new MarkdownTable("most", "hotspot", "share:", "");
        foreach (var spot in (report.System?.Hotspots ?? [])
            .GroupBy(spot => spot.By).Take(MaxRows / each)
            .SelectMany(group => group.OrderByDescending(spot => spot.Share).Take(each)))
        {
            table.Add(
                MarkdownText.Escape(spot.By),
                MarkdownText.Code(spot.Name),
                ValueText.Share(spot.Share),
                MarkdownText.Escape(spot.Detail, 120));
        }

        Finish(table, text, table.Count, "hotspots");
    }

    // Without a success there is none.
    private static string Latency(LatencyFigures latency, double seconds) => ValueText.Seconds(latency.Count > 0 ? seconds : null);

    private static void WriteRun(LoadReport report, StringBuilder text) =>
        text.Append($"{ValueText.Time(report.StartedAt)} · {MarkdownText.Code(report.Target)} · "
            + $"{MarkdownText.Escape(FigureText.Machine(report.Machine))} · run {report.Id}\n");

    private static void Finish(MarkdownTable table, StringBuilder text, int total, string what)
    {
        if (table.Count > 0)
        {
            table.WriteTo(text);
            WriteMore(text, total, table.Count, what);
        }
    }
}
