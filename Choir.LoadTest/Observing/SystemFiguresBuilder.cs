using Choir.LoadTest.Observing.Metrics;
using Choir.LoadTest.Reports.Model;

namespace Choir.LoadTest.Observing;

/// <summary>Makes the figures of the system from the readings of its processes.</summary>
internal static class SystemFiguresBuilder
{
    private const string Gateway = "gateway";

    // More would make the report unreadable; Choir has about 60 of both together.
    private const int MaxComponents = 200, MaxActorTypes = 100;

    /// <summary>The figures of all processes.</summary>
    /// <param name="processes">The readings of each process, with its values over time.</param>
    /// <param name="machines">The machines.</param>
    /// <param name="seconds">The measured time.</param>
    /// <param name="generator">The load generator; null if it should not be listed.</param>
    /// <param name="unreachable">Processes that could not be asked for a part of the time.</param>
    public static SystemFigures Build(
        IReadOnlyList<(ProcessReadings Readings, ProcessSeries Series)> processes,
        IReadOnlyList<MachineFigures> machines,
        double seconds,
        GeneratorUse? generator,
        IReadOnlyList<string> unreachable)
    {
        var observed = processes.Where(process => process.Readings.Seconds > 0).ToList();
        var figures = new SystemFigures(
            [.. observed.Select(process => Process(process.Readings, process.Series))],
            machines,
            ActorTypes([.. observed.Select(process => process.Readings)], seconds),
            Components([.. observed.Select(process => process.Readings)]),
            [],
            unreachable);
        var actors = observed.SelectMany(process => process.Readings.LatestSeries(WantedMetrics.HotBusy))
            .Select(series => (series.Labels.Key, series.Labels.Detail, series.Value));
        return figures with { Hotspots = [.. Hotspots.Rank(figures, seconds, generator), .. Hotspots.Busy(actors)] };
    }

    private static ProcessFigures Process(ProcessReadings readings, ProcessSeries series) => new(
        readings.Process.Name,
        readings.Process.Service,
        readings.Increase(WantedMetrics.CpuTime) / readings.Seconds,
        readings.Increase(WantedMetrics.Allocated) / readings.Seconds,
        Math.Clamp(readings.Increase(WantedMetrics.GcPause) / readings.Seconds, 0, 1),
        series.ToSeries());

    private static List<ActorTypeFigures> ActorTypes(IReadOnlyList<ProcessReadings> processes, double seconds)
    {
        var queue = Histograms(processes, WantedMetrics.QueueTime);
        var processing = Histograms(processes, WantedMetrics.Processing);
        var messages = processes.SelectMany(process => process.All)
            .Where(series => series.Metric.Name == WantedMetrics.Messages)
            .ToLookup(series => series.Labels.Key, StringComparer.Ordinal);
        return [.. queue.Keys.Union(processing.Keys).Union(messages.Select(group => group.Key))
            .Where(type => type.Length > 0)
            .Select(type => ActorType(
                type, messages[type], queue.GetValueOrDefault(type) ?? new HistogramSum(), processing.GetValueOrDefault(type) ?? new HistogramSum(), seconds))
            .Where(type => type.Messages > 0)
            .OrderByDescending(type => type.ProcessingSeconds)
            .ThenBy(type => type.ActorType, StringComparer.Ordinal)
            .Take(MaxActorTypes)];
    }

    private static ActorTypeFigures ActorType(
        string type, IEnumerable<Series> messages, HistogramSum queue, HistogramSum processing, double seconds)
    {
        // Messages of an unknown outcome are counted by their senders, and again when they are handled.
        var all = messages.Where(series => series.Labels.Detail != "unknown").ToList();
        // As the handlers' histogram counts them, if the counter is missing.
        var count = all.Count > 0 ? HistogramSum.ToCount(all.Sum(series => series.Increase)) : processing.Count;
        return new ActorTypeFigures(
            type,
            count,
            seconds > 0 ? count / seconds : 0,
            HistogramSum.ToCount(all.Where(series => series.Labels.Detail == "error").Sum(series => series.Increase)),
            queue.ToLatency(),
            processing.ToLatency(),
            queue.Sum,
            processing.Sum);
    }

    private static List<ComponentFigures> Components(IReadOnlyList<ProcessReadings> processes)
    {
        // The actor hosts measure requests too, which are health probes and scrapes.
        var gateways = processes.Where(process => process.Process.Service == Gateway).ToList();
        return
        [.. new[]
            {
                Component("gateway", Histograms(gateways, WantedMetrics.Requests)),
                Component("queue", Histograms(processes, WantedMetrics.QueueTime)),
                Component("phase", Histograms(processes, WantedMetrics.PhaseTime)),
                Component("database", Histograms(processes, WantedMetrics.QueryTime)),
                Component("model", Histograms(processes, WantedMetrics.ModelTime)),
                Component("chain", Histograms(processes, WantedMetrics.TransactionTime)),
            }
            .SelectMany(component => component)
            .Take(MaxComponents)];
    }

    private static IEnumerable<ComponentFigures> Component(string component, Dictionary<string, HistogramSum> histograms) => histograms
        .Where(one => one.Value.Count > 0)
        .OrderByDescending(one => one.Value.Sum)
        .ThenBy(one => one.Key, StringComparer.Ordinal)
        .Select(one => new ComponentFigures(component, one.Key.Length > 0 ? one.Key : "other", one.Value.ToLatency(), one.Value.Sum));

    /// <summary>The histograms of a metric over all processes, by its label; of requests by method and route.</summary>
    private static Dictionary<string, HistogramSum> Histograms(IEnumerable<ProcessReadings> processes, string metric)
    {
        var sums = new Dictionary<string, HistogramSum>(StringComparer.Ordinal);
        foreach (var process in processes)
        {
            // Series of one process that differ only in other labels have the same buckets, so these can be added up first.
            foreach (var group in process.All.Where(series => series.Metric.Name == metric).GroupBy(series => NameOf(series), StringComparer.Ordinal))
            {
                if (!sums.TryGetValue(group.Key, out var sum))
                {
                    sums[group.Key] = sum = new HistogramSum();
                }

                sum.AddSum(group.Where(series => series.Metric.Kind == SeriesKind.Sum).Sum(series => series.Increase));
                sum.AddBuckets(group
                    .Where(series => series.Metric.Kind == SeriesKind.Bucket && !double.IsNaN(series.Labels.UpperBound))
                    .GroupBy(series => series.Labels.UpperBound)
                    .Select(bucket => (bucket.Key, bucket.Sum(series => series.Increase))));
            }
        }

        return sums;
    }

    private static string NameOf(Series series) => series.Metric.Name == WantedMetrics.Requests && series.Labels.Detail.Length > 0
        ? $"{series.Labels.Detail} {series.Labels.Key}"
        : series.Labels.Key;
}
