using Choir.Actors.Inspection;
using Choir.Observatory;
using Choir.Observatory.History;
using Choir.Observatory.Live;
using Choir.Observatory.Why;
using Microsoft.Extensions.Time.Testing;

namespace Choir.Tests.Unit.Observatory.Why;

/// <summary>Readings of a cluster of one host, with no history before them, and what is said of them.</summary>
internal static class Snapshots
{
    public static readonly DateTimeOffset At = new(2026, 1, 1, 14, 0, 0, TimeSpan.Zero);

    private static readonly HostAnswers Hosts = new(["host-1"], []);

    public static ClusterSnapshot Of(
        IReadOnlyList<ActorTypeFigures>? types = null, IReadOnlyList<FlowEdgeView>? edges = null, IReadOnlyList<DependencyFigures>? dependencies = null,
        StuckView? stuck = null, IReadOnlyList<MessageHop>? failures = null) => new(
        At, new ActorTypesView(types ?? [], Hosts), new FlowView(60, [], edges ?? [], Hosts),
        new HostsView([Host("host-1", 1_000, dependencies)], Hosts), stuck, failures is null ? null : new MessagesView(failures, false, Hosts), []);

    /// <summary>A reading of a cluster that runs, without its hosts.</summary>
    public static async Task<ClusterSnapshot> ReadAsync(IActorInspection inspection)
    {
        var token = TestContext.Current.CancellationToken;
        return Of((await inspection.TypesAsync(token)).Types, (await inspection.FlowAsync(token)).Edges, stuck: await inspection.StuckAsync(token));
    }

    public static HostView Host(string name, double uptime, IReadOnlyList<DependencyFigures>? dependencies = null) =>
        new(name, uptime, 0.1, 2, 1, 1, 0.1, 0, 10, 0, 5, 0, 0, dependencies ?? []);

    /// <summary>Handlers that run long, waits and deadlocks.</summary>
    public static StuckView Stuck(
        IReadOnlyList<StuckHandler>? handlers = null, IReadOnlyList<ActorWait>? waits = null, IReadOnlyList<DeadlockView>? deadlocks = null) =>
        new(10_000, handlers ?? [], waits ?? [], [], deadlocks ?? [], false, [], [], Hosts);

    /// <summary>A message that failed.</summary>
    public static MessageHop Failure(string source, string type, string id, string message, string error) => new(
        Guid.NewGuid(), Guid.NewGuid(), null, source, null, type, id, message, "host-1", null, At, null, 1, null, "error", error, "", null);

    public static Situation Situation(ClusterSnapshot snapshot) => new(snapshot, History, [], []);

    public static IReadOnlyList<WhyFinding> Explain(ClusterSnapshot snapshot) => WhyEngine.Explain(snapshot, History, [], []).Findings;

    /// <summary>What is said of a reading after minutes of others.</summary>
    public static IReadOnlyList<WhyFinding> ExplainAfter(ClusterSnapshot before, ClusterSnapshot now, params Stall[] stalls)
    {
        var clock = new FakeTimeProvider(At.AddMinutes(-40));
        var history = new HistoryStore(clock);
        while (clock.GetUtcNow() < At)
        {
            SnapshotHistory.Record(history, before);
            clock.Advance(HistoryStore.Step);
        }

        return WhyEngine.Explain(now, history, stalls, []).Findings;
    }

    private static HistoryStore History => new(new FakeTimeProvider(At));
}
