using Choir.Observability;

namespace Choir.Tests.Unit.Actors.Telemetry;

public sealed class LatencyBucketsTests
{
    [Fact]
    public void One_time_is_its_own_percentile() => Assert.Equal(60, Percentile(0.95, 60)!.Value, 1e-9);

    [Fact]
    public void A_time_beyond_the_last_bucket_is_not_cut() => Assert.Equal(7_200, Percentile(0.5, 7_200)!.Value, 1e-9);

    [Fact]
    public void A_mean_that_was_read_at_another_moment_does_not_leave_the_bucket()
    {
        var counts = new long[LatencyBuckets.Count];
        counts[LatencyBuckets.IndexOf(1_000_000)] = 1;
        Assert.InRange(LatencyBuckets.Percentile(counts, 0.5, mean: 40)!.Value, 0.9, 1.2);
    }

    [Theory]
    [InlineData(0.5, 0.01)]
    [InlineData(0.99, 3)]
    public void A_percentile_of_several_times_is_at_most_13_percent_off(double share, double expected)
    {
        double[] times = [.. Enumerable.Repeat(0.01, 90), .. Enumerable.Repeat(3.0, 10)];
        Assert.InRange(Percentile(share, times)!.Value, expected * 0.87, expected * 1.13);
    }

    [Fact]
    public void Nothing_has_no_percentile() => Assert.Null(Percentile(0.5));

    private static double? Percentile(double share, params double[] times)
    {
        var counts = new long[LatencyBuckets.Count];
        foreach (var time in times)
        {
            counts[LatencyBuckets.IndexOf((long)(time * 1e6))]++;
        }

        return LatencyBuckets.Percentile(counts, share, times.DefaultIfEmpty().Average());
    }
}
