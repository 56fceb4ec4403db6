using Choir.LoadTest.Analysis;

namespace Choir.Tests.Unit.LoadTest.Analysis;

public class StressSearchTests
{
    [Fact]
    public void Steps_rise_until_two_in_a_row_miss_and_then_bisection_finds_the_knee()
    {
        var (search, rates) = Run(knee: 55, refinements: 3, 10, 20, 40, 80, 160, 320);
        Assert.Equal([10, 20, 40, 80, 160, 60, 50, 55], rates);
        Assert.Equal(55, search.Knee);
        Assert.True(search.FoundLimit);
    }

    [Fact]
    public void A_single_miss_does_not_end_the_steps()
    {
        var search = new StressSearch([10, 20, 40], refinements: 3);
        foreach (var met in (bool[])[true, false, true])
        {
            search.Measured(search.Next()!.Value, met);
        }

        Assert.Equal(40, search.Knee);
        Assert.Null(search.Next());
        Assert.False(search.FoundLimit);
    }

    [Fact]
    public void Without_a_limit_the_last_step_is_the_knee()
    {
        var (search, rates) = Run(knee: 1_000, refinements: 3, 10, 20, 40);
        Assert.Equal([10, 20, 40], rates);
        Assert.Equal(40, search.Knee);
    }

    [Fact]
    public void Without_a_step_that_meets_the_objectives_lower_rates_are_tried()
    {
        var (search, rates) = Run(knee: 2, refinements: 3, 16, 32, 64);
        Assert.Equal([16, 32, 8, 4, 2], rates);
        Assert.Equal(2, search.Knee);
        Assert.Null(Run(knee: 0.1, refinements: 2, 16, 32).Search.Knee);
    }

    [Fact]
    public void A_miss_of_the_last_step_alone_is_refined_too()
    {
        var (search, rates) = Run(knee: 30, refinements: 1, 10, 20, 40);
        Assert.Equal([10, 20, 40, 30], rates);
        Assert.Equal(30, search.Knee);
    }

    [Fact]
    public void Bisection_ends_when_it_is_precise_enough() =>
        Assert.Equal([100, 101, 102], Run(knee: 100, refinements: 9, 100, 101, 102).Rates);

    private static (StressSearch Search, List<double> Rates) Run(double knee, int refinements, params double[] steps)
    {
        var search = new StressSearch(steps, refinements);
        var rates = new List<double>();
        while (search.Next() is { } rate)
        {
            rates.Add(rate);
            search.Measured(rate, rate <= knee);
        }

        return (search, rates);
    }
}
