using Choir.LoadTest.Profiles;
using Choir.LoadTest.Reports.Model;

namespace Choir.LoadTest.Reports.Text;

/// <summary>Parts of a report as sentences and cells that the Markdown and the HTML share. Names from outside in it are not escaped.</summary>
internal static class FigureText
{
    /// <summary>The value of a figure by name; null if it was not measured.</summary>
    public static Figure? Find(LoadReport report, string name) => report.Figures.FirstOrDefault(figure => figure.Name == name);

    /// <summary>A figure's value with its unit.</summary>
    public static string Value(LoadReport report, string name) =>
        Find(report, name) is { } figure ? ValueText.Of(figure.Value, figure.Unit) : ValueText.None;

    /// <summary>
    /// The step of a stress test that figures and objectives are of. Null for another test, whose figures are those of the
    /// whole run.
    /// </summary>
    public static string? JudgedStep(LoadReport report) =>
        report.Profile.Kind != ProfileKind.Stress ? null
        : Find(report, FigureNames.Knee) is null ? "the first step"
        : "the knee's step";

    /// <summary>The same after a heading: <c>, in the knee's step</c>, or nothing.</summary>
    public static string JudgedSuffix(LoadReport report) => JudgedStep(report) is { } step ? $", in {step}" : "";

    /// <summary>What follows the heading of figures of the whole run, because a stress test has others too.</summary>
    public static string AllStepsSuffix(LoadReport report) => report.Profile.Kind == ProfileKind.Stress ? ", all steps together" : "";

    /// <summary>The unit of an objective's figure: that of the figure, or as its name suggests if it was not measured.</summary>
    public static string UnitOf(LoadReport report, LoadObjective objective) =>
        Find(report, objective.Figure)?.Unit ?? FigureNames.UnitOf(objective.Figure);

    /// <summary>Whether it has neither passed nor failed.</summary>
    public static bool IsUndecided(LoadReport report) => report.Interrupted || report.Objectives.Count == 0;

    /// <summary>The verdict in a few words, such as <c>failed: 1 of 3 objectives missed</c>.</summary>
    public static string Verdict(LoadReport report)
    {
        var missed = report.Objectives.Count(objective => !objective.Met);
        var total = report.Objectives.Count;
        return (report.Interrupted, missed, total) switch
        {
            (true, _, _) => "ended before its time",
            (_, 0, 0) => "neither passed nor failed: it has no objectives",
            (_, 0, 1) => "passed: its objective was met",
            (_, 0, _) => $"passed: all {total} objectives were met",
            (_, 1, 1) => "failed: its objective was missed",
            _ => $"failed: {missed} of {total} objectives were missed",
        };
    }

    /// <summary>An objective's limit, such as <c>at most 1 s</c>.</summary>
    public static string Limit(LoadReport report, LoadObjective objective) =>
        $"{(objective.IsAtLeast ? "at least" : "at most")} {ValueText.Exact(objective.Limit, UnitOf(report, objective))}";

    /// <summary>The change of a figure: relative, for shares in points.</summary>
    public static string ChangeOf(FigureComparison figure) => figure.Unit == "1"
        ? ValueText.Points(figure.After - figure.Before)
        : ValueText.Change(figure.Ratio);

    /// <summary>The difference that counts as noise.</summary>
    public static string NoiseOf(FigureComparison figure) => figure.Noise switch
    {
        null => ValueText.None,
        > 1 when figure.Unit == "1" => "over ± 100 points",
        > 10 => "over ± 1,000 %",
        { } noise when figure.Unit == "1" => $"± {ValueText.Digits(noise * 100)} points",
        { } noise => $"± {ValueText.Digits(noise * 100)} %",
    };

    /// <summary>How many figures are better, worse, the same.</summary>
    public static string Counts(RunComparison comparison)
    {
        var counts = comparison.Figures.CountBy(figure => figure.Change).ToDictionary();
        var parts = ((Change, string)[])
            [(Change.Worse, "worse"), (Change.Better, "better"), (Change.Same, "the same"), (Change.Unknown, "without a verdict")];
        string[] texts = [.. parts
            .Where(part => counts.ContainsKey(part.Item1))
            .Select(part => $"{counts[part.Item1]} {part.Item2}")];
        return texts.Length == 0 ? "no figure in common" : string.Join(", ", texts);
    }

    /// <summary>Where the noise is from, in a sentence.</summary>
    public static string NoiseSource(RunComparison comparison) => comparison.Calibrated
        ? "The noise was measured by runs of the same program."
        : "The noise is an estimate from within the two runs; calibrate for an honest one.";

    /// <summary>The machine in a few words.</summary>
    public static string Machine(MachineInfo machine) =>
        $"{machine.Cores} {(machine.Cores == 1 ? "core" : "cores")}, {ValueText.Of(machine.MemoryBytes, "By")}, "
        + $"{machine.Os}, {machine.Architecture}, {machine.DotNet}";

    /// <summary>The share of a scenario's operations that did not succeed.</summary>
    public static double? ErrorShare(ScenarioResult scenario) =>
        scenario.Started > 0 ? (double)(scenario.Started - scenario.Succeeded) / scenario.Started : null;
}
