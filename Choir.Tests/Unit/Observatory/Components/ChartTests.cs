using Bunit;
using Choir.Observatory.Components.Parts;
using Choir.Observatory.History;

namespace Choir.Tests.Unit.Observatory.Components;

/// <summary>Charts of odd series.</summary>
public sealed class ChartTests : BunitContext
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 14, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_sparkline_without_values_says_so_and_draws_nothing()
    {
        foreach (var points in new[] { Points(), Points(null, null), Points(float.NaN, float.PositiveInfinity) })
        {
            var spark = Spark(points);
            Assert.Equal("Rate: no values yet", spark.Find("svg").GetAttribute("aria-label"));
            Assert.Empty(spark.FindAll("polyline"));
        }
    }

    [Fact]
    public void A_sparkline_shows_a_single_value_and_leaves_gaps()
    {
        Assert.Equal("Rate: from 4 to 4, now 4", Spark(Points(4)).Find("svg").GetAttribute("aria-label"));
        Assert.Equal("118,2 120,2", Assert.Single(Lines(Spark(Points(4)))));
        Assert.Equal(["0,26 24,14", "70,14 72,14", "118,2 120,2"], Lines(Spark(Points(0, 2, float.NaN, 2, null, 4))));
    }

    [Fact]
    public void Marks_before_the_first_value_are_left_out_and_those_at_one_place_are_one()
    {
        var spark = Render<Sparkline>(part => part.Add(one => one.Label, "Rate").Add(one => one.Points, Points(1, 2, 3))
            .Add(one => one.Marks, [Start.AddMinutes(-1), Start.AddSeconds(5), Start.AddSeconds(5), Start.AddHours(1)]));
        Assert.Equal(["59.5", "119"], spark.FindAll("line.mark").Select(mark => mark.GetAttribute("x1")));
    }

    [Fact]
    public void A_chart_without_values_has_its_text_in_place_of_axes()
    {
        foreach (var lines in new IReadOnlyList<ChartLine>[] { [], [new("a", [])], [new("a", Points(null, float.NaN))] })
        {
            var chart = Chart(lines);
            Assert.Equal("Nothing was recorded.", chart.Find(".empty").TextContent);
            Assert.Empty(chart.FindAll("svg"));
        }
    }

    [Fact]
    public void A_chart_draws_one_value_as_a_dash_and_no_value_that_is_not_finite()
    {
        var chart = Chart([new("a", Points(5)), new("b", Points(float.NaN)), new("c", Points(float.PositiveInfinity))]);
        Assert.Equal("476,60.5 480,60.5", Assert.Single(chart.FindAll("polyline")).GetAttribute("points"));
        Assert.DoesNotContain("NaN", chart.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain("∞", chart.Markup, StringComparison.Ordinal);
        Assert.Equal(["a 5", "b –", "c –"], chart.FindAll(".legend li").Select(line => line.TextContent));
    }

    [Fact]
    public void A_chart_of_zeros_has_an_axis_and_a_line_at_its_foot()
    {
        var chart = Chart([new("a", Points(0, 0, 0))]);
        Assert.Equal("62,148 271,148 480,148", chart.Find("polyline").GetAttribute("points"));
        Assert.Equal(["0", "0.25", "0.5", "0.75", "1"], chart.FindAll("text[text-anchor=end]").Select(text => text.TextContent));
    }

    [Fact]
    public void What_ended_in_a_chart_has_no_value_now_and_hostile_names_are_text()
    {
        var chart = Chart([new("<b>gone</b>", Points([1, .. new float?[9]])), new("here", Points(1, 1, 1, 1, 1, 1, 1, 1, 1, 2))]);
        Assert.Equal(["<b>gone</b> –", "here 2"], chart.FindAll(".legend li").Select(line => line.TextContent));
        Assert.Empty(chart.FindAll("li > b > b"));
    }

    [Fact]
    public void A_step_chart_of_one_moment_is_drawn()
    {
        var chart = Render<StepChart>(part => part.Add(one => one.Title, "Size").Add(one => one.Points, [(Start, 7.0)]));
        Assert.Equal("478,30", chart.Find("polyline").GetAttribute("points"));
        Assert.Equal("Size: from 7 to 7 in 1 writes", chart.Find("svg").GetAttribute("aria-label"));
    }

    private static HistoryPoint[] Points(params float?[] values) => [.. values.Select((value, i) => new HistoryPoint(Start.AddSeconds(5 * i), value))];

    private static IEnumerable<string> Lines(IRenderedComponent<Sparkline> spark) => spark.FindAll("polyline").Select(line => line.GetAttribute("points")!);

    private IRenderedComponent<Sparkline> Spark(IReadOnlyList<HistoryPoint> points) =>
        Render<Sparkline>(part => part.Add(one => one.Label, "Rate").Add(one => one.Points, points));

    private IRenderedComponent<TimeChart> Chart(IReadOnlyList<ChartLine> lines) =>
        Render<TimeChart>(part => part.Add(one => one.Title, "Rate").Add(one => one.Lines, lines).Add(one => one.Empty, "Nothing was recorded."));
}
