using Choir.LoadTest.Profiles;
using Choir.LoadTest.Reports.Charts;
using Choir.LoadTest.Reports.Model;

namespace Choir.LoadTest.Reports.Html.Sections;

/// <summary>Charts over time as the load generator saw them, and the percentiles of latency.</summary>
internal static class TimelineSection
{
    public static Markup Render(LoadReport report)
    {
        var charts = Markup.Join(Charts(report).Select(LineChartMarkup.Render));
        return charts.IsEmpty ? charts : Markup.Of($"<div class=\"charts\">{charts}</div>");
    }

    private static IEnumerable<LineChart> Charts(LoadReport report)
    {
        var bands = Stages(report);
        yield return new LineChart("Latency", "s",
        [
            Over(report, "p50", point => point.P50),
            Over(report, "p95", point => point.P95),
            Over(report, "p99", point => point.P99),
        ]) { MayBeLogarithmic = true, Bands = bands };
        yield return new LineChart("Percentiles of latency", "s",
        [
            .. report.Scenarios.Select(scenario => new ChartSeries(scenario.Name,
                [.. scenario.Percentiles.Where(pair => pair is [< 100, _, ..]).Select(pair => new ChartPoint(pair[0], pair[1]))])),
        ]) { X = ChartX.Percentile, MayBeLogarithmic = true };
        yield return new LineChart("Throughput", "1/s",
        [
            Over(report, "successful", point => point.Rate),
            Over(report, "intended", point => point.IntendedRate) with { Dashed = true },
        ]) { Bands = bands };
        yield return new LineChart("Errors", "1/s",
        [
            Over(report, "errors", point => point.Seconds > 0 ? point.Errors / point.Seconds : null),
        ]) { Bands = bands, FirstColour = 5 };
        yield return new LineChart("Operations in flight", "", [Over(report, "in flight", point => point.InFlight)])
        {
            Bands = bands, FirstColour = 3,
        };
    }

    private static ChartSeries Over(LoadReport report, string name, Func<TimelinePoint, double?> value) =>
        new(name, [.. report.Timeline.Select(point => new ChartPoint(point.At, value(point) ?? double.NaN))]);

    private static List<ChartBand> Stages(LoadReport report)
    {
        if (report.Profile.Kind == ProfileKind.Stress)
        {
            // It ends its stages early, and adds others.
            return [];
        }

        List<ChartBand> bands = [];
        var from = 0.0;
        foreach (var stage in report.Profile.Stages)
        {
            var to = from + stage.Duration.TotalSeconds;
            bands.Add(new ChartBand(stage.Name, from, to));
            from = to;
        }

        return bands.Count > 1 ? bands : [];
    }
}
