using System.Globalization;
using Choir.LoadTest.Analysis;
using Choir.LoadTest.Reports.Model;

namespace Choir.LoadTest.Scaling;

/// <summary>Makes the result of scaling from the reports of its runs.</summary>
internal static class ScalingAnalysis
{
    /// <summary>Compares the runs and fits the model.</summary>
    /// <param name="runs">The reports by the number of actor hosts; at least one.</param>
    /// <param name="interrupted">Whether runs are missing or incomplete.</param>
    public static ScalingReport Of(IReadOnlyList<(int ActorHosts, LoadReport Report)> runs, bool interrupted)
    {
        var ordered = runs.OrderBy(run => run.ActorHosts).ToList();
        var (fewest, first) = ordered[0];
        var unit = RateOf(first);
        var points = ordered.Select(run => Point(run.ActorHosts, run.Report, fewest, unit)).ToList();
        var model = ScalabilityFit.Fit([.. points.Select(point => ((double)point.ActorHosts, point.Rate))]);
        return new ScalingReport(
            ScalingReport.CurrentVersion, first.Profile.Name, first.StartedAt, first.Machine, points, interrupted, model, [.. Notes(ordered, points, model)]);
    }

    private static ScalingPoint Point(int hosts, LoadReport report, int fewest, double unit)
    {
        var best = ScalingLimit.BestStage(report);
        var speedup = unit > 0 ? RateOf(report) / unit : 0;
        return new ScalingPoint(
            hosts,
            report.Id,
            best?.IntendedRate ?? 0,
            best?.Rate ?? 0,
            best?.ErrorShare ?? 0,
            best?.Latency.P99 ?? 0,
            speedup,
            speedup * fewest / hosts,
            ScalingLimit.Of(report));
    }

    private static double RateOf(LoadReport report) => ScalingLimit.BestStage(report)?.Rate ?? 0;

    private static IEnumerable<string> Notes(
        List<(int ActorHosts, LoadReport Report)> runs, List<ScalingPoint> points, ScalabilityModel? model)
    {
        if (model is null)
        {
            yield return Text(
                $"Not enough points for a model: it needs {ScalabilityFit.MinPoints} different numbers of actor hosts with throughput, and there are {points.Count(point => point.Rate > 0)}.");
        }
        else
        {
            yield return (model.PeakHosts, model.PeakRate) switch
            {
                ({ } hosts, { } rate) => Text($"The model's highest throughput is {rate:0.#} a second, with {hosts:0.#} actor hosts."),
                (null, { } limit) => Text($"The model's throughput approaches {limit:0.#} a second with more actor hosts."),
                _ => "The model is linear: nothing limits it within the measured numbers of hosts.",
            };
            if (model.Caveat is { } caveat)
            {
                yield return caveat;
            }
        }

        // The same processors do the work of all hosts.
        if (runs.Any(run => run.Report.System?.Machines is [var machine] && machine.Host == Environment.MachineName))
        {
            yield return Text(
                $"Choir, its database, its chain and the load generator share the {runs[0].Report.Machine.Cores} processors of one machine: more actor hosts bring no more processors.");
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
