using Choir.Actors.Inspection;
using Choir.Observatory.Why.Causes;

namespace Choir.Tests.Unit.Observatory.Why;

/// <summary>Sentences about what the actors call, and about deadlocks: whole numbers, and reasons.</summary>
public sealed class DependencyTests
{
    [Fact]
    public void Calls_that_fail_are_counted_in_whole_numbers_with_the_reason_that_the_failures_have()
    {
        var type = new ActorTypeFigures("ActionPhaseActor", 2, 100, 0.58, 35, 1, 0, 1, 1, 1, 1, null, null, null, null, [], null, 1);
        var failures = Enumerable.Range(0, 12).Select(i => Snapshots.Failure(
            "ThreadActor", "ActionPhaseActor", $"{i}", "PROCESS_INPUT", i < 2 ? "It is closed." : $"Connection refused (127.0.0.1:{i}).")).ToArray();
        var calls = new DependencyFigures("model", "chat", 0.5817, 1, 1, 1, 0, null, 0);
        var finding = Assert.Single(FailingDependency.Find(Snapshots.Situation(Snapshots.Of([type], dependencies: [calls], failures: failures)))).Finding;
        Assert.Equal("100 % of the calls to the model (`chat`) fail, and with them messages to ActionPhaseActor: 'Connection refused (127.0.0.1:2)'.", finding.Sentence);
        Assert.Equal(["35 failed calls in the last minute"], finding.Evidence);
    }

    [Fact]
    public void A_deadlock_that_lasts_is_a_cause_however_long_ago_it_arose_and_one_cycle_is_one()
    {
        var deadlock = new DeadlockView(["left/l", "right/r", "left/l"], Snapshots.At.AddMinutes(-10), "ILeft.Back", IsOver: false);
        var finding = Assert.Single(Deadlock.Find(Snapshots.Situation(Snapshots.Of(stuck: Snapshots.Stuck(deadlocks: [deadlock, deadlock with { IsOver = true }]))))).Finding;
        Assert.Equal(["1 cycle now or in the last two minutes"], finding.Evidence);
    }
}
