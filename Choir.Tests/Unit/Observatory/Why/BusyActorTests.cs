using Choir.Actors.Inspection;
using Choir.Observatory;
using Choir.Observatory.Live;
using Choir.Observatory.Why;
using Choir.Observatory.Why.Causes;

namespace Choir.Tests.Unit.Observatory.Why;

/// <summary>One actor that handles messages all the time, with a queue that is never long.</summary>
public sealed class BusyActorTests
{
    private const string Type = "DrillActor";

    private static readonly Choir.Actors.HotActor Hot = new(Type, "hot", 589, 0, 58.9, 5, 0);

    [Fact]
    public void It_is_named_and_not_its_host()
    {
        var finding = Assert.Single(Explain([Hot], before: (2, 100)));
        Assert.Equal((HotActor.Cause, "DrillActor/hot"), (finding.Cause, finding.Subject));
        Assert.StartsWith(
            "DrillActor/hot is busy for 58.9 s of a minute, so its messages wait for each other: it gets 49 % of the messages of its type", finding.Sentence, StringComparison.Ordinal);
        Assert.Contains("5 messages waiting at it", finding.Evidence[1], StringComparison.Ordinal);
    }

    [Fact]
    public void It_is_named_with_its_handlers_if_they_are_slower_than_those_of_the_type_before()
    {
        var finding = Assert.Single(Explain(Hot));
        Assert.Equal(SlowHandler.Cause, finding.Cause);
        Assert.EndsWith("; DrillActor/hot is busy all the time, with 93 % of the time in them.", finding.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Its_host_is_not_blamed_while_it_has_not_been_busy_for_a_minute() =>
        Assert.DoesNotContain(Explain(Hot with { Messages = 200, BusySeconds = 20 }, perSecond: 3.5), one => one.Cause == SlowHost.Cause);

    [Fact]
    public void One_with_an_empty_queue_keeps_nobody_waiting() =>
        Assert.DoesNotContain(Explain(Hot with { QueueLength = 0 }), one => one.Cause == HotActor.Cause);

    [Fact]
    public void A_host_on_which_many_actors_are_slow_is_named() =>
        Assert.Contains(Explain([.. Enumerable.Range(0, 10).Select(id => new Choir.Actors.HotActor(Type, $"{id}", 60, 0, 6, 1, 0))]), one => one is { Cause: SlowHost.Cause, Subject: "host-1" });

    [Fact]
    public void A_host_with_an_actor_that_fails_and_restarts_with_pauses_is_not_slow() =>
        Assert.DoesNotContain(
            Explain(Enumerable.Range(0, 10).Select(id => new Choir.Actors.HotActor(Type, $"{id}", 60, 0, 6, 1, 0)).ToArray(), failing: new(Type, "bad", 10, 10, 0.1, 2, 0)),
            one => one.Cause == SlowHost.Cause);

    private static IReadOnlyList<WhyFinding> Explain(Choir.Actors.HotActor actor, double perSecond = 10) => Explain([actor], perSecond);

    private static IReadOnlyList<WhyFinding> Explain(Choir.Actors.HotActor[] busy, double perSecond = 10, Choir.Actors.HotActor? failing = null, (double PerSecond, double Here)? before = null)
    {
        return Snapshots.ExplainAfter(Reading(before?.PerSecond ?? 1, before?.Here ?? 5, []), Reading(perSecond, 100, busy));

        ClusterSnapshot Reading(double rate, double here, Choir.Actors.HotActor[] actors)
        {
            HostCount[] hosts = [new("host-1", 10, rate, here * 4, here * 3, here), new("host-2", 10, 10, 8, 1, 5)];
            var type = new ActorTypeFigures(Type, 20, 1_000, rate + 10, 0, 0, 0, 5, 5, 8, 9, 5, 5, 0, 0, hosts, 1, ((rate * here) + 50) / (rate + 10)) { IsSequential = true };
            var snapshot = Snapshots.Of([type]);
            snapshot = snapshot with { Hosts = snapshot.Hosts with { Hosts = [Snapshots.Host("host-1", 1_000), Snapshots.Host("host-2", 1_000)] } };
            return Suspects.Of(snapshot.Types).Contains(Type)
                ? snapshot with { Suspects = [new ActorTypeView(type, new HottestActors([], failing is null ? [] : [failing], actors, [], [], []), snapshot.Types.Hosts)] }
                : snapshot;
        }
    }
}
