using Choir.Actors;
using Choir.Actors.Inspection;
using Microsoft.Extensions.Logging;

namespace Choir.Tests.Unit.Gateway;

/// <summary>Looks into a cluster that a test lends to the gateway; without one no host answers.</summary>
internal sealed class LentInspection : IActorInspection
{
    public IActorInspection? Cluster { get; set; }

    private IActorInspection Real => Cluster ?? throw new InspectionUnavailableException(new TimeoutException("secret"));

    public Task<ActorTypesView> Types(CancellationToken cancellationToken = default) => Real.Types(cancellationToken);

    public Task<ActorTypeView> Type(string type, CancellationToken cancellationToken = default) => Real.Type(type, cancellationToken);

    public Task<ActorView> Actor(ActorAddress actor, CancellationToken cancellationToken = default) => Real.Actor(actor, cancellationToken);

    public Task<StuckView> Stuck(CancellationToken cancellationToken = default) => Real.Stuck(cancellationToken);

    public Task<FlowView> Flow(CancellationToken cancellationToken = default) => Real.Flow(cancellationToken);

    public Task<TraceView> Trace(Guid correlationId, CancellationToken cancellationToken = default) => Real.Trace(correlationId, cancellationToken);

    public Task<DiagnosticsView> SetDiagnostics(
        string type, string? id, LogLevel? logLevel, double? sampling, TimeSpan duration, CancellationToken cancellationToken = default) =>
        Real.SetDiagnostics(type, id, logLevel, sampling, duration, cancellationToken);

    public Task<DiagnosticsView> EndDiagnostics(string type, string? id, CancellationToken cancellationToken = default) =>
        Real.EndDiagnostics(type, id, cancellationToken);

    public Task<DiagnosticsView> Diagnostics(string type, string? id, CancellationToken cancellationToken = default) =>
        Real.Diagnostics(type, id, cancellationToken);
}
