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
    public void The_reason_is_none_of_failures_from_before_the_last_minute()
    {
        var type = new ActorTypeFigures("ActionPhaseActor", 2, 100, 0.5, 35, 0.4, 0, 1, 1, 1, 1, null, null, null, null, [], null, 1);
        var failures = Enumerable.Range(0, 60).Select(i => Snapshots.Failure("ThreadActor", "ActionPhaseActor", $"{i}", "PROCESS_INPUT", i < 12 ? "It is closed." : "Connection refused.")).ToArray();
        var calls = new DependencyFigures("model", "chat", 0.2, 1, 1, 1, 0, null, 0);
        var finding = Assert.Single(FailingDependency.Find(Snapshots.Situation(Snapshots.Of([type], dependencies: [calls], failures: failures)))).Finding;
        Assert.EndsWith("ActionPhaseActor: 'It is closed'.", finding.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_deadlock_that_lasts_is_a_cause_however_long_ago_it_arose_and_one_cycle_is_one()
    {
        var deadlock = new DeadlockView(["left/l", "right/r", "left/l"], Snapshots.At.AddMinutes(-10), "ILeft.Back", IsOver: false);
        var finding = Assert.Single(Deadlock.Find(Snapshots.Situation(Snapshots.Of(stuck: Snapshots.Stuck(deadlocks: [deadlock, deadlock with { IsOver = true }]))))).Finding;
        Assert.Equal(["1 cycle now or in the last two minutes"], finding.Evidence);
    }

    [Fact]
    public void A_deadlock_that_has_ended_hides_no_other_cause_of_its_types()
    {
        var deadlock = new DeadlockView(["left/l", "right/r", "left/l"], Snapshots.At.AddSeconds(-20), "BACK", IsOver: true);
        var type = new ActorTypeFigures("left", 2, 1_000, 4, 200, 0.9, 0, 1, 1, 1, 1, 0, 0, 0, 0, [], 0, 1);
        var edge = new FlowEdgeView("gateway", "left", "FAIL", 4, 3.6, 1, 1, 1, 1, 1_000, 200, new Dictionary<string, long>(), 0, 1);
        var found = Snapshots.Explain(Snapshots.Of([type], [edge], stuck: Snapshots.Stuck(deadlocks: [deadlock])));
        Assert.Equal([FailingHandler.Cause, Deadlock.Cause], found.Select(one => one.Cause));
        Assert.Equal(1 / (0.9 * 4 * 60), found[1].Share, 0.001);
    }

    [Fact]
    public void Calls_that_fail_all_the_time_are_a_cause_however_long_they_have()
    {
        var reading = Snapshots.Of(dependencies: [new DependencyFigures("model", "chat", 1, 1, 1, 1, 0, null, 0)]);
        Assert.Equal(FailingDependency.Cause, Assert.Single(Snapshots.ExplainAfter(reading, reading)).Cause);
    }
}
