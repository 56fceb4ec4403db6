using System.Globalization;
using System.Runtime.InteropServices;
using Choir.LoadTest.Analysis;
using Choir.LoadTest.Profiles;
using Choir.LoadTest.Reports.Model;

namespace Choir.LoadTest.Engine;

/// <summary>What a report says of a run beside its results.</summary>
/// <param name="Profile">The profile.</param>
/// <param name="Scenarios">The names of the scenarios.</param>
/// <param name="Target">What was called.</param>
/// <param name="StartedAt">The begin of the measurement.</param>
/// <param name="Seconds">The measured time.</param>
/// <param name="Interrupted">Whether it was ended early.</param>
/// <param name="Cores">The mean number of cores that the generator used.</param>
/// <param name="Search">The search of a stress test; null for others.</param>
internal sealed record RunOutline(
    LoadProfile Profile,
    IReadOnlyList<string> Scenarios,
    string Target,
    DateTimeOffset StartedAt,
    double Seconds,
    bool Interrupted,
    double Cores,
    StressSearch? Search);

/// <summary>Makes the report of a run.</summary>
internal static class ReportBuilder
{
    // In less time hardly an operation ends, and all rates are about zero.
    private const double MinSeconds = 1;

    /// <summary>The report without what companions add and without objectives that need it.</summary>
    public static LoadReport Build(RunOutline run, RunResults results)
    {
        var timeline = results.Timeline(run.Seconds);
        var findings = run.Seconds < MinSeconds ? TooShort(run.Seconds) : Findings.Of(run, results, timeline);
        var objectives = run.Profile.Kind == ProfileKind.Stress ? ObjectiveCheck.OfSteps(run.Profile) : [.. run.Profile.Objectives.Where(IsOfStage)];
        var notSent = results.Scenarios.SelectMany(scope => scope.Errors.ToList()).Where(error => error.Kind == ErrorCounts.NotSent).Sum(error => error.Count);
        var generator = GeneratorCheck.Judge(
            results.StartDelays.Figures().P99, run.Cores, Environment.ProcessorCount, results.All.Due, notSent, run.Profile.Users, isSearch: run.Search is not null);
        return new LoadReport(
            LoadReport.CurrentVersion,
            Guid.CreateVersion7(run.StartedAt),
            run.Profile,
            run.StartedAt,
            run.Seconds,
            Machine(),
            run.Target,
            run.Interrupted,
            ObjectiveCheck.Judge(run.Profile.Objectives, findings.Find),
            findings.Figures,
            [.. results.Stages.Select(stage => stage.StageResult(run.Profile, objectives))],
            results.ScenarioResults(run.Scenarios, run.Seconds),
            timeline,
            generator,
            System: null,
            [.. findings.Notes, .. generator.Warning is { } warning ? (string[])[warning] : []],
            Comparison: null);

        bool IsOfStage(LoadObjective objective) => FigureNames.IsOfScope(objective.Figure, run.Scenarios);
    }

    /// <summary>Adds what follows from the figures of the system, and judges the objectives again that were not measured before.</summary>
    public static LoadReport Judge(LoadReport report, IReadOnlyList<string> notes)
    {
        report = report with { Notes = [.. report.Notes, .. notes] };
        if (report.Profile.Kind != ProfileKind.Endurance)
        {
            return report;
        }

        var drifts = Drift.Of(report);
        var values = drifts.ToDictionary(drift => drift.Figure.Name, drift => drift.Figure.Value);
        return report with
        {
            Figures = [.. report.Figures, .. drifts.Select(drift => drift.Figure)],
            Objectives =
            [
                .. report.Objectives.Select(result => values.TryGetValue(result.Objective.Figure, out var value)
                    ? ObjectiveCheck.Judge([result.Objective], _ => value).Single() : result),
            ],
            Notes = [.. report.Notes, .. drifts.Select(drift => drift.Note)],
        };
    }

    private static Findings TooShort(double seconds) => new(
        [], _ => null, [string.Create(CultureInfo.InvariantCulture, $"The measurement took {seconds:0.0#} s, which is too short to measure anything.")]);

    private static MachineInfo Machine() => new(
        Environment.ProcessorCount,
        GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
        RuntimeInformation.OSDescription,
        RuntimeInformation.ProcessArchitecture.ToString(),
        RuntimeInformation.FrameworkDescription);
}
