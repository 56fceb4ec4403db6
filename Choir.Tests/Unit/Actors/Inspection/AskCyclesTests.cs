using Choir.Actors;
using Choir.Actors.Telemetry;

namespace Choir.Tests.Unit.Actors.Inspection;

public sealed class AskCyclesTests
{
    [Fact]
    public void Two_types_that_ask_each_other_are_one_cycle_with_both_message_types()
    {
        var cycle = Assert.Single(Find(Ask("Order", "Stock", "RESERVE"), Ask("Stock", "Order", "COUNT"), Ask("Order", "Stock", "RELEASE"), Ask("Order", "Mail", "SEND")));

        Assert.Equal(["Order", "Stock"], cycle.Steps.Select(step => step.ActorType));
        Assert.Equal(["Stock", "Order"], cycle.Steps.Select(step => step.AskedType));
        Assert.Equal(["RELEASE", "RESERVE"], cycle.Steps[0].MessageTypes);
        Assert.Equal("Order asks Stock (RELEASE, RESERVE), Stock asks Order (COUNT)", $"{cycle}");
    }

    [Fact]
    public void A_longer_cycle_is_found_once_wherever_its_edges_were_counted()
    {
        var edges = new[] { Ask("C", "A", "X"), Ask("A", "B", "Y"), Ask("B", "C", "Z"), Ask("Outside", "A", "Y"), Ask("C", "End", "W") };
        Assert.Equal(["A asks B (Y), B asks C (Z), C asks A (X)"], Find(edges).Select(cycle => $"{cycle}"));
        Assert.Equal(["A asks B (Y), B asks C (Z), C asks A (X)"], Find([.. edges.Reverse()]).Select(cycle => $"{cycle}"));
        foreach (var missing in edges[..3])
        {
            Assert.Empty(Find([.. edges.Except([missing])]));
        }
    }

    [Fact]
    public void Actors_of_one_type_that_ask_in_one_order_only_cannot_wait_for_each_other()
    {
        Assert.Empty(Find(Ask("Account", "Account", "TRANSFER", AskOrder.Up), Ask("Account", "Account", "READ", AskOrder.Up)));
        Assert.Empty(Find(Ask("Account", "Account", "TRANSFER", AskOrder.Down)));
        Assert.Equal(
            ["Account asks Account (READ, TRANSFER)"],
            Find(Ask("Account", "Account", "TRANSFER", AskOrder.Up), Ask("Account", "Account", "READ", AskOrder.Down)).Select(cycle => $"{cycle}"));
    }

    [Fact]
    public void The_number_of_cycles_is_bounded()
    {
        var types = Enumerable.Range(0, 60).Select(i => $"T{i:00}").ToArray();
        var (cycles, isCut) = AskCycles.Find(from one in types from other in types where one != other select Ask(one, other, "M"));

        Assert.Equal((AskCycles.MaxCycles, true), (cycles.Length, isCut));
        Assert.Equal(cycles.Length, cycles.Select(cycle => $"{cycle}").Distinct().Count());
    }

    [Fact]
    public void A_large_flow_without_a_cycle_has_none()
    {
        var (cycles, isCut) = AskCycles.Find(
            from one in Enumerable.Range(0, 90) from other in Enumerable.Range(one + 1, 89 - one) select Ask($"T{one}", $"T{other}", "M"));

        Assert.Empty(cycles);
        Assert.False(isCut);
    }

    [Fact]
    public void An_edge_is_marked_by_its_first_ask_only()
    {
        var flow = new FlowTable();
        var kind = new MessageKind(0, "Stock", "RESERVE");
        foreach (var source in new[] { "Order", "gateway", "host", "Stock" })
        {
            var edge = kind.EdgeFrom(flow, source);
            flow.MarkAsk(edge, source is "Order" or "Stock" ? new ActorAddress(source, "1") : default, "2");
            flow.MarkAsk(edge, source is "Order" or "Stock" ? new ActorAddress(source, "0") : default, "2");
        }

        Assert.Equal(2, flow.AskChanges);
        Assert.Equal([("Order", AskOrder.Both), ("Stock", AskOrder.Up)], flow.Asks().Select(ask => (ask.Source, ask.Order)));
        flow.MarkAsk(kind.EdgeFrom(flow, "Stock"), new ActorAddress("Stock", "3"), "2");
        Assert.Equal((3, AskOrder.Both), (flow.AskChanges, flow.Asks()[1].Order));
    }

    private static PossibleDeadlock[] Find(params AskedEdge[] edges) => AskCycles.Find(edges).Cycles;

    private static AskedEdge Ask(string source, string target, string message, AskOrder? order = null) =>
        new(source, target, message, order ?? AskOrder.Both);
}
