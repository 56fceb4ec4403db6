using Choir.LoadTest.Analysis;

namespace Choir.Tests.Unit.LoadTest.Analysis;

public class TrendTestTests
{
    [Fact]
    public void The_slope_of_a_line_is_found_in_spite_of_outliers()
    {
        var points = Enumerable.Range(0, 100).Select(index => ((double)index, 100 + (0.5 * index))).ToList();
        points[10] = (10, 1e6);
        points[60] = (60, 0);
        var trend = TrendTest.Of(points)!;
        Assert.Equal(0.5, trend.Slope, 0.01);
        Assert.True(trend.IsSignificant);
        Assert.Equal(0.5 * 99 / 124.75, trend.Growth, 0.02);
    }

    [Fact]
    public void Noise_is_hardly_ever_a_trend() =>
        Assert.InRange(SignificantOf(300, random => random.NextDouble(), autocorrelation: 0), 0, 9);

    [Fact]
    public void Noise_that_stays_high_or_low_for_a_while_is_seldom_a_trend() =>
        Assert.InRange(SignificantOf(300, random => random.NextDouble() - 0.5, autocorrelation: 0.8), 0, 15);

    [Fact]
    public void A_small_growth_under_noise_is_found()
    {
        var random = new Random(3);
        var trend = TrendTest.Of([.. Enumerable.Range(0, 200).Select(index => ((double)index, 100 + (0.05 * index) + (4 * random.NextDouble())))])!;
        Assert.True(trend.IsSignificant);
        Assert.Equal(0.05, trend.Slope, 0.01);
    }

    [Fact]
    public void A_constant_series_has_no_trend()
    {
        var trend = TrendTest.Of([.. Enumerable.Range(0, 50).Select(index => ((double)index, 7.0))])!;
        Assert.Equal((0, 1, 0), (trend.Slope, trend.PValue, trend.Growth));
    }

    [Fact]
    public void A_few_points_or_values_that_are_no_numbers_say_nothing()
    {
        Assert.Null(TrendTest.Of([.. Enumerable.Range(0, 9).Select(index => ((double)index, (double)index))]));
        Assert.Null(TrendTest.Of([.. Enumerable.Range(0, 50).Select(index => ((double)index, double.NaN))]));
        Assert.Null(TrendTest.Of([]));
    }

    private static int SignificantOf(int series, Func<Random, double> noise, double autocorrelation)
    {
        var random = new Random(1);
        return Enumerable.Range(0, series).Count(_ =>
        {
            var value = 0.0;
            return TrendTest.Of([.. Enumerable.Range(0, 100).Select(index =>
            {
                value = (autocorrelation * value) + noise(random);
                return ((double)index, 100 + value);
            })])!.IsSignificant;
        });
    }
}
