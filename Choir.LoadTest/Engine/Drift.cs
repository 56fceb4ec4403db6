using System.Globalization;
using Choir.LoadTest.Analysis;
using Choir.LoadTest.Profiles;
using Choir.LoadTest.Reports.Model;

namespace Choir.LoadTest.Engine;

/// <summary>The growth of something over an endurance test.</summary>
/// <param name="Figure">The growth over the whole test as a share; 0 unless it is significant.</param>
/// <param name="Note">A sentence.</param>
internal sealed record Drift(Figure Figure, string Note)
{
    // Pools, caches and the just-in-time compiler fill up after the warm-up still.
    private const double LeftOut = 0.1;

    private const string Latency = "latency";

    /// <summary>The growth of everything that an endurance test judges and that was measured; of the worst process each.</summary>
    public static IReadOnlyList<Drift> Of(LoadReport report) =>
        [.. FigureNames.Drifting.Select(name => Worst(name, SeriesOf(name, report), report.Seconds)).OfType<Drift>()];

    private static IEnumerable<(string Owner, IReadOnlyList<(double At, double Value)> Points)> SeriesOf(string name, LoadReport report)
    {
        if (name == Latency)
        {
            return [("the 95th percentile", [.. report.Timeline.Where(point => point.P95 is not null).Select(point => (point.At, point.P95!.Value))])];
        }

        var processes = report.System?.Processes.Select(process => (process.Name, process.Series)) ?? [];
        var machines = report.System?.Machines.Select(machine => (machine.Host, machine.Series)) ?? [];
        return (name == "database" ? machines : processes)
            .Where(owner => owner.Series.ContainsKey(name))
            .Select(owner => (owner.Item1, (IReadOnlyList<(double, double)>)[.. owner.Series[name].Select(point => (point.At, point.Value))]));
    }

    private static Drift? Worst(
        string name, IEnumerable<(string Owner, IReadOnlyList<(double At, double Value)> Points)> series, double seconds)
    {
        var trends = series
            .Select(one => (one.Owner, Trend: TrendTest.Of([.. one.Points.Where(point => point.At >= seconds * LeftOut)])))
            .Where(one => one.Trend is not null)
            .OrderByDescending(one => one.Trend!.IsSignificant ? one.Trend.Growth : double.MinValue)
            .ToList();
        if (trends.Count == 0)
        {
            return null;
        }

        var (owner, trend) = trends[0];
        var growth = trend!.IsSignificant ? trend.Growth : 0;
        var what = name == Latency ? "latency (95th percentile)" : $"{name} of {owner}";
        var note = growth == 0
            ? $"{name}: no trend."
            : string.Create(CultureInfo.InvariantCulture, $"{what}: {growth:+0.0%;-0.0%} over the test (Theil–Sen slope, p = {trend.PValue:0.####}).");
        return new Drift(new Figure(name + FigureNames.DriftSuffix, "1", false, growth, []), note);
    }
}
