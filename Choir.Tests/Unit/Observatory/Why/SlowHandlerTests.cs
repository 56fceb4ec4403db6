using Choir.Actors.Inspection;
using Choir.Observatory.Live;
using Choir.Observatory.Why;
using Choir.Observatory.Why.Causes;

namespace Choir.Tests.Unit.Observatory.Why;

public sealed class SlowHandlerTests
{
    [Fact]
    public void Handlers_that_take_longer_are_a_cause() =>
        Assert.Equal(SlowHandler.Cause, Assert.Single(Snapshots.ExplainAfter(Reading(getMs: 1, reportMs: 30), Reading(getMs: 200, reportMs: 30))).Cause);

    [Fact]
    public void More_messages_of_a_type_that_always_took_long_are_none() =>
        Assert.Empty(Snapshots.ExplainAfter(Reading(getMs: 1, reportMs: 300, reports: 0.1), Reading(getMs: 1, reportMs: 300, reports: 5)));

    [Fact]
    public void Messages_of_a_type_that_came_for_the_first_time_are_none() =>
        Assert.Empty(Snapshots.ExplainAfter(Reading(getMs: 1, reportMs: 300, reports: 0), Reading(getMs: 1, reportMs: 300, reports: 5)));

    [Fact]
    public void What_waited_for_a_database_that_did_not_answer_is_not_slow_by_itself()
    {
        var stall = new Stall("database", Snapshots.At.AddSeconds(-50), TimeSpan.FromSeconds(25), Snapshots.At.AddSeconds(-25), 4, ["update"], ["OtherActor"], false);
        var chain = new DependencyFigures("chain", "record", 1, 20, 30, 0, 0, null, 0);
        var before = WithCalls(Reading(getMs: 1, reportMs: 30), chain);
        var now = WithCalls(Reading(getMs: 150, reportMs: 30), chain with { MeanMs = 9_000, P95Ms = 27_300 });
        Assert.Equal(StalledDependency.Cause, Assert.Single(Snapshots.ExplainAfter(before, now, stall)).Cause);
        Assert.Equal(SlowDependency.Cause, Snapshots.ExplainAfter(before, now)[0].Cause);
    }

    private static ClusterSnapshot WithCalls(ClusterSnapshot reading, DependencyFigures calls) =>
        Snapshots.Of(reading.Types.Types, reading.Flow.Edges, [calls]);

    private static ClusterSnapshot Reading(double getMs, double reportMs, double reports = 1)
    {
        const double Gets = 10;
        var mean = ((getMs * Gets) + (reportMs * reports)) / (Gets + reports);
        var type = new ActorTypeFigures("mixed", 5, 1_000, Gets + reports, 0, 0, 0, mean, mean, mean, mean, 0, 0, 0, 0, [], 0, mean);
        FlowEdgeView[] edges = [Edge("GET", Gets, getMs), .. reports > 0 ? [Edge("REPORT", reports, reportMs)] : Array.Empty<FlowEdgeView>()];
        return Snapshots.Of([type], edges);
    }

    private static FlowEdgeView Edge(string message, double perSecond, double ms) =>
        new("gateway", "mixed", message, perSecond, 0, ms, ms, ms, ms, 1_000, 0, new Dictionary<string, long>(), 0, ms);
}
