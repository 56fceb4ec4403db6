using Choir.Actors;
using Choir.Observability;

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
    public void A_ring_of_thousands_of_types_is_one_cycle_whose_text_is_bounded()
    {
        var (cycles, isCut) = AskCycles.Find(Enumerable.Range(0, 4_000).Select(i => Ask($"T{i:0000}", $"T{(i + 1) % 4_000:0000}", "M")));

        Assert.False(isCut);
        var cycle = Assert.Single(cycles);
        Assert.Equal(4_000, cycle.Steps.Count);
        Assert.StartsWith("T0000 asks T0001 (M), T0001 asks", $"{cycle}", StringComparison.Ordinal);
        Assert.EndsWith("T0019 asks T0020 (M), and 3980 more steps", $"{cycle}", StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_of_thousands_of_types_has_no_cycle() =>
        Assert.Empty(Find([.. Enumerable.Range(0, 4_000).Select(i => Ask($"T{i}", $"T{i + 1}", "M"))]));

    [Fact]
    public void Too_much_work_is_told_as_more_cycles()
    {
        // A ring with a detour at each type: each search has to go round once.
        const int Types = 20_000;
        var ring = Enumerable.Range(0, Types).SelectMany(i => new[]
        {
            Ask($"T{i:00000}", $"T{(i + 1) % Types:00000}", "M"), Ask($"T{i:00000}", $"X{i:00000}", "M"), Ask($"X{i:00000}", $"T{(i + 1) % Types:00000}", "M"),
        });
        var (cycles, isCut) = AskCycles.Find(ring);

        Assert.True(isCut);
        Assert.InRange(cycles.Length, 1, AskCycles.MaxCycles - 1);
    }

    [Fact]
    public void Each_edge_in_a_cycle_is_in_a_named_one_that_is_the_shortest_through_it()
    {
        var random = new Random(7);
        var cyclesSeen = 0;
        for (var round = 0; round < 200; round++)
        {
            var edges = (from one in Enumerable.Range(0, 7) from other in Enumerable.Range(0, 7) where random.Next(100) < 20 select (one, other)).ToArray();
            var (cycles, isCut) = AskCycles.Find(edges.Select(edge => Ask($"{edge.one}", $"{edge.other}", "M")));
            Assert.False(isCut);
            cyclesSeen += cycles.Length;
            foreach (var (source, target) in edges)
            {
                var through = cycles.Where(cycle => cycle.Steps.Any(step => step.ActorType == $"{source}" && step.AskedType == $"{target}"));
                Assert.Equal(StepsBetween(edges, target, source) + 1, through.Select(cycle => (int?)cycle.Steps.Count).Min());
            }
        }

        Assert.InRange(cyclesSeen, 200, int.MaxValue);
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

    private static int? StepsBetween((int One, int Other)[] edges, int from, int to)
    {
        HashSet<int> reached = [from];
        for (var steps = 0; steps < 7; steps++)
        {
            if (reached.Contains(to))
            {
                return steps;
            }

            reached.UnionWith(edges.Where(edge => reached.Contains(edge.One)).Select(edge => edge.Other).ToArray());
        }

        return null;
    }

    private static PossibleDeadlock[] Find(params AskedEdge[] edges) => AskCycles.Find(edges).Cycles;

    private static AskedEdge Ask(string source, string target, string message, AskOrder? order = null) =>
        new(source, target, message, order ?? AskOrder.Both);
}
