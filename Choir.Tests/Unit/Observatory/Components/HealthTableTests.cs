using Bunit;
using Choir.Observatory;
using Choir.Observatory.Components.Parts;
using Choir.Observatory.History;

namespace Choir.Tests.Unit.Observatory.Components;

/// <summary>The health of components over the last hour.</summary>
public sealed class HealthTableTests : BunitContext
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 15, 0, 0, TimeSpan.Zero);

    private static readonly HealthSpan[] Failed =
        [Span(90, 30, "healthy"), Span(30, 29, "unhealthy", "it is <b>locked</b>"), Span(29, 10, "healthy"), Span(5, 0, "degraded", "slow")];

    [Fact]
    public void A_strip_has_a_part_for_each_status_and_a_gap_where_it_was_not_read()
    {
        var strip = Table([new("database", "degraded", "slow")], [new("database", Failed)]).Find("svg");
        Assert.Equal(
            [("good", "0", "360"), ("bad", "360", "12"), ("good", "372", "228"), ("warn", "660", "60")],
            strip.QuerySelectorAll("rect").Select(part => (part.ClassName!, part.GetAttribute("x")!, part.GetAttribute("width")!)));
        Assert.Equal("database in the last hour: healthy for 1 h 19 min, degraded for 5 min 0 s, unhealthy for 1 min 0 s", strip.GetAttribute("aria-label"));
    }

    [Fact]
    public void Changes_have_their_time_and_reason_as_text_for_those_who_point_and_those_who_read()
    {
        var table = Table([new("database", "degraded", "slow")], [new("database", Failed)]);
        Assert.Equal("14:30:00 UTC unhealthy for 1 min 0 s: it is <b>locked</b>", table.FindAll("rect title")[1].TextContent);
        Assert.Equal("3 changes", table.Find("summary").TextContent);
        Assert.Equal(
            ["14:55:00 UTC degraded for 5 min 0 s: slow", "14:31:00 UTC healthy for 19 min 0 s", "14:30:00 UTC unhealthy for 1 min 0 s: it is <b>locked</b>", "13:30:00 UTC healthy for 1 h 0 min"],
            table.FindAll("ol li").Select(change => change.TextContent));
        Assert.Empty(table.FindAll("b"));
    }

    [Fact]
    public void What_lasted_for_seconds_can_be_seen()
    {
        var strip = Table([new("database", "healthy", null)], [new("database", [new HealthSpan(Now.AddSeconds(-1), Now, "unhealthy", null)])]).Find("svg");
        Assert.Equal(("717", "3"), (strip.QuerySelector("rect")!.GetAttribute("x"), strip.QuerySelector("rect")!.GetAttribute("width")));
    }

    [Fact]
    public void While_the_health_cannot_be_read_the_known_components_are_unknown()
    {
        HealthSpan[] spans = [Span(10, 1, "healthy"), Span(1, 0, "unknown", "It cannot be read.")];
        var table = Table([new("health", "unknown", "It cannot be read.")], [new("database", spans), new("gone", [Span(50, 40, "healthy")])]);
        Assert.Equal(
            ["database unknown It cannot be read.", "gone unknown The application does not name it any more."], table.FindAll("li > p").Select(text => text.TextContent.Trim()));
    }

    [Fact]
    public void A_component_without_a_history_has_its_status()
    {
        var table = Table([new("health", "unknown", "It cannot be read.")], []);
        Assert.Equal("health unknown It cannot be read.", table.Find("li").TextContent.Trim());
        Assert.Empty(table.FindAll("svg"));
    }

    private static HealthSpan Span(int from, int until, string status, string? reason = null) => new(Now.AddMinutes(-from), Now.AddMinutes(-until), status, reason);

    private IRenderedComponent<HealthTable> Table(IReadOnlyList<ObservatoryComponent> components, IReadOnlyList<ComponentHistory> history) =>
        Render<HealthTable>(part => part.Add(one => one.Components, components).Add(one => one.History, history).Add(one => one.Now, Now));
}
