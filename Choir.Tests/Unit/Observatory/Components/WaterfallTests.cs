using Bunit;
using Choir.Observatory.Components.Parts;
using Choir.Observatory.Traces;
using Choir.Tests.Unit.Observatory.Traces;

namespace Choir.Tests.Unit.Observatory.Components;

/// <summary>The messages of a trace on a time axis.</summary>
public sealed class WaterfallTests : BunitContext
{
    private static readonly TraceAnalysis Trace = TraceAnalysis.Of(
    [
        Hops.Hop(1, 0, 10, 100, actor: "<b>one</b>"), Hops.Hop(2, 20, 30, 90, cause: 1), Hops.Hop(3, 20, 25, 30, cause: 1, outcome: "error"),
        Hops.Hop(4, 40, 40, 50, cause: 99).WithoutSentAt(),
    ]);

    [Fact]
    public void Each_message_has_its_actor_host_times_and_outcome()
    {
        var waterfall = Waterfall(Trace);
        Assert.Equal(4, waterfall.FindAll("button.hop").Count);
        var first = waterfall.Find("button.hop");
        Assert.Equal(("CartActor/<b>one</b>", "GO"), (first.QuerySelector(".actor")!.TextContent, first.QuerySelector(".message")!.TextContent));
        Assert.Equal(("host-a", "100 ms", "ok"), (first.QuerySelector(".host")!.TextContent, first.QuerySelector(".took")!.TextContent, first.QuerySelector(".outcome")!.TextContent));
        Assert.Contains("waited 10 ms, handled in 90 ms", first.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_whose_sending_or_cause_is_not_known_says_so()
    {
        var row = Waterfall(Trace).Find($"[data-hop='{Hops.Id(4)}']");
        Assert.Equal("Queue time unknown", row.QuerySelector(".unknown")!.GetAttribute("title"));
        Assert.Contains("queue time unknown, handled in 10 ms", row.TextContent, StringComparison.Ordinal);
        Assert.Equal("Its cause is not on record", row.QuerySelector(".warn")!.GetAttribute("title"));
        Assert.Null(row.QuerySelector(".axis .queue"));
    }

    [Theory]
    [InlineData("failed", 1)]
    [InlineData("critical", 2)]
    [InlineData("all", 4)]
    public void The_kind_of_messages_is_chosen(string kind, int count)
    {
        var waterfall = Waterfall(Trace);
        waterfall.Find("select").Change(kind);
        Assert.Equal(count, waterfall.FindAll("button.hop").Count);
    }

    [Fact]
    public void Without_a_message_of_the_kind_or_any_it_says_so()
    {
        var waterfall = Waterfall(TraceAnalysis.Of([Hops.Hop(1, 0, 1, 2)]));
        waterfall.Find("select").Change("failed");
        Assert.Equal("No message of the trace is of this kind.", waterfall.Find(".empty").TextContent);
        Assert.Single(Waterfall(TraceAnalysis.Of([])).FindAll(".empty"));
    }

    [Fact]
    public void A_click_selects_a_message_and_another_one_on_it_none()
    {
        List<TraceRow?> selected = [];
        var waterfall = Render<Waterfall>(part => part.Add(one => one.Trace, Trace).Add(one => one.SelectedChanged, selected.Add));
        waterfall.Find($"[data-hop='{Hops.Id(2)}']").Click();
        waterfall.Render(part => part.Add(one => one.Selected, selected[0]));
        Assert.Equal($"{Hops.Id(2)}", waterfall.Find("[aria-pressed=true]").GetAttribute("data-hop"));
        waterfall.Find("[aria-pressed=true]").Click();
        Assert.Null(selected[1]);
    }

    private IRenderedComponent<Waterfall> Waterfall(TraceAnalysis trace) => Render<Waterfall>(part => part.Add(one => one.Trace, trace));
}
