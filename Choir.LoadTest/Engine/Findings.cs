using System.Globalization;
using Choir.LoadTest.Analysis;
using Choir.LoadTest.Profiles;
using Choir.LoadTest.Reports.Model;

namespace Choir.LoadTest.Engine;

/// <summary>What the kind of a test finds: its figures, and sentences about them.</summary>
/// <param name="Figures">The figures.</param>
/// <param name="Find">Finds the value of an objective's figure; null if it was not measured.</param>
/// <param name="Notes">The sentences.</param>
internal sealed record Findings(IReadOnlyList<Figure> Figures, Func<string, double?> Find, IReadOnlyList<string> Notes)
{
    public static Findings Of(RunOutline run, RunResults results, IReadOnlyList<TimelinePoint> timeline)
    {
        var figures = results.Figures(run.Profile, run.Seconds);
        var find = results.Finder(run.Profile, run.Seconds);
        return run switch
        {
            { Search: { } search } => OfStress(run, results, search),
            { Profile.Kind: ProfileKind.Spike } => OfSpike(run, results, timeline, figures, find),
            _ => new Findings(figures, find, []),
        };
    }

    // Of all steps together no figure means anything: those of the knee are compared and judged.
    private static Findings OfStress(RunOutline run, RunResults results, StressSearch search)
    {
        var knee = search.Knee;
        var stage = results.Stages.LastOrDefault(stage => stage.Stage.ToRate == knee) ?? (results.Stages.Count > 0 ? results.Stages[0] : null);
        if (stage is null)
        {
            return new Findings([], _ => null, ["The test ended before its first step did."]);
        }

        var figure = knee is { } rate ? new[] { new Figure(FigureNames.Knee, "1/s", true, rate, []) } : [];
        var find = stage.Finder(run.Profile);
        return new Findings(
            [.. figure, .. stage.Figures(run.Profile)],
            name => name == FigureNames.Knee ? knee : find(name),
            [Sentence(search, knee, run.Interrupted), .. NotSent(results, run.Profile.Users)]);
    }

    private static string Sentence(StressSearch search, double? knee, bool interrupted) => knee is { } rate
        ? Text($"The knee: {rate:0.#} operations per second is the highest rate that met the objectives{(search.FoundLimit || interrupted ? "" : "; no step missed them, so the limit is higher")}. Objectives and figures are those of this step.")
        : "No step met the objectives: the knee is below the first step's rate. Objectives and figures are those of the first step.";

    // Then the number of users may be the limit, and not the system.
    private static IEnumerable<string> NotSent(RunResults results, int users) => results.All.Errors.ToList()
        .Where(error => error.Kind == ErrorCounts.NotSent)
        .Select(error => Text($"In steps above the knee {error.Count:N0} operations were not sent, because all {users:N0} users were busy. If latencies were good there, more users may raise the knee."));

    private static Findings OfSpike(
        RunOutline run, RunResults results, IReadOnlyList<TimelinePoint> timeline, IReadOnlyList<Figure> figures, Func<string, double?> find)
    {
        var spike = results.Stages.FirstOrDefault(stage => stage.Stage.Name == SpikeStages.Spike);
        if (spike is null)
        {
            return new Findings(figures, find, ["The test ended before the spike."]);
        }

        var recovery = SpikeRecovery.Find(timeline, spike.Begin, spike.End);
        var note = recovery is { } seconds
            ? Text($"{seconds:0.#} s after the spike, the 95th percentile and the errors were what they had been before it.")
            : Text($"The 95th percentile and the errors were not what they had been before the spike, {Math.Max(0, run.Seconds - spike.End):0} s after its end.");
        var figure = recovery is { } value ? new[] { new Figure(FigureNames.Recovery, "s", false, value, []) } : [];
        return new Findings([.. figures, .. figure], name => name == FigureNames.Recovery ? recovery : find(name), [note]);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
