using Choir.LoadTest.Engine;
using Choir.LoadTest.Profiles;

namespace Choir.Tests.Unit.LoadTest.Engine;

public class ArrivalScheduleTests
{
    [Fact]
    public void Uniform_arrivals_have_equal_distances()
    {
        var times = Of(new Stage("s", TimeSpan.FromSeconds(2), 10, 10), Arrivals.Uniform);
        Assert.Equal(20, times.Count);
        Assert.All(times.Zip(times.Skip(1)), pair => Assert.Equal(0.1, pair.Second - pair.First, 9));
        Assert.Equal(0.05, times[0], 9);
    }

    [Theory]
    [InlineData(0, 100)]
    [InlineData(100, 0)]
    [InlineData(20, 80)]
    public void A_changing_rate_has_as_many_arrivals_as_its_mean(double from, double to)
    {
        var times = Of(new Stage("s", TimeSpan.FromSeconds(10), from, to), Arrivals.Uniform);
        Assert.Equal((from + to) / 2 * 10, times.Count);
        var firstHalf = times.Count(time => time < 5);
        Assert.Equal(((from * 3) + to) / 4 * 5, firstHalf, 0.6);
    }

    [Fact]
    public void Poisson_arrivals_have_the_mean_and_the_variance_of_independent_ones()
    {
        var times = Of(new Stage("s", TimeSpan.FromSeconds(1_000), 50, 50), Arrivals.Poisson);
        Assert.Equal(50_000, times.Count, 1_000.0);
        var counts = times.GroupBy(time => (int)time).Select(second => (double)second.Count()).ToList();
        var mean = counts.Average();
        Assert.Equal(1, counts.Average(count => (count - mean) * (count - mean)) / mean, 0.15);
    }

    [Fact]
    public void The_same_seed_repeats_the_arrivals()
    {
        var stage = new Stage("s", TimeSpan.FromSeconds(5), 10, 30);
        Assert.Equal(Of(stage, Arrivals.Poisson), Of(stage, Arrivals.Poisson));
        Assert.NotEqual(Of(stage, Arrivals.Poisson), [.. ArrivalSchedule.Of(stage, Arrivals.Poisson, 2)]);
    }

    [Fact]
    public void A_rate_of_zero_has_no_arrivals() =>
        Assert.Empty(Of(new Stage("s", TimeSpan.FromSeconds(5), 0, 0), Arrivals.Poisson));

    private static List<double> Of(Stage stage, Arrivals arrivals) => [.. ArrivalSchedule.Of(stage, arrivals, 1)];
}
