using Choir.Observability;
using Microsoft.Extensions.Logging;

namespace Choir.Actors.Inspection;

internal sealed class ActorInspection(InspectionGrains hosts, GrainKeys keys) : IActorInspection
{
    public Task<ActorTypesView> TypesAsync(CancellationToken cancellationToken) => hosts.AskAsync(grain => grain.TypesAsync(), cancellationToken);

    public async Task<ActorTypeView> TypeAsync(string type, CancellationToken cancellationToken)
    {
        hosts.Check(type);
        return await hosts.AskAsync(grain => grain.TypeAsync(type), cancellationToken).ConfigureAwait(false)
            ?? throw new InspectionUnavailableException(new TimeoutException($"No host with actors of the type {type} has answered."));
    }

    public Task<ActorView> ActorAsync(ActorAddress actor, CancellationToken cancellationToken)
    {
        hosts.Check(actor.Type);
        return hosts.AskAsync(grain => grain.LookAsync(keys.Spelled(actor)), cancellationToken);
    }

    public async Task<StuckView> StuckAsync(CancellationToken cancellationToken)
    {
        var stuck = await hosts.AskAsync(grain => grain.StuckAsync(), cancellationToken).ConfigureAwait(false);

        // Otherwise an answer of no host would read as "nothing is stuck".
        return stuck.Hosts.Answered.Count > 0 ? stuck : throw new InspectionUnavailableException(new TimeoutException("No host has answered."));
    }

    public Task<FlowView> FlowAsync(CancellationToken cancellationToken) => hosts.AskAsync(grain => grain.FlowAsync(), cancellationToken);

    public Task<TraceView> TraceAsync(Guid correlationId, CancellationToken cancellationToken) =>
        hosts.AskAsync(grain => grain.TraceAsync(correlationId), cancellationToken);

    public Task<MessagesView> MessagesAsync(MessageFilter filter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        CheckLimit(filter.Limit);
        if (filter.ActorType is { } type)
        {
            filter = filter with { ActorId = Spelled(type, filter.ActorId) };
        }

        return hosts.AskAsync(grain => grain.MessagesAsync(filter), cancellationToken);
    }

    public Task<LogsView> LogsAsync(LogFilter filter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        CheckLimit(filter.Limit);
        if (filter.ActorType is { } type)
        {
            hosts.Check(type);
            filter = filter with { ActorId = Spelled(type, filter.ActorId) };
        }

        return hosts.AskAsync(grain => grain.LogsAsync(filter), cancellationToken);
    }

    public Task<RemindersView> RemindersAsync(ActorAddress actor, CancellationToken cancellationToken)
    {
        hosts.Check(actor.Type);
        return hosts.AskAsync(grain => grain.RemindersAsync(keys.Spelled(actor)), cancellationToken);
    }

    public Task<HostsView> HostsAsync(CancellationToken cancellationToken) => hosts.AskAsync(grain => grain.HostsAsync(), cancellationToken);

    public Task<ActorIdsView> IdsAsync(string type, string contains, int limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(contains);
        CheckLimit(limit);
        hosts.Check(type);
        return hosts.AskAsync(grain => grain.IdsAsync(type, contains, limit), cancellationToken);
    }

    public async Task<DiagnosticsView> SetDiagnosticsAsync(
        string type, string? id, LogLevel? logLevel, double? sampling, TimeSpan duration, CancellationToken cancellationToken)
    {
        // NaN is neither less than 0 nor more than 1.
        if (sampling is not (null or (>= 0 and <= 1)))
        {
            throw new ArgumentOutOfRangeException(nameof(sampling), sampling, "The sampling must be from 0 to 1.");
        }

        hosts.Check(type);
        id = Spelled(type, id);
        var all = await hosts.AskAsync(grain => grain.SetDiagnosticsAsync(type, id, logLevel, sampling, duration), cancellationToken).ConfigureAwait(false);
        return Select(all, type, id);
    }

    public Task<DiagnosticsView> EndDiagnosticsAsync(string type, string? id, CancellationToken cancellationToken) =>
        SetDiagnosticsAsync(type, id, logLevel: null, sampling: null, TimeSpan.Zero, cancellationToken);

    public async Task<DiagnosticsView> DiagnosticsAsync(string? type, string? id, CancellationToken cancellationToken)
    {
        if (type is not null)
        {
            hosts.Check(type);
            id = Spelled(type, id);
        }

        var all = await hosts.AskAsync(grain => grain.DiagnosticsAsync(), cancellationToken).ConfigureAwait(false);
        return type is null ? all : Select(all, type, id);
    }

    private string? Spelled(string type, string? id) => id is null ? null : keys.Spelled(ActorAddress.OfStored(type, id)).Id;

    private static void CheckLimit(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MessageFilter.MaxLimit);
    }

    private static DiagnosticsView Select(DiagnosticsView all, string type, string? id) => all with
    {
        Overrides = all.Overrides.Where(one => one.Type == type && (id is null || one.Id is null || one.Id == id)).ToArray(),
    };
}
