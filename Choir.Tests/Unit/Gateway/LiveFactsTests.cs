using Choir.Actors.Inspection;
using Choir.Contracts.Threads;
using Choir.Gateway.LivePages;
using Choir.Observatory;
using Choir.Storage;
using Choir.Tests.Support;
using Microsoft.Extensions.Logging;

namespace Choir.Tests.Unit.Gateway;

/// <summary>The facts about cycles and the outbox on the live pages.</summary>
public sealed class LiveFactsTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly HostAnswers Hosts = new(["a"], []);

    [Fact]
    public void Work_that_goes_on_is_good()
    {
        var facts = LiveFacts.Facts(new WorkFigures(3, Now.AddSeconds(-5), 120, 0, 2, 0, Now.AddSeconds(-20), null), OfHosts((3, 500), (0, 500)), Logs(), Now);
        Assert.All(facts, fact => Assert.Equal(ObservatoryFactState.Good, fact.State));
        Assert.Equal(
            [(3, "at most 1,000 on 2 hosts; the oldest for 5 s"), (0, null), (0, "of 120"), (2, "the oldest for 20 s")],
            facts.Select(fact => ((int)fact.Value!, fact.Detail)));
    }

    [Fact]
    public void A_host_at_its_limit_failed_resumed_and_stuck_cycles_are_named()
    {
        var facts = LiveFacts.Facts(
            new WorkFigures(600, null, WorkFiguresReader.MaxRecent, 7, 40, 4, Now.AddMinutes(-30), $"node at http://user:hunter2hunter2@node is away{new string('!', 5_000)}"),
            OfHosts((500, 500), (100, 500)), Logs(Record(-5), Record(-70), Record(-1, "other")), Now);
        Assert.Equal(
            [ObservatoryFactState.Bad, ObservatoryFactState.Warning, ObservatoryFactState.Bad, ObservatoryFactState.Bad], facts.Select(fact => fact.State));
        Assert.Equal((1, "of 10,000 that were accepted last"), ((int)facts[1].Value!, facts[2].Detail));
        Assert.StartsWith("4 stuck; the oldest for 30 min; last error: node at", facts[3].Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", facts[3].Detail, StringComparison.Ordinal);
        Assert.InRange(facts[3].Detail!.Length, 300, 400);
    }

    [Fact]
    public void Work_near_its_limit_or_that_waits_long_is_a_warning()
    {
        var facts = LiveFacts.Facts(new WorkFigures(400, null, 0, 0, 1, 0, Now.AddMinutes(-3), null), OfHosts((400, 500)), Logs(), Now);
        Assert.Equal((ObservatoryFactState.Warning, ObservatoryFactState.Warning), (facts[0].State, facts[3].State));
        Assert.Equal(("cycles", "cycle"), (facts[0].Unit, facts[3].Unit));
    }

    [Fact]
    public void A_cycle_that_was_resumed_several_times_is_one()
    {
        string[] cycles = ["0199-a", "0199-b"];
        using var collector = new LogCollector();
        var logger = collector.CreateLogger("ThreadActor");
        foreach (var phase in new[] { Phase.Action, Phase.Experience, Phase.Yield })
        {
            Array.ForEach(cycles, cycle => Choir.ActorHost.Log.CycleResumed(logger, cycle, phase, "its message is lost"));
        }

        var facts = LiveFacts.Facts(
            new WorkFigures(0, null, 8, 0, 0, 0, null, null), OfHosts((0, 500)), Logs([.. collector.Records.Select(record => Record(-5) with { Text = record.Message })]), Now);
        Assert.Equal((2.0, "cycles", "6 times in all"), (facts[1].Value!.Value, facts[1].Unit, facts[1].Detail));
    }

    private static HostsView OfHosts(params (int InUse, int Limit)[] cycles) => new(
        [.. cycles.Select((one, index) => new HostView(
            $"{index}", 1, 0, 1, 1, 1, 0, 0, 1, 0, 0, 0, 0, [new(CycleLimit.Dependency, CycleLimit.Operation, 0, null, null, 0, one.InUse, one.Limit, 0)]))], Hosts);

    private static LogsView Logs(params ActorLogRecord[] records) => new(records, IsCut: false, Hosts);

    private static ActorLogRecord Record(int minutes, string name = "cycle_resumed") =>
        new(Now.AddMinutes(minutes), LogLevel.Warning, name, "", null, "", "a", "ThreadActor", "t", null, null, null);
}
