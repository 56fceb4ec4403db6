using System.Diagnostics.CodeAnalysis;
using Choir.Actors.Messaging;
using Choir.Actors.Telemetry;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Concurrency;
using Orleans.Metadata;
using Orleans.Runtime;

namespace Choir.Actors.Inspection;

/// <summary>Asks all hosts at once and makes one answer of theirs. What <see cref="IActorInspection"/> calls.</summary>
[Alias("Choir.Actors.Inspection.IActorInspectionGrain")]
internal interface IActorInspectionGrain : IGrainWithIntegerKey
{
    /// <inheritdoc cref="IActorInspection.Types"/>
    [Alias("Types")]
    Task<ActorTypesView> Types();

    /// <inheritdoc cref="IActorInspection.Type"/>
    /// <returns>Null if no host has such a type.</returns>
    [Alias("Type")]
    Task<ActorTypeView?> Type(string type);

    /// <inheritdoc cref="IActorInspection.Actor"/>
    [Alias("Look")]
    Task<ActorView> Look(ActorAddress actor);

    /// <inheritdoc cref="IActorInspection.Stuck"/>
    [Alias("Stuck")]
    Task<StuckView> Stuck();

    /// <inheritdoc cref="IActorInspection.Flow"/>
    [Alias("Flow")]
    Task<FlowView> Flow();

    /// <inheritdoc cref="IActorInspection.Trace"/>
    [Alias("Trace")]
    Task<TraceView> Trace(Guid correlationId);

    /// <inheritdoc cref="IActorInspection.SetDiagnostics"/>
    [Alias("SetDiagnostics")]
    Task<DiagnosticsView> SetDiagnostics(string type, string? id, LogLevel? logLevel, double? sampling, TimeSpan duration);

    /// <inheritdoc cref="IActorInspection.Diagnostics"/>
    [Alias("Diagnostics")]
    Task<DiagnosticsView> Diagnostics();
}

/// <inheritdoc cref="IActorInspectionGrain"/>
[GrainType("choir.inspection"), StatelessWorker, Reentrant]
[SuppressMessage("Performance", "CA1812:Avoid uninstantiated internal classes", Justification = "The engine makes it.")]
internal sealed class ActorInspectionGrain(HostRoundTrip hosts, ProcessClock clock) : Grain, IActorInspectionGrain
{
    /// <inheritdoc/>
    public async Task<ActorTypesView> Types()
    {
        var reports = await hosts.Ask(host => host.Figures(null));
        return new ActorTypesView(FigureMerge.Types(reports), reports.Hosts);
    }

    /// <inheritdoc/>
    public async Task<ActorTypeView?> Type(string type)
    {
        var reports = await hosts.Ask(host => host.Figures(type));
        return FigureMerge.Types(reports) is [var figures]
            ? new ActorTypeView(figures, FigureMerge.HottestOf(reports), reports.Hosts)
            : null;
    }

    /// <inheritdoc/>
    public async Task<ActorView> Look(ActorAddress actor)
    {
        var reports = await hosts.Ask(host => host.Look(actor));
        return ActorMerge.View(actor, reports);
    }

    /// <inheritdoc/>
    public async Task<StuckView> Stuck()
    {
        var reports = await hosts.Ask(host => host.Stuck());
        return WaitGraph.View(reports, clock.Time.GetUtcNow());
    }

    /// <inheritdoc/>
    public async Task<FlowView> Flow() => FigureMerge.Flow(await hosts.Ask(host => host.Figures(null)));

    /// <inheritdoc/>
    public async Task<TraceView> Trace(Guid correlationId)
    {
        var reports = await hosts.Ask(host => host.Trace(correlationId));
        return TraceMerge.View(correlationId, reports);
    }

    /// <inheritdoc/>
    public async Task<DiagnosticsView> SetDiagnostics(string type, string? id, LogLevel? logLevel, double? sampling, TimeSpan duration)
    {
        // One that is to end at once has ended by every host's clock.
        var until = duration > TimeSpan.Zero ? clock.Time.GetUtcNow() + duration : DateTimeOffset.MinValue;
        var wanted = new DiagnosticOverride(type, id, logLevel, sampling, until);
        return View(await hosts.Ask(host => host.SetDiagnostics(wanted)));
    }

    /// <inheritdoc/>
    public async Task<DiagnosticsView> Diagnostics() => View(await hosts.Ask(host => host.Diagnostics()));

    private static DiagnosticsView View(HostReports<DiagnosticOverride[]> reports) => new(
        reports.All.SelectMany(report => report.Value)
            .GroupBy(one => (one.Type, one.Id))
            .Select(same => same.MaxBy(one => one.Until)!)
            .OrderBy(one => one.Until)
            .ToArray(),
        reports.Hosts);
}
