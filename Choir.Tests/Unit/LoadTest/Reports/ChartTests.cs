using Choir.LoadTest.Reports.Charts;

namespace Choir.Tests.Unit.LoadTest.Reports;

public class ChartTests
{
    [Theory]
    [InlineData(0.0421, "s", "0", "20 ms", "40 ms", "60 ms")]
    [InlineData(57.0, "1/s", "0", "20/s", "40/s", "60/s")]
    [InlineData(0.013, "1", "0", "0.5 %", "1 %", "1.5 %")]
    [InlineData(3_221_225_472.0, "By", "0", "1 GiB", "2 GiB", "3 GiB")]
    [InlineData(0.0, "1/s", "0", "0.5/s", "1/s")]
    public void A_linear_axis_has_round_ticks_in_one_unit(double largest, string unit, params string[] labels) =>
        Assert.Equal(labels, Axis.FromZero(largest, unit).Ticks.Select(tick => tick.Label));

    [Fact]
    public void A_linear_axis_begins_below_zero_for_negative_values()
    {
        var axis = Axis.Linear(-3, 8, "");

        Assert.Equal(["-5", "0", "5", "10"], axis.Ticks.Select(tick => tick.Label));
        Assert.Equal(1.0 / 3, axis.Position(0), 6);
    }

    [Fact]
    public void A_logarithmic_axis_has_a_tick_for_each_decade()
    {
        var axis = Axis.Logarithmic(0.0023, 1.7, "s");

        Assert.Equal(["1 ms", "10 ms", "100 ms", "1 s", "10 s"], axis.Ticks.Select(tick => tick.Label));
        Assert.Equal(0.5, axis.Position(0.1), 6);
    }

    [Theory]
    [InlineData(double.Epsilon, 1e300)]
    [InlineData(0.5, 0.5)]
    [InlineData(1e9, 1)]
    public void A_logarithmic_axis_of_odd_values_is_bounded(double smallest, double largest) =>
        Assert.InRange(Axis.Logarithmic(smallest, largest, "s").Ticks.Count, 2, 12);

    [Theory]
    [InlineData(0.5, "0:00", "0:01")]
    [InlineData(300, "0:00", "1:00", "2:00", "3:00", "4:00", "5:00")]
    [InlineData(14_400, "0:00", "1:00:00", "2:00:00", "3:00:00", "4:00:00")]
    public void An_axis_of_time_has_the_steps_of_a_clock(double seconds, params string[] labels) =>
        Assert.Equal(labels, Axis.Time(seconds).Ticks.Select(tick => tick.Label));

    [Fact]
    public void Percentiles_have_equal_distances_from_each_nine_to_the_next()
    {
        var axis = Axis.Percentiles(99.9);

        Assert.Equal(["50 %", "90 %", "99 %", "99.9 %"], axis.Ticks.Select(tick => tick.Label));
        Assert.Equal(axis.Position(99) - axis.Position(90), axis.Position(99.9) - axis.Position(99), 6);
    }

    [Fact]
    public void A_long_line_keeps_its_peaks_and_gaps_in_at_most_500_points()
    {
        ChartPoint[] points = [.. Enumerable.Range(0, 100_000).Select(x => new ChartPoint(x, x is > 40_000 and < 50_000 ? double.NaN : 1))];
        points[777] = new ChartPoint(777, 99);
        points[88_888] = new ChartPoint(88_888, 0.1);

        var kept = Downsampling.AtMost(points);

        Assert.InRange(kept.Count, 1, 500);
        Assert.Contains(points[777], kept);
        Assert.Contains(points[88_888], kept);
        Assert.Contains(kept, point => double.IsNaN(point.Y));
        Assert.Equal(kept.OrderBy(point => point.X), kept);
    }

    [Fact]
    public void A_chart_without_values_is_left_out()
    {
        var chart = new LineChart("Latency", "s", [new ChartSeries("p50", []), new ChartSeries("p99", [new ChartPoint(1, double.NaN)])]);

        Assert.True(LineChartMarkup.Render(chart).IsEmpty);
    }

    [Fact]
    public void A_line_is_interrupted_where_nothing_was_measured()
    {
        var chart = new LineChart("Latency", "s",
            [new ChartSeries("p50", [new ChartPoint(0, 1), new ChartPoint(1, 1), new ChartPoint(2, double.NaN), new ChartPoint(3, 1)])]);

        var drawing = LineChartMarkup.Render(chart).ToString();

        Assert.Contains("d=\"M0 0h0L333.3 0M1000 0h0\"", drawing, StringComparison.Ordinal);
    }

    [Fact]
    public void A_chart_shows_the_largest_of_many_lines_and_says_how_many_it_leaves_out()
    {
        var chart = new LineChart("CPU", "",
            [.. Enumerable.Range(0, 40).Select(index => new ChartSeries($"host-{index}", [new ChartPoint(0, index), new ChartPoint(1, index)]))]);

        var drawing = LineChartMarkup.Render(chart).ToString();

        Assert.Contains("host-39", drawing, StringComparison.Ordinal);
        Assert.DoesNotContain("host-31<", drawing, StringComparison.Ordinal);
        Assert.Contains("32 smaller not shown", drawing, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(double.MaxValue)]
    [InlineData(-double.MaxValue)]
    [InlineData(double.Epsilon)]
    [InlineData(0)]
    public void Extreme_values_make_no_drawing_that_a_browser_cannot_read(double value)
    {
        var chart = new LineChart("Odd", "s", [new ChartSeries("a", [new ChartPoint(0, value), new ChartPoint(1e300, 1)])]) { MayBeLogarithmic = true };

        var drawing = LineChartMarkup.Render(chart).ToString();

        Assert.DoesNotContain("NaN", drawing, StringComparison.Ordinal);
        Assert.DoesNotContain("∞", drawing, StringComparison.Ordinal);
    }
}
