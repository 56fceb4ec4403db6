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
    /// <inheritdoc cref="IActorInspection.TypesAsync"/>
    [Alias("Types")]
    Task<ActorTypesView> TypesAsync();

    /// <inheritdoc cref="IActorInspection.TypeAsync"/>
    /// <returns>Null if no host has such a type.</returns>
    [Alias("Type")]
    Task<ActorTypeView?> TypeAsync(string type);

    /// <inheritdoc cref="IActorInspection.ActorAsync"/>
    [Alias("Look")]
    Task<ActorView> LookAsync(ActorAddress actor);

    /// <inheritdoc cref="IActorInspection.StuckAsync"/>
    [Alias("Stuck")]
    Task<StuckView> StuckAsync();

    /// <inheritdoc cref="IActorInspection.FlowAsync"/>
    [Alias("Flow")]
    Task<FlowView> FlowAsync();

    /// <inheritdoc cref="IActorInspection.TraceAsync"/>
    [Alias("Trace")]
    Task<TraceView> TraceAsync(Guid correlationId);

    /// <inheritdoc cref="IActorInspection.SetDiagnosticsAsync"/>
    [Alias("SetDiagnostics")]
    Task<DiagnosticsView> SetDiagnosticsAsync(string type, string? id, LogLevel? logLevel, double? sampling, TimeSpan duration);

    /// <inheritdoc cref="IActorInspection.DiagnosticsAsync"/>
    [Alias("Diagnostics")]
    Task<DiagnosticsView> DiagnosticsAsync();
}

/// <inheritdoc cref="IActorInspectionGrain"/>
[GrainType("choir.inspection"), StatelessWorker, Reentrant]
[SuppressMessage("Performance", "CA1812:Avoid uninstantiated internal classes", Justification = "The engine makes it.")]
internal sealed class ActorInspectionGrain(HostRoundTrip hosts, ProcessClock clock) : Grain, IActorInspectionGrain
{
    /// <inheritdoc/>
    public async Task<ActorTypesView> TypesAsync()
    {
        var reports = await hosts.AskAsync(host => host.FiguresAsync(null));
        return new ActorTypesView(FigureMerge.Types(reports), reports.Hosts);
    }

    /// <inheritdoc/>
    public async Task<ActorTypeView?> TypeAsync(string type)
    {
        var reports = await hosts.AskAsync(host => host.FiguresAsync(type));
        return FigureMerge.Types(reports) is [var figures]
            ? new ActorTypeView(figures, FigureMerge.HottestOf(reports), reports.Hosts)
            : null;
    }

    /// <inheritdoc/>
    public async Task<ActorView> LookAsync(ActorAddress actor)
    {
        var reports = await hosts.AskAsync(host => host.LookAsync(actor));
        return ActorMerge.View(actor, reports);
    }

    /// <inheritdoc/>
    public async Task<StuckView> StuckAsync()
    {
        var reports = await hosts.AskAsync(host => host.StuckAsync());
        return WaitGraph.View(reports, clock.Time.GetUtcNow());
    }

    /// <inheritdoc/>
    public async Task<FlowView> FlowAsync() => FigureMerge.Flow(await hosts.AskAsync(host => host.FiguresAsync(null)));

    /// <inheritdoc/>
    public async Task<TraceView> TraceAsync(Guid correlationId)
    {
        var reports = await hosts.AskAsync(host => host.TraceAsync(correlationId));
        return TraceMerge.View(correlationId, reports);
    }

    /// <inheritdoc/>
    public async Task<DiagnosticsView> SetDiagnosticsAsync(string type, string? id, LogLevel? logLevel, double? sampling, TimeSpan duration)
    {
        // One that is to end at once has ended by every host's clock.
        var until = duration > TimeSpan.Zero ? clock.Time.GetUtcNow() + duration : DateTimeOffset.MinValue;
        var wanted = new DiagnosticOverride(type, id, logLevel, sampling, until);
        return View(await hosts.AskAsync(host => host.SetDiagnosticsAsync(wanted)));
    }

    /// <inheritdoc/>
    public async Task<DiagnosticsView> DiagnosticsAsync() => View(await hosts.AskAsync(host => host.DiagnosticsAsync()));

    private static DiagnosticsView View(HostReports<DiagnosticOverride[]> reports) => new(
        reports.All.SelectMany(report => report.Value)
            .GroupBy(one => (one.Type, one.Id))
            .Select(same => same.MaxBy(one => one.Until)!)
            .OrderBy(one => one.Until)
            .ToArray(),
        reports.Hosts);
}
