using System.Globalization;
using Choir.LoadTest.Observing;
using Choir.LoadTest.Profiles;
using Choir.LoadTest.Reports.Model;

namespace Choir.LoadTest.Scaling;

/// <summary>Finds what limited the throughput of a run.</summary>
internal static class ScalingLimit
{
    private const double Reached = 0.97, BusyMachine = 85, BusyPool = 0.9, BusyActor = 0.9;

    /// <summary>The limit, in a sentence.</summary>
    public static string Of(LoadReport report)
    {
        var best = BestStage(report);
        // A stress test ends where the objectives are missed, not where the rate ends.
        if (report.Profile.Kind != ProfileKind.Stress && best is not null && best.Rate >= Reached * best.IntendedRate)
        {
            return Text($"None: the profile's {best.IntendedRate:0.#} a second were reached; raise --rate to find the limit.");
        }

        if (report.System is not { } system)
        {
            return OfGenerator(report) ?? "Unknown: the metrics of Choir's processes could not be read.";
        }

        var machine = system.Machines.Select(machine => (machine.Host, Cpu: High(machine.Series, "cpu"))).MaxBy(machine => machine.Cpu);
        if (machine.Cpu >= BusyMachine)
        {
            var most = system.Hotspots.Where(hotspot => hotspot.By == "cpu")
                .MaxBy(hotspot => hotspot.Share);
            return Text($"The processors of {machine.Host}, {machine.Cpu:0} % busy{(most is null ? "" : $"; most of it {most.Name} ({100 * most.Share:0} %)")}.");
        }

        if (OfGenerator(report) is { } generator)
        {
            return generator;
        }

        var pool = system.Processes
            .Select(process => (process.Name, Used: High(process.Series, "connections"), Waits: High(process.Series, "connection_waits")))
            .MaxBy(process => process.Used + process.Waits);
        if (pool.Used >= BusyPool || pool.Waits >= 1)
        {
            return Text($"The database connections of {pool.Name}: {100 * pool.Used:0} % in use, {pool.Waits:0.#} statements waiting for one.");
        }

        var actor = system.Hotspots.Where(hotspot => hotspot.By == Hotspots.BusyActor).MaxBy(hotspot => hotspot.Share);
        if (actor?.Share >= BusyActor)
        {
            return Text($"One actor, {actor.Name}, busy {100 * actor.Share:0} % of the time.");
        }

        return report.Generator.NotSent > 0
            ? Text($"The waiting times of {report.Profile.Users} users: all were waiting for answers while the processors were {machine.Cpu:0} % busy.")
            : Text($"Unknown: the busiest machine used {machine.Cpu:0} % of its processors.");
    }

    // Operations that were not sent because all users waited are the system's fault; and on busy processors every program is late.
    private static string? OfGenerator(LoadReport report) => report.Generator is { Saturated: true, NotSent: 0 } generator
        ? $"The load generator: {(generator.Reason ?? "it was saturated").TrimEnd('.')}."
        : null;

    /// <summary>The stage with the highest throughput, of those that met the objectives if any did; null without stages.</summary>
    public static StageResult? BestStage(LoadReport report) =>
        report.Stages.Where(stage => stage.MetObjectives).MaxBy(stage => stage.Rate) ?? report.Stages.MaxBy(stage => stage.Rate);

    /// <summary>The value that the highest tenth of a series exceeds, because a test need not be steady; 0 without points.</summary>
    private static double High(IReadOnlyDictionary<string, IReadOnlyList<SeriesPoint>> series, string name)
    {
        var values = series.TryGetValue(name, out var points) ? points.Select(point => point.Value).Order().ToList() : [];
        return values.Count == 0 ? 0 : values[(int)(0.9 * (values.Count - 1))];
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
