using System.Diagnostics.Metrics;
using Choir.Actors;
using Choir.Actors.Telemetry;
using Choir.ServiceDefaults.Telemetry.Requests;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Choir.Tests.Unit.Actors.Telemetry;

/// <summary>Histograms that are counted in plain fields are exported as if each value had been recorded.</summary>
public sealed class BulkHistogramTests : IDisposable
{
    private readonly Meter _meter = new($"test-{Guid.NewGuid()}");
    private readonly Buckets _buckets = Buckets.OfTime(1_000_000);

    [Fact]
    public void Values_added_in_bulk_are_exported_like_values_recorded_singly()
    {
        long[] microseconds = [3, 10, 11, 40, 999, 1_000, 1_001, 30_000, 2_000_000, 59_999_999, 60_000_001];
        var bulk = Create("bulk");
        var single = Create("single");
        KeyValuePair<string, object?>[] tags = [new("actor.type", "A"), new("message.type", "B")];
        var cells = new long[CellHistogram.Length(_buckets)];
        var series = new HistogramSeries(bulk, _buckets, tags, total => CellHistogram.AddTo(total, cells, 0, _buckets));

        var first = new List<Metric>();
        var second = new List<Metric>();
        using var provider = Sdk.CreateMeterProviderBuilder().AddMeter(_meter.Name)
            .AddInMemoryExporter(first).AddInMemoryExporter(second).Build();
        var sdk = SdkHistograms.TryCreate(provider);
        Assert.NotNull(sdk);

        for (var round = 0; round < 3; round++)
        {
            foreach (var value in microseconds)
            {
                CellHistogram.Add(cells, 0, _buckets, value);
                single.Record(value / 1e6, tags);
            }

            Assert.True(sdk.Accepts(bulk, _buckets.Bounds));
            series.AddInBulk([sdk]);
        }

        provider.ForceFlush();
        foreach (var reader in (List<Metric>[])[first, second])
        {
            var (one, other) = (Read(reader, "bulk"), Read(reader, "single"));
            Assert.Equal(other.Counts, one.Counts);
            Assert.Equal(other.Sum, one.Sum, precision: 6);
            Assert.Equal(other.Max, one.Max, precision: 6);
            Assert.Equal(3 * microseconds.Length, one.Counts.Sum());
        }
    }

    [Fact]
    public void With_another_aggregation_values_are_recorded_singly()
    {
        var histogram = Create("exponential");
        var cells = new long[CellHistogram.Length(_buckets)];
        var series = new HistogramSeries(histogram, _buckets, [], total => CellHistogram.AddTo(total, cells, 0, _buckets));
        var metrics = new List<Metric>();
        using var provider = Sdk.CreateMeterProviderBuilder().AddMeter(_meter.Name)
            .AddView(_ => new Base2ExponentialBucketHistogramConfiguration())
            .AddInMemoryExporter(metrics).Build();
        var sdk = SdkHistograms.TryCreate(provider)!;
        CellHistogram.Add(cells, 0, _buckets, 20);
        CellHistogram.Add(cells, 0, _buckets, 2_000_000);

        Assert.False(sdk.Accepts(histogram, _buckets.Bounds));
        series.RecordSingly();
        provider.ForceFlush();

        var point = Points(metrics, "exponential").Single();
        Assert.Equal(2, point.GetHistogramCount());
        Assert.InRange(point.GetHistogramSum(), 1, 6);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(10, 0)]
    [InlineData(11, 1)]
    [InlineData(25, 1)]
    [InlineData(26, 2)]
    [InlineData(60_000_000, 17)]
    [InlineData(60_000_001, 18)]
    [InlineData(long.MaxValue, 18)]
    public void An_upper_bound_is_inclusive(long microseconds, int bucket) => Assert.Equal(bucket, _buckets.IndexOf(microseconds));

    [Theory]
    [InlineData(1_000_000)]
    [InlineData(10_000_000)]
    [InlineData(24_000_000)]
    [InlineData(1_000_000_000)]
    public void A_value_belongs_to_the_first_bucket_whose_bound_is_not_smaller(long ticksPerSecond)
    {
        foreach (var buckets in new[] { Buckets.OfTime(ticksPerSecond), Buckets.OfSize() })
        {
            var bounds = Array.ConvertAll(buckets.Bounds, bound => (long)Math.Round(bound * buckets.Scale));
            Assert.All(bounds.Zip(bounds.Skip(1)), pair => Assert.True(pair.Second >= 2 * pair.First));
            var numbers = bounds.Concat(Enumerable.Range(0, 63).Select(bit => 1L << bit)).SelectMany(number => new[] { number - 1, number, number + 1 });
            Assert.All(numbers, number => Assert.Equal(bounds.Count(bound => number > bound), buckets.IndexOf(number)));
        }
    }

    [Fact]
    public void Requests_have_the_buckets_of_all_durations() => Assert.Equal(DurationHistograms.Bounds, RequestMetrics.Bounds);

    public void Dispose() => _meter.Dispose();

    private Histogram<double> Create(string name) => _meter.CreateSecondsHistogram(name, "A test.");

    private static List<MetricPoint> Points(List<Metric> metrics, string name)
    {
        var points = new List<MetricPoint>();
        foreach (ref readonly var point in metrics.Last(metric => metric.Name == name).GetMetricPoints())
        {
            points.Add(point);
        }

        return points;
    }

    private static (long[] Counts, double Sum, double Max) Read(List<Metric> metrics, string name)
    {
        var point = Points(metrics, name).Single();
        var counts = new List<long>();
        foreach (var bucket in point.GetHistogramBuckets())
        {
            counts.Add(bucket.BucketCount);
        }

        Assert.True(point.TryGetHistogramMinMaxValues(out _, out var max));
        return ([.. counts], point.GetHistogramSum(), max);
    }
}
