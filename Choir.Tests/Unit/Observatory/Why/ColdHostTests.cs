using Choir.Actors.Inspection;
using Choir.Observatory;
using Choir.Observatory.Live;
using Choir.Observatory.Why.Causes;

namespace Choir.Tests.Unit.Observatory.Why;

/// <summary>A host that has just started, whose first calls wait for code to be compiled and for connections.</summary>
public sealed class ColdHostTests
{
    [Theory]
    [InlineData(1_000, 1, true)]
    [InlineData(60, 1, false)]
    [InlineData(60, 10, true)]
    public void Calls_of_a_host_that_has_just_started_and_made_few_make_no_dependency_slow(double uptime, double callsPerSecond, bool isNamed) =>
        Assert.Equal(isNamed, Explain(uptime, callsPerSecond, ofDependency: true).Any(one => one.Cause == SlowDependency.Cause));

    [Theory]
    [InlineData(1_000, 1, true)]
    [InlineData(60, 1, false)]
    [InlineData(60, 10, true)]
    public void Messages_at_a_host_that_has_just_started_and_handled_few_make_no_handler_slow(double uptime, double messagesPerSecond, bool isNamed) =>
        Assert.Equal(isNamed, Explain(uptime, messagesPerSecond, ofDependency: false).Any(one => one.Cause == SlowHandler.Cause));

    private static IReadOnlyList<WhyFinding> Explain(double uptime, double perSecond, bool ofDependency)
    {
        return Snapshots.ExplainAfter(Reading(900, 5), Reading(uptime, 240));

        // A second host has made next to no calls.
        ClusterSnapshot Reading(double age, double ms)
        {
            HostCount[] counts = [new("host-1", 5, 0, null, null, null), new("host-2", 5, perSecond, ms, 1, ms)];
            var type = new ActorTypeFigures("ThreadActor", 10, 1_000, perSecond, 0, 0, 0, ms, ms, ms, ms, 0, 0, 0, 0, counts, 1, ms);
            var call = new DependencyFigures("model", "chat", perSecond, ms, ms, 0, 0, null, 0);
            var snapshot = ofDependency ? Snapshots.Of() : Snapshots.Of([type]);
            return snapshot with { Hosts = snapshot.Hosts with { Hosts = [Snapshots.Host("host-1", 5_000), Snapshots.Host("host-2", age, ofDependency ? [call] : null)] } };
        }
    }
}
