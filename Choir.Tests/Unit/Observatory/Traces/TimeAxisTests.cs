using Choir.Observatory.Traces;

namespace Choir.Tests.Unit.Observatory.Traces;

public sealed class TimeAxisTests
{
    [Fact]
    public void Without_idle_times_the_axis_is_proportional()
    {
        var axis = TimeAxis.Of([(0, 60), (50, 100)], 100);

        Assert.Empty(axis.Breaks);
        Assert.Equal([0, 0.25, 1, 1], new double[] { 0, 25, 100, 120 }.Select(axis.Position));
        Assert.Equal(["0", "20 ms", "40 ms", "60 ms"], axis.Ticks.Select(tick => tick.Label));
    }

    [Fact]
    public void A_long_idle_time_is_folded_and_the_rest_gets_its_room()
    {
        var axis = TimeAxis.Of([(0, 100), (9_100, 9_300)], 9_300);
        var fold = Assert.Single(axis.Breaks);

        Assert.Equal((100, 9_100, 9_000), (fold.FromMs, fold.ToMs, fold.Ms));
        Assert.InRange(fold.To - fold.From, 0.01, 0.1);
        Assert.Equal(fold.From, axis.Position(100), 1e-9);
        Assert.Equal(fold.To, axis.Position(9_100), 1e-9);
        Assert.Equal(1 - fold.To, 2 * fold.From, 1e-9);
        Assert.Equal(["0", "100 ms", "9.2 s"], axis.Ticks.Select(tick => tick.Label));
    }

    [Fact]
    public void A_short_idle_time_is_not_folded()
    {
        Assert.Empty(TimeAxis.Of([(0, 50), (58, 100)], 100).Breaks);
    }

    [Fact]
    public void An_idle_time_of_more_than_a_second_is_folded_only_if_that_saves_room()
    {
        Assert.Single(TimeAxis.Of([(0, 5_000), (6_500, 15_000)], 15_000).Breaks);
        Assert.Empty(TimeAxis.Of([(0, 500_000), (501_500, 1_000_000)], 1_000_000).Breaks);
    }

    [Fact]
    public void Many_idle_times_leave_half_of_the_axis_to_the_messages()
    {
        var busy = Enumerable.Range(0, 500).Select(i => (i * 10_000.0, (i * 10_000.0) + 1)).ToArray();
        var axis = TimeAxis.Of(busy, 4_990_001);

        Assert.NotEmpty(axis.Breaks);
        Assert.InRange(axis.Breaks.Sum(fold => fold.To - fold.From), 0, 0.5);
        AssertRises(axis);
    }

    [Fact]
    public void Moments_without_a_duration_are_told_apart()
    {
        var axis = TimeAxis.Of([(0, 0), (5_000, 5_000)], 5_000);

        Assert.Equal(0, axis.Position(0));
        Assert.Equal(1, axis.Position(5_000));
        AssertRises(axis);
    }

    [Fact]
    public void A_trace_without_a_duration_has_an_axis()
    {
        var axis = TimeAxis.Of([(0, 0)], 0);

        Assert.Equal((0, 1), (axis.Position(0), axis.Ticks.Count));
        Assert.Empty(axis.Breaks);
    }

    [Fact]
    public void Overlapping_and_contained_times_leave_no_gap_between_them()
    {
        Assert.Equal([(0, 5), (60, 70), (90, 100)], TimeAxis.Gaps([(20, 30), (5, 60), (70, 90)], 100));
    }

    private static void AssertRises(TimeAxis axis)
    {
        var positions = Enumerable.Range(0, 1_001).Select(i => axis.Position(axis.TotalMs * i / 1_000)).ToArray();
        Assert.All(positions, position => Assert.InRange(position, 0, 1));
        Assert.Equal(positions.Order(), positions);
    }
}
