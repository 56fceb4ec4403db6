using Choir.Actors.Inspection;
using Choir.Observatory;
using Choir.Observatory.Why;
using Choir.Observatory.Why.Causes;

namespace Choir.Tests.Unit.Observatory.Why;

/// <summary>One actor that fails all its messages, among many that do not.</summary>
public sealed class FailingActorTests
{
    private const string Type = "DrillActor";

    [Fact]
    public void It_is_named_however_small_its_share_of_the_messages_is()
    {
        var finding = Assert.Single(Explain(messages: 10));
        Assert.Equal((FailingActor.Cause, "DrillActor/bad", 1), (finding.Cause, finding.Subject, Math.Round(finding.Share, 6)));
        Assert.Equal("All messages to DrillActor/bad fail, 10 in the last minute: 'It is told to fail'.", finding.Sentence);
        Assert.Equal("2 messages waiting at it: an actor that fails repeatedly is restarted with pauses", finding.Evidence[1]);
    }

    [Fact]
    public void One_that_fails_a_part_of_its_messages_is_not() => Assert.Empty(Explain(messages: 20));

    private static IReadOnlyList<WhyFinding> Explain(double messages)
    {
        var figures = new ActorTypeFigures(Type, 50, 10_000, 100, 10, 10 / 6_000.0, 0, 5, 5, 8, 9, 2, 2, 0, 0, [], 1, 4);
        var failures = Enumerable.Range(0, 10).Select(_ => Snapshots.Failure("gateway", Type, "bad", "WORK", "It is told to fail.")).ToArray();
        var snapshot = Snapshots.Of([figures], failures: failures);
        Assert.Equal([Type], Suspects.Of(snapshot.Types));
        var bad = new Choir.Actors.HotActor(Type, "bad", messages, 10, 0.1, 2, 0);
        return Snapshots.Explain(snapshot with { Suspects = [new ActorTypeView(figures, new HottestActors([], [bad], [], [], [], []), snapshot.Types.Hosts)] });
    }
}
