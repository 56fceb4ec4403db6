using Choir.Actors.Inspection;
using Choir.Observatory.Api;
using Choir.Tests.Unit.Observatory.Traces;

namespace Choir.Tests.Unit.Observatory;

public sealed class TraceApiTests
{
    [Fact]
    public void A_trace_with_more_messages_than_the_route_returns_has_the_first_ones_and_says_that_it_is_cut()
    {
        var cut = TraceApi.Cut(Trace(messages: TraceApi.MaxHops + 1));

        Assert.True(cut.IsCut);
        Assert.Equal(TraceApi.MaxHops, cut.Hops.Count);
        Assert.Equal(Hops.Id(1), cut.Hops[0].MessageId);
    }

    [Fact]
    public void A_trace_with_as_many_messages_as_the_route_returns_is_not_cut()
    {
        var whole = Trace(TraceApi.MaxHops);
        Assert.Same(whole, TraceApi.Cut(whole));
    }

    private static TraceView Trace(int messages) =>
        new(Guid.Empty, [.. Enumerable.Range(1, messages).Select(i => Hops.Hop(i, i, i, i))], IsCut: false, new HostAnswers(["host-a"], []));
}
