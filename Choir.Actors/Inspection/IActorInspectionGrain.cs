using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Concurrency;
using Orleans.Metadata;

namespace Choir.Actors.Inspection;

/// <summary>Asks all hosts at once and merges their answers. Called by <see cref="ActorInspection"/>, which may run outside the cluster.</summary>
[Alias("Choir.Actors.Inspection.IActorInspectionGrain")]
internal interface IActorInspectionGrain : IGrainWithIntegerKey
{
    [Alias("Types")] Task<ActorTypesView> TypesAsync();

    /// <returns>Null if no host has such a type.</returns>
    [Alias("Type")] Task<ActorTypeView?> TypeAsync(string type);
    [Alias("Look")] Task<ActorView> LookAsync(ActorAddress actor);
    [Alias("Stuck")] Task<StuckView> StuckAsync();
    [Alias("Flow")] Task<FlowView> FlowAsync();
    [Alias("Trace")] Task<TraceView> TraceAsync(Guid correlationId);
    [Alias("SetDiagnostics")] Task<DiagnosticsView> SetDiagnosticsAsync(string type, string? id, LogLevel? logLevel, double? sampling, TimeSpan duration);
    [Alias("Diagnostics")] Task<DiagnosticsView> DiagnosticsAsync();
}

[GrainType("choir.inspection"), StatelessWorker, Reentrant]
[SuppressMessage("Performance", "CA1812:Avoid uninstantiated internal classes", Justification = "Orleans creates it.")]
internal sealed class ActorInspectionGrain(HostRoundTrip hosts, TimeProvider time) : Grain, IActorInspectionGrain
{
    public async Task<ActorTypesView> TypesAsync()
    {
        var reports = await hosts.AskAsync(host => host.FiguresAsync(null));
        return new ActorTypesView(ClusterFigures.Types(reports), reports.Hosts);
    }

    public async Task<ActorTypeView?> TypeAsync(string type)
    {
        var reports = await hosts.AskAsync(host => host.FiguresAsync(type));
        return ClusterFigures.Types(reports) is [var figures]
            ? new ActorTypeView(figures, ClusterFigures.Hottest(reports), reports.Hosts)
            : null;
    }

    public async Task<ActorView> LookAsync(ActorAddress actor)
    {
        var reports = await hosts.AskAsync(host => host.LookAsync(actor));
        return new ActorView(
            actor.Type,
            actor.Id,
            reports.Values.Select(view => view.Live).FirstOrDefault(live => live is not null),
            reports.Values.SelectMany(view => view.Messages).OrderByDescending(hop => hop.StartedAt).Take(ActorReader.MaxEntries).ToArray(),
            reports.Values.SelectMany(view => view.StateChanges).OrderByDescending(change => change.At).Take(ActorReader.MaxEntries).ToArray(),
            reports.Hosts);
    }

    public async Task<StuckView> StuckAsync() => WaitGraph.Merge(await hosts.AskAsync(host => host.StuckAsync()), time.GetUtcNow());

    public async Task<FlowView> FlowAsync() => ClusterFigures.Flow(await hosts.AskAsync(host => host.FiguresAsync(null)));

    public async Task<TraceView> TraceAsync(Guid correlationId) =>
        ClusterTrace.Merge(correlationId, await hosts.AskAsync(host => host.TraceAsync(correlationId)));

    public async Task<DiagnosticsView> SetDiagnosticsAsync(string type, string? id, LogLevel? logLevel, double? sampling, TimeSpan duration)
    {
        // An override that is removed gets an end that has passed by every host's clock.
        var until = duration > TimeSpan.Zero ? time.GetUtcNow() + duration : DateTimeOffset.MinValue;
        var wanted = new DiagnosticOverride(type, id, logLevel, sampling, until);
        return Merge(await hosts.AskAsync(host => host.SetDiagnosticsAsync(wanted)));
    }

    public async Task<DiagnosticsView> DiagnosticsAsync() => Merge(await hosts.AskAsync(host => host.DiagnosticsAsync()));

    private static DiagnosticsView Merge(HostReports<DiagnosticOverride[]> reports) => new(
        reports.Values.SelectMany(overrides => overrides)
            .GroupBy(one => (one.Type, one.Id))
            .Select(same => same.MaxBy(one => one.Until)!)
            .OrderBy(one => one.Until)
            .ToArray(),
        reports.Hosts);
}
