using System.Diagnostics.Metrics;
using Choir.Actors;
using Choir.Observability;
using Choir.ServiceDefaults.Telemetry.Requests;
using Choir.Tests.Support;

namespace Choir.Tests.Unit.Actors.Telemetry;

/// <summary>The buckets of the histograms.</summary>
public sealed class BucketsTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(10, 0)]
    [InlineData(11, 1)]
    [InlineData(25, 1)]
    [InlineData(26, 2)]
    [InlineData(10_000_001, 17)]
    [InlineData(30_000_001, 18)]
    [InlineData(60_000_000, 18)]
    [InlineData(60_000_001, 19)]
    [InlineData(long.MaxValue, 19)]
    public void An_upper_bound_is_inclusive(long microseconds, int bucket) =>
        Assert.Equal(bucket, Buckets.OfTime(1_000_000).IndexOf(microseconds));

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

    [Fact]
    public void A_duration_below_zero_is_recorded_as_zero()
    {
        using var measurements = new Measurements();
        var histogram = measurements.Factory.Create("test").CreateSecondsHistogram("test", "A test.");
        histogram.RecordSeconds(TimeSpan.FromSeconds(-120), new KeyValuePair<string, object?>("stage", "yielded"));
        Assert.Equal(0, Assert.Single(measurements.Of("test")).Value);
    }

    [Fact]
    public void Durations_have_about_20_buckets_and_no_gap_of_more_than_a_factor_of_five() =>
        Assert.All(new[] { DurationHistograms.Bounds, DurationHistograms.LongBounds }, bounds =>
        {
            Assert.InRange(bounds.Count, 17, 20);
            Assert.All(bounds.Zip(bounds.Skip(1)), pair => Assert.InRange(pair.Second / pair.First, 2, 5.001));
        });
}
