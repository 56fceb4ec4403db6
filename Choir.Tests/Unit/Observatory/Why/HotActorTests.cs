using Choir.Actors.Inspection;
using Choir.Observatory;
using Choir.Observatory.Why.Causes;

namespace Choir.Tests.Unit.Observatory.Why;

/// <summary>Queues of one actor that last longer than the history.</summary>
public sealed class HotActorTests
{
    private const string Type = "ThreadActor";

    [Fact]
    public void A_queue_that_was_always_long_is_no_cause() => Assert.Empty(Explain(refused: 0));

    [Fact]
    public void Messages_that_other_actors_of_the_type_refuse_say_nothing_of_it() => Assert.Empty(Explain(refused: 0, otherRefusalsPerSecond: 1));

    [Fact]
    public void One_that_refuses_messages_is_a_cause_however_long_it_lasts()
    {
        var finding = Assert.Single(Explain(refused: 3_000));
        Assert.Equal((HotActor.Cause, "ThreadActor/7"), (finding.Cause, finding.Subject));
        Assert.EndsWith("; 3,000 messages of the last minute were refused because the queue was full.", finding.Sentence, StringComparison.Ordinal);
    }

    private static IReadOnlyList<WhyFinding> Explain(long refused, double otherRefusalsPerSecond = 0)
    {
        var figures = new ActorTypeFigures(Type, 5, 1_000, 100, 0, 0, 0, 900, 900, 900, 900, 9_900, 9_900, 0, 0, [], 890, 10) { RefusedByFullQueue = refused, RejectedPerSecond = (refused / 60.0) + otherRefusalsPerSecond };
        var snapshot = Snapshots.Of([figures]);
        var longest = new Choir.Actors.HotActor(Type, "7", 3_000, 0, 30, 9_900, 0);
        snapshot = snapshot with { Suspects = [new ActorTypeView(figures, new HottestActors([], [], [], [], [longest], []), snapshot.Types.Hosts)] };
        return Snapshots.ExplainAfter(snapshot, snapshot);
    }
}
