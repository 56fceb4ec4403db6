using Choir.Actors.Inspection;
using Choir.Observatory;
using Choir.Observatory.Live;
using Choir.Observatory.Why;
using Choir.Observatory.Why.Causes;

namespace Choir.Tests.Unit.Observatory.Why;

/// <summary>Ordinary grains whose calls wait for each other, which Orleans does not tell.</summary>
public sealed class BusyGrainTests
{
    private const string Type = "stock";

    [Fact]
    public void A_grain_that_becomes_busy_all_the_time_is_a_cause()
    {
        var finding = Assert.Single(Explain(perSecond: 50, busySeconds: 58));
        Assert.Equal((BusyGrain.Cause, "stock/apples"), (finding.Cause, finding.Subject));
        Assert.Equal(
            "stock/apples is busy for 58 s of a minute, so its calls wait for each other: it gets 97 % of the calls of its type and handles one after the other, in 20 ms each.",
            finding.Sentence);
    }

    [Fact]
    public void One_that_always_was_is_none() => Assert.Empty(Explain(perSecond: 50, busySeconds: 58, perSecondBefore: 48));

    [Fact]
    public void A_reentrant_one_is_none() => Assert.Empty(Explain(perSecond: 50, busySeconds: 58, isSequential: false));

    [Fact]
    public void Many_grains_that_are_each_busy_for_a_part_are_none() => Assert.Empty(Explain(perSecond: 50, busySeconds: 6));

    [Fact]
    public void The_type_that_calls_it_is_not_blamed_for_waiting()
    {
        var edge = new FlowEdgeView("cart", Type, "IStock.TakeAsync", 50, 0, 20, 20, 20, 20, 1_000, 0, new Dictionary<string, long>(), null, 20);
        var found = Explain(perSecond: 50, busySeconds: 58, edges: [edge], others: rate => [Figures("cart", rate, rate > 10 ? 900 : 5, isSequential: true)]);
        Assert.Equal(BusyGrain.Cause, Assert.Single(found).Cause);
    }

    private static IReadOnlyList<WhyFinding> Explain(
        double perSecond, double busySeconds, double perSecondBefore = 5, bool isSequential = true, FlowEdgeView[]? edges = null,
        Func<double, ActorTypeFigures[]>? others = null)
    {
        Choir.Actors.HotActor apples = new(Type, "apples", busySeconds * 50, 0, busySeconds, 0, 0);
        return Snapshots.ExplainAfter(Reading(perSecondBefore, null), Reading(perSecond, apples));

        ClusterSnapshot Reading(double rate, Choir.Actors.HotActor? busiest)
        {
            var stock = Figures(Type, rate, 20, isSequential);
            ActorTypeFigures[] types = [stock, .. others?.Invoke(rate) ?? []];
            var snapshot = Snapshots.Of(types, edges);
            return busiest is null || !Suspects.Of(snapshot.Types).Contains(Type)
                ? snapshot
                : snapshot with { Suspects = [new ActorTypeView(stock, new HottestActors([], [], [busiest], [], [], []), snapshot.Types.Hosts)] };
        }
    }

    private static ActorTypeFigures Figures(string type, double perSecond, double ms, bool isSequential) => new(
        type, 5, 1_000, perSecond, 0, 0, 0, ms, ms, ms, ms, null, null, 0, null, [], null, ms, IsGrain: true) { IsSequential = isSequential };
}
