using Choir.LoadTest.Observing.Metrics;

namespace Choir.Tests.Unit.LoadTest.Observing;

public class HistogramSumTests
{
    [Fact]
    public void A_percentile_is_interpolated_within_its_bucket()
    {
        var sum = Of((0.1, 0), (0.2, 50), (0.4, 100), (double.PositiveInfinity, 100));
        Assert.Equal(0.2, sum.Percentile(0.5), 9);
        Assert.Equal(0.15, sum.Percentile(0.25), 9);
        Assert.Equal(0.3, sum.Percentile(0.75), 9);
        Assert.Equal(0.4, sum.Percentile(1), 9);
    }

    [Fact]
    public void The_first_bucket_begins_at_zero() => Assert.Equal(0.05, Of((0.1, 10), (1, 10)).Percentile(0.5), 9);

    [Fact]
    public void A_value_above_the_highest_bound_counts_as_that_bound() =>
        Assert.Equal(60, Of((30, 0), (60, 0), (double.PositiveInfinity, 5)).Percentile(0.99));

    [Fact]
    public void Histograms_with_other_buckets_are_added_up()
    {
        var sum = Of((1, 10), (double.PositiveInfinity, 10));
        sum.AddBuckets([(0.5, 10), (double.PositiveInfinity, 10)]);
        Assert.Equal(20, sum.Count);
        Assert.Equal(0.5, sum.Percentile(0.5), 9);
    }

    [Fact]
    public void Counts_that_fall_are_no_negative_values()
    {
        var sum = Of((0.1, 5), (0.2, 3), (0.4, 9), (double.PositiveInfinity, 8));
        Assert.Equal(9, sum.Count);
        Assert.InRange(sum.Percentile(0.99), 0.2, 0.4);
    }

    [Fact]
    public void Without_values_all_is_zero()
    {
        var latency = Of((0.1, 0)).ToLatency();
        Assert.Equal((0, 0, 0), (latency.Count, latency.P99, latency.Mean));
    }

    [Fact]
    public void A_count_beyond_all_numbers_is_the_highest_number() =>
        Assert.Equal(long.MaxValue, Of((1, 1e300)).Count);

    private static HistogramSum Of(params (double, double)[] buckets)
    {
        var sum = new HistogramSum();
        sum.AddBuckets(buckets);
        return sum;
    }
}
