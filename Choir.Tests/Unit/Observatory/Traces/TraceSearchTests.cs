using Choir.Actors.Inspection;
using Choir.Observatory;
using Choir.Observatory.Traces;
using Microsoft.Extensions.Logging.Abstractions;
using static Choir.Tests.Unit.Observatory.Traces.Hops;

namespace Choir.Tests.Unit.Observatory.Traces;

public sealed class TraceSearchTests
{
    private static readonly TraceSearch None = new(null, null, null, null, null, null);

    [Theory]
    [InlineData("01a22d70-08f6-70da-995b-976ee688c4fe")]
    [InlineData("  01A22D7008F670DA995B976EE688C4FE \n")]
    [InlineData("00-01a22d7008f670da995b976ee688c4fe-b7ad6b7169203331-01")]
    public void A_pasted_correlation_id_trace_id_or_traceparent_is_an_id(string text) =>
        Assert.Equal(Guid.Parse("01a22d70-08f6-70da-995b-976ee688c4fe"), TraceSearch.IdOf(text));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("cart-3")]
    [InlineData("01a22d70")]
    public void Other_texts_are_no_ids(string? text) => Assert.Null(TraceSearch.IdOf(text));

    [Fact]
    public void The_conditions_of_the_address_are_those_of_the_question()
    {
        var search = new TraceSearch(" CartActor ", "cart 1&2", "ADD", "gateway", "true", "1.5");

        Assert.Equal(new MessageFilter("CartActor", "cart 1&2", "ADD", "gateway", true, 1.5, MessageFilter.MaxLimit), search.Filter);
        Assert.Equal("traces?type=CartActor&actor=cart%201%262&message=ADD&from=gateway&failed=true&slower=1.5", search.Address);
    }

    [Fact]
    public void Empty_conditions_are_left_out()
    {
        Assert.Equal(new MessageFilter(Limit: MessageFilter.MaxLimit) { WithoutUpkeep = true }, (None with { Type = " ", Slower = "" }).Filter);
        Assert.Equal("traces", (None with { Type = " ", Failed = "no" }).Address);
        Assert.Equal(("traces?upkeep=true", false), ((None with { Upkeep = "true" }).Address, (None with { Upkeep = "true" }).Filter!.WithoutUpkeep));
    }

    [Theory]
    [InlineData("fast")]
    [InlineData("-1")]
    [InlineData("NaN")]
    [InlineData("1e300")]
    public void A_time_that_is_no_number_of_milliseconds_is_not_searched_for(string slower) =>
        Assert.Null((None with { Slower = slower }).Filter);

    [Fact]
    public void Found_messages_are_grouped_by_correlation_the_newest_first()
    {
        var other = Guid.NewGuid();
        var found = FoundTrace.Of(
            [Hop(9, 500, 510, 520) with { CorrelationId = other }, Hop(2, 10, 20, 90, outcome: "rejected"), Hop(1, 0, 5, 50), Hop(3, 1, 2, 3, outcome: "error")]);

        Assert.Equal([other, Hop(1, 0, 0, 0).CorrelationId], found.Select(trace => trace.CorrelationId));
        Assert.Equal(("1", 3, 90, "error"), (found[1].First.ActorId, found[1].Count, found[1].TotalMs, found[1].Outcome));
        Assert.Equal(Start, found[1].At);
    }

    [Fact]
    public void Links_of_the_application_are_shown_if_they_lead_to_the_web()
    {
        var options = new ObservatoryOptions { TraceLinks = id => [("Backend", $"https://traces.example/{id}"), ("Script", "javascript:alert(1)"), ("Part", "/x")] };

        Assert.Equal([("Backend", "https://traces.example/abc")], TraceLinks.Of(options, "abc", NullLogger.Instance));
        Assert.Empty(TraceLinks.Of(new ObservatoryOptions(), "abc", NullLogger.Instance));
    }

    [Fact]
    public void Links_that_cannot_be_made_are_left_out()
    {
        var options = new ObservatoryOptions { TraceLinks = _ => throw new InvalidOperationException("no backend") };
        Assert.Empty(TraceLinks.Of(options, "abc", NullLogger.Instance));
    }
}
