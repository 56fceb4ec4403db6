using Choir.Actors;
using Choir.Actors.Inspection;
using Choir.Actors.Operations;
using Microsoft.Extensions.Logging;

namespace Choir.Tests.Integration.Gateway;

/// <summary>Inspects the cluster that a test sets; without one no host answers.</summary>
internal sealed class LentInspection : IActorInspection, IActorOperations
{
    public IActorInspection? Cluster { get; set; }

    public IActorOperations? Operations { get; set; }

    private IActorOperations RealOperations => Operations ?? throw new InspectionUnavailableException(new TimeoutException("secret"));

    private IActorInspection Real => Cluster ?? throw new InspectionUnavailableException(new TimeoutException("secret"));

    public Task<ActorTypesView> TypesAsync(CancellationToken cancellationToken = default) => Real.TypesAsync(cancellationToken);

    public Task<ActorTypeView> TypeAsync(string type, CancellationToken cancellationToken = default) => Real.TypeAsync(type, cancellationToken);

    public Task<ActorView> ActorAsync(ActorAddress actor, CancellationToken cancellationToken = default) => Real.ActorAsync(actor, cancellationToken);

    public Task<StuckView> StuckAsync(CancellationToken cancellationToken = default) => Real.StuckAsync(cancellationToken);

    public Task<FlowView> FlowAsync(CancellationToken cancellationToken = default) => Real.FlowAsync(cancellationToken);

    public Task<TraceView> TraceAsync(Guid correlationId, CancellationToken cancellationToken = default) => Real.TraceAsync(correlationId, cancellationToken);

    public Task<MessagesView> MessagesAsync(MessageFilter filter, CancellationToken cancellationToken = default) => Real.MessagesAsync(filter, cancellationToken);

    public Task<LogsView> LogsAsync(LogFilter filter, CancellationToken cancellationToken = default) => Real.LogsAsync(filter, cancellationToken);

    public Task<RemindersView> RemindersAsync(ActorAddress actor, CancellationToken cancellationToken = default) =>
        Real.RemindersAsync(actor, cancellationToken);

    public Task<HostsView> HostsAsync(CancellationToken cancellationToken = default) => Real.HostsAsync(cancellationToken);

    public Task<ActorIdsView> IdsAsync(string type, string contains, int limit, CancellationToken cancellationToken = default) =>
        Real.IdsAsync(type, contains, limit, cancellationToken);

    public Task<DiagnosticsView> SetDiagnosticsAsync(
        string type, string? id, LogLevel? logLevel, double? sampling, TimeSpan duration, CancellationToken cancellationToken = default) =>
        Real.SetDiagnosticsAsync(type, id, logLevel, sampling, duration, cancellationToken);

    public Task<DiagnosticsView> EndDiagnosticsAsync(string type, string? id, CancellationToken cancellationToken = default) =>
        Real.EndDiagnosticsAsync(type, id, cancellationToken);

    public Task<DiagnosticsView> DiagnosticsAsync(string? type, string? id, CancellationToken cancellationToken = default) =>
        Real.DiagnosticsAsync(type, id, cancellationToken);

    public Task<QuarantineView> SetQuarantineAsync(Quarantine quarantine, TimeSpan duration, CancellationToken cancellationToken = default) =>
        RealOperations.SetQuarantineAsync(quarantine, duration, cancellationToken);

    public Task<QuarantineView> EndQuarantineAsync(string type, string? id, string? messageType, CancellationToken cancellationToken = default) =>
        RealOperations.EndQuarantineAsync(type, id, messageType, cancellationToken);

    public Task<QuarantineView> QuarantinesAsync(string? type, string? id, CancellationToken cancellationToken = default) =>
        RealOperations.QuarantinesAsync(type, id, cancellationToken);

    public Task RestartAsync(ActorAddress actor, CancellationToken cancellationToken = default) =>
        RealOperations.RestartAsync(actor, cancellationToken);
}
