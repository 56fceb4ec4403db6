using Choir.Actors;
using Choir.Actors.Inspection;
using Microsoft.Extensions.Logging;

namespace Choir.Tests.Unit.Observatory.Components;

/// <summary>A cluster whose figures a test sets; null: no host answers.</summary>
internal sealed class ScriptedCluster : IActorInspection
{
    public static HostAnswers Answers { get; } = new(["host-1"], []);

    public IReadOnlyList<ActorTypeFigures>? Types { get; set; } = [];

    public IReadOnlyList<FlowEdgeView> Edges { get; set; } = [];

    public IReadOnlyList<string> Missing { get; set; } = [];

    /// <summary>The messages of every trace.</summary>
    public IReadOnlyList<MessageHop> Hops { get; set; } = [];

    public StuckView Stuck { get; set; } = new(10_000, [], [], [], [], false, [], [], Answers);

    public Task<ActorTypesView> TypesAsync(CancellationToken cancellationToken = default) => Types is { } types
        ? Task.FromResult(new ActorTypesView(types, new HostAnswers(["host-1"], Missing)))
        : throw new InspectionUnavailableException(new TimeoutException());

    public Task<ActorTypeView> TypeAsync(string type, CancellationToken cancellationToken = default) =>
        Task.FromResult(new ActorTypeView(Types!.Single(one => one.Type == type), new HottestActors([], [], [], [], [], []), Answers));

    public Task<StuckView> StuckAsync(CancellationToken cancellationToken = default) => Task.FromResult(Stuck);

    /// <summary>Whether the question for the message flow is not answered.</summary>
    public bool IsFlowUnanswered { get; set; }

    public Task<FlowView> FlowAsync(CancellationToken cancellationToken = default) => IsFlowUnanswered
        ? Task.FromException<FlowView>(new InspectionUnavailableException(new TimeoutException()))
        : Task.FromResult(new FlowView(60, [], Edges, Answers));

    public Task<MessagesView> MessagesAsync(MessageFilter filter, CancellationToken cancellationToken = default) =>
        Task.FromResult(new MessagesView([], false, Answers));

    public Task<HostsView> HostsAsync(CancellationToken cancellationToken = default) => Task.FromResult(new HostsView([], Answers));

    public Task<DiagnosticsView> DiagnosticsAsync(string? type, string? id, CancellationToken cancellationToken = default) =>
        Task.FromResult(new DiagnosticsView([], Answers));

    public Task<ActorView> ActorAsync(ActorAddress actor, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<TraceView> TraceAsync(Guid correlationId, CancellationToken cancellationToken = default) =>
        Task.FromResult(new TraceView(correlationId, Hops, false, Answers));

    public Task<LogsView> LogsAsync(LogFilter filter, CancellationToken cancellationToken = default) => Task.FromResult(new LogsView([], false, Answers));

    public Task<RemindersView> RemindersAsync(ActorAddress actor, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<ActorIdsView> IdsAsync(string type, string contains, int limit, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<DiagnosticsView> SetDiagnosticsAsync(
        string type, string? id, LogLevel? logLevel, double? sampling, TimeSpan duration, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<DiagnosticsView> EndDiagnosticsAsync(string type, string? id, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    /// <summary>The figures of a type.</summary>
    public static ActorTypeFigures Type(string name, double rate = 1, long errors = 0, double? p95 = 5) =>
        new(name, 2, 100, rate, errors, 0, 0, 3, 2, p95, 9, 0, 0, 100, 0, [], 1, 2);
}
