using Choir.Actors.Inspection;
using Choir.Observatory;
using Choir.Observatory.History;
using Choir.Observatory.Live;
using Choir.Observatory.Why;
using Choir.Observatory.Why.Causes;
using Microsoft.Extensions.Time.Testing;

namespace Choir.Tests.Unit.Observatory.Why;

/// <summary>Sentences about what the actors call, and about deadlocks: whole numbers, and reasons.</summary>
public sealed class DependencyTests
{
    private static readonly HostAnswers Hosts = new(["host-1"], []);
    private static readonly DateTimeOffset At = new(2026, 1, 1, 14, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Calls_that_fail_are_counted_in_whole_numbers_with_the_reason_that_the_failures_have()
    {
        var type = new ActorTypeFigures("ActionPhaseActor", 2, 100, 0.58, 35, 1, 0, 1, 1, 1, 1, null, null, null, null, [], null, 1);
        var failures = Enumerable.Range(0, 12).Select(i => new MessageHop(
            Guid.NewGuid(), Guid.NewGuid(), null, "ThreadActor", null, "ActionPhaseActor", $"{i}", "PROCESS_INPUT", "host-1", null, At, null, 1, null, "error",
            i < 2 ? "It is closed." : $"Connection refused (127.0.0.1:{i}).", "", null));
        var finding = Assert.Single(FailingDependency.Find(SituationOf([type], [new DependencyFigures("model", "chat", 0.5817, 1, 1, 1, 0, null, 0)], [.. failures], []))).Finding;
        Assert.Equal("100 % of the calls to the model (`chat`) fail, and with them messages to ActionPhaseActor: 'Connection refused (127.0.0.1:2)'.", finding.Sentence);
        Assert.Equal(["35 failed calls in the last minute"], finding.Evidence);
    }

    [Fact]
    public void A_deadlock_that_lasts_is_a_cause_however_long_ago_it_arose_and_one_cycle_is_one()
    {
        var deadlock = new DeadlockView(["left/l", "right/r", "left/l"], At.AddMinutes(-10), "ILeft.Back", IsOver: false);
        var finding = Assert.Single(Deadlock.Find(SituationOf([], [], [], [deadlock, deadlock with { IsOver = true }]))).Finding;
        Assert.Equal(["1 cycle in the last two minutes"], finding.Evidence);
    }

    private static Situation SituationOf(
        IReadOnlyList<ActorTypeFigures> types, IReadOnlyList<DependencyFigures> dependencies, IReadOnlyList<MessageHop> failures, IReadOnlyList<DeadlockView> deadlocks) => new(
        new ClusterSnapshot(
            At, new ActorTypesView(types, Hosts), new FlowView(60, [], [], Hosts),
            new HostsView([new HostView("host-1", 1_000, 0.1, 2, 1, 1, 0.1, 0, 10, 0, 5, 0, 0, dependencies)], Hosts),
            new StuckView(10_000, [], [], [], deadlocks, false, [], [], Hosts), new MessagesView(failures, false, Hosts), []),
        new HistoryStore(new FakeTimeProvider(At)), [], []);
}
