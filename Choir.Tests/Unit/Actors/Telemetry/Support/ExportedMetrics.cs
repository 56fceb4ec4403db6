using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using Orleans.Hosting;

namespace Choir.Tests.Unit.Actors.Telemetry.Support;

/// <summary>
/// The metrics of the actors of one host, or of one client, as an OpenTelemetry reader gets them.
/// </summary>
internal sealed class ExportedMetrics
{
    private readonly List<Metric> _metrics = [];
    private Func<bool>? _collect;

    /// <summary>Adds the actors' instrumentation and a reader in memory to a host.</summary>
    public void AddTo(ISiloBuilder silo, Action<MeterProviderBuilder>? configure = null) => AddTo(silo.Services, configure);

    /// <inheritdoc cref="AddTo(ISiloBuilder, Action{MeterProviderBuilder}?)"/>
    public void AddTo(IServiceCollection services, Action<MeterProviderBuilder>? configure = null) =>
        services.AddOpenTelemetry().WithMetrics(metrics =>
        {
            AddTo(metrics.AddChoirActorsInstrumentation());
            configure?.Invoke(metrics);
        });

    /// <summary>Adds a reader in memory to a meter provider.</summary>
    public void AddTo(
        MeterProviderBuilder metrics, MetricReaderTemporalityPreference temporality = MetricReaderTemporalityPreference.Cumulative) =>
        metrics.AddReader(_ =>
        {
            var reader = new BaseExportingMetricReader(new InMemoryExporter<Metric>(_metrics)) { TemporalityPreference = temporality };
            _collect = () => reader.Collect();
            return reader;
        });

    /// <summary>Collects from this reader only, as a scrape does.</summary>
    public IReadOnlyList<ExportedSeries> Collect()
    {
        _metrics.Clear();
        Assert.True(_collect!());
        return Read();
    }

    /// <summary>What was collected last.</summary>
    public IReadOnlyList<ExportedSeries> Read()
    {
        var series = new List<ExportedSeries>();
        foreach (var metric in _metrics)
        {
            foreach (ref readonly var point in metric.GetMetricPoints())
            {
                series.Add(ExportedSeries.Of(metric, point));
            }
        }

        return series;
    }
}

internal sealed record ExportedSeries(
    string Name, string Unit, string Description, MetricType Type, IReadOnlyDictionary<string, string> Tags, double Value)
{
    public long Count { get; private init; }

    public DateTimeOffset Start { get; private init; }

    public DateTimeOffset End { get; private init; }

    public (double Min, double Max) Range { get; private init; }

    public double[] Bounds { get; private init; } = [];

    public long[] Buckets { get; private init; } = [];

    /// <summary>The trace ids of the exemplars.</summary>
    public string[] Exemplars { get; private init; } = [];

    /// <summary>The number of lines in the Prometheus format.</summary>
    public int Lines => Type == MetricType.Histogram ? Buckets.Length + 2 : 1;

    public string? this[string tag] => Tags.GetValueOrDefault(tag);

    public static ExportedSeries Of(Metric metric, in MetricPoint point)
    {
        var tags = new Dictionary<string, string>();
        foreach (var tag in point.Tags)
        {
            tags[tag.Key] = tag.Value?.ToString() ?? "";
        }

        var series = new ExportedSeries(metric.Name, metric.Unit, metric.Description, metric.MetricType, tags, metric.MetricType switch
        {
            MetricType.Histogram or MetricType.ExponentialHistogram => point.GetHistogramSum(),
            MetricType.LongGauge => point.GetGaugeLastValueLong(),
            MetricType.DoubleGauge => point.GetGaugeLastValueDouble(),
            MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic => point.GetSumDouble(),
            _ => point.GetSumLong(),
        });
        return metric.MetricType switch
        {
            MetricType.Histogram => OfHistogram(series, point),
            MetricType.ExponentialHistogram => series with { Count = point.GetHistogramCount() },
            _ => series with { Start = point.StartTime, End = point.EndTime },
        };
    }

    private static ExportedSeries OfHistogram(ExportedSeries series, in MetricPoint point)
    {
        var (bounds, counts, exemplars) = (new List<double>(), new List<long>(), new List<string>());
        foreach (var bucket in point.GetHistogramBuckets())
        {
            bounds.Add(bucket.ExplicitBound);
            counts.Add(bucket.BucketCount);
        }

        if (point.TryGetExemplars(out var all))
        {
            foreach (ref readonly var exemplar in all)
            {
                exemplars.Add(exemplar.TraceId.ToString());
            }
        }

        point.TryGetHistogramMinMaxValues(out var min, out var max);
        return series with
        {
            Count = point.GetHistogramCount(), Range = (min, max), Bounds = [.. bounds.SkipLast(1)], Buckets = [.. counts],
            Exemplars = [.. exemplars],
        };
    }
}

internal static class ExportedSeriesExtensions
{
    /// <summary>The series with a name and these attributes.</summary>
    public static IReadOnlyList<ExportedSeries> Of(
        this IEnumerable<ExportedSeries> all, string name, params (string Tag, string Value)[] tags) =>
        [.. all.Where(series => series.Name == name && Array.TrueForAll(tags, tag => series[tag.Tag] == tag.Value))];

    public static double Sum(this IEnumerable<ExportedSeries> all, string name, params (string Tag, string Value)[] tags) =>
        all.Of(name, tags).Sum(series => series.Value);
}
