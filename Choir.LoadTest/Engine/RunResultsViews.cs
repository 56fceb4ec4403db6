using Choir.LoadTest.Profiles;
using Choir.LoadTest.Reports.Model;

namespace Choir.LoadTest.Engine;

/// <summary>The parts of a report that follow from what was counted.</summary>
internal static class RunResultsViews
{
    private const int BlockCount = 20;

    public static IReadOnlyList<TimelinePoint> Timeline(this RunResults results, double seconds)
    {
        var series = results.Timeline;
        var points = new List<TimelinePoint>(series.Intervals.Count);
        for (var index = 0; index < series.Intervals.Count && index * series.Seconds < seconds; index++)
        {
            var (interval, begin) = (series.Intervals[index], index * series.Seconds);
            var length = Math.Min(series.Seconds, seconds - begin);

            // A sliver at the end would show a rate by chance.
            if (length < series.Seconds / 4 && index > 0)
            {
                break;
            }

            points.Add(new TimelinePoint(
                begin + length, length, interval.Due / length, interval.Completed / length, interval.Errors, interval.InFlight,
                interval.Latency.Percentile(50), interval.Latency.Percentile(95), interval.Latency.Percentile(99)));
        }

        return points;
    }

    public static IReadOnlyList<ScenarioResult> ScenarioResults(this RunResults results, IReadOnlyList<string> names, double seconds) =>
    [
        .. names.Zip(results.Scenarios, (name, scope) => new ScenarioResult(
            name, scope.Due, scope.Succeeded, seconds > 0 ? scope.Completed / seconds : 0, scope.Latency.Figures(), scope.Latency.Curve(), scope.Errors.ToList())),
    ];

    public static StageResult StageResult(this StageRecorder stage, LoadProfile profile, IReadOnlyList<LoadObjective> objectives)
    {
        var all = stage.All.Measure(stage.Seconds);
        return new StageResult(
            stage.Stage.Name, (stage.Stage.FromRate + stage.Stage.ToRate) / 2, all.Rate, all.ErrorShare, all.Latency,
            ObjectiveCheck.Judge(objectives, stage.Finder(profile)).All(result => result.Met));
    }

    /// <summary>Finds figures of a stage by name.</summary>
    public static Func<string, double?> Finder(this StageRecorder stage, LoadProfile profile)
    {
        var all = stage.All.Measure(stage.Seconds);
        var scenarios = profile.Scenarios.Zip(stage.Scenarios, (share, scope) => (share.Name, scope.Measure(stage.Seconds))).ToList();
        return figure => ObjectiveCheck.Find(figure, all, scenarios);
    }

    /// <summary>Finds figures of the whole run by name.</summary>
    public static Func<string, double?> Finder(this RunResults results, LoadProfile profile, double seconds)
    {
        var all = results.All.Measure(seconds);
        var scenarios = profile.Scenarios.Zip(results.Scenarios, (share, scope) => (share.Name, scope.Measure(seconds))).ToList();
        return figure => ObjectiveCheck.Find(figure, all, scenarios);
    }

    /// <summary>The figures for comparisons, of everything and of each scenario, each with its values in consecutive parts.</summary>
    public static IReadOnlyList<Figure> Figures(this RunResults results, LoadProfile profile, double seconds)
    {
        var figures = new List<Figure>();
        Add("", results.All, results.Blocks);
        for (var index = 0; index < profile.Scenarios.Count; index++)
        {
            Add(profile.Scenarios[index].Name + ".", results.Scenarios[index], results.ScenarioBlocks[index]);
        }

        return figures;

        void Add(string prefix, ScopeRecorder scope, IntervalSeries series)
        {
            var parts = series.Parts(seconds, BlockCount);
            var latency = scope.Latency;
            if (latency.Count > 0)
            {
                figures.Add(Latency(prefix, "p50", latency.Percentile(50)!.Value, parts, part => part.Latency.Percentile(50)));
                figures.Add(Latency(prefix, "p95", latency.Percentile(95)!.Value, parts, part => part.Latency.Percentile(95)));
                figures.Add(Latency(prefix, "p99", latency.Percentile(99)!.Value, parts, part => part.Latency.Percentile(99)));
                figures.Add(Latency(prefix, "mean", latency.Mean, parts, part => part.Latency.Count > 0 ? part.Latency.Mean : null));
            }

            var measured = scope.Measure(seconds);
            figures.Add(new Figure(prefix + FigureNames.Rate, "1/s", true, measured.Rate, [.. parts.Select(part => part.Sum.Completed / part.Seconds)]));
            figures.Add(new Figure(
                prefix + FigureNames.ErrorShare, "1", false, measured.ErrorShare,
                [.. parts.Select(part => part.Sum.Due > 0 ? part.Sum.Errors / (double)part.Sum.Due : 0)]));
        }
    }

    /// <summary>The figures of one stage, without parts.</summary>
    public static IReadOnlyList<Figure> Figures(this StageRecorder stage, LoadProfile profile)
    {
        var find = stage.Finder(profile);
        IReadOnlyList<string> prefixes = ["", .. profile.Scenarios.Select(scenario => scenario.Name + ".")];
        return
        [
            .. prefixes.SelectMany(prefix => FigureNames.Compared
                .Select(figure => (Name: prefix + figure, Value: find(prefix + figure))))
                .Where(figure => figure.Value is not null)
                .Select(figure => new Figure(
                    figure.Name, FigureNames.UnitOf(figure.Name), figure.Name.EndsWith(FigureNames.Rate, StringComparison.Ordinal), figure.Value!.Value, [])),
        ];
    }

    // A part without values has none to show.
    private static Figure Latency(
        string prefix, string name, double value, IReadOnlyList<(Interval Sum, double Seconds)> parts, Func<Interval, double?> read) =>
        new(prefix + name, "s", false, value, [.. parts.Select(part => read(part.Sum)).OfType<double>()]);
}
