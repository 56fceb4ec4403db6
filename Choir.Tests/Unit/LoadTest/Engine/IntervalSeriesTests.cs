using Choir.LoadTest.Engine;

namespace Choir.Tests.Unit.LoadTest.Engine;

public class IntervalSeriesTests
{
    [Fact]
    public void Too_many_intervals_become_half_as_many_of_twice_the_length()
    {
        var series = new IntervalSeries(seconds: 1, maxCount: 10);
        for (var second = 0; second < 25; second++)
        {
            var interval = series.At(second);
            interval.Due++;
            interval.InFlight = second;
            interval.Latency.Add(0.1);
        }

        Assert.Equal(4, series.Seconds);
        Assert.Equal([4L, 4, 4, 4, 4, 4, 1], series.Intervals.Select(interval => interval.Due));
        Assert.Equal([3, 7, 11, 15, 19, 23, 24], series.Intervals.Select(interval => interval.InFlight));
        Assert.Equal(25, series.Intervals.Sum(interval => interval.Latency.Count));
    }

    [Fact]
    public void A_leap_in_time_widens_as_often_as_needed()
    {
        var series = new IntervalSeries(seconds: 0.25, maxCount: 4);
        series.At(0).Due++;
        series.At(1_000).Due++;
        Assert.Equal(2, series.Intervals.Sum(interval => interval.Due));
        Assert.True(series.Intervals.Count <= 4);
    }

    [Theory]
    [InlineData(400, 20)]
    [InlineData(210, 20)]
    [InlineData(7, 7)]
    public void Parts_have_all_whole_intervals_each_once(int intervals, int parts)
    {
        var series = new IntervalSeries(seconds: 1, maxCount: 400);
        for (var second = 0; second < intervals; second++)
        {
            series.At(second).Due = second;
        }

        var result = series.Parts(intervals, 20);
        Assert.Equal(parts, result.Count);
        Assert.Equal(intervals, result.Sum(part => part.Seconds));
        Assert.Equal(intervals * (intervals - 1L) / 2, result.Sum(part => part.Sum.Due));
        Assert.True(result.Max(part => part.Seconds) - result.Min(part => part.Seconds) <= 1);
    }

    [Fact]
    public void An_interval_that_was_not_measured_to_its_end_is_in_no_part()
    {
        var series = new IntervalSeries(seconds: 1, maxCount: 10);
        series.At(0.5).Due = 1;
        series.At(1.2).Due = 1;
        Assert.Equal(1, series.Parts(1.5, 20).Sum(part => part.Sum.Due));
        Assert.Empty(series.Parts(0.5, 20));
    }
}
