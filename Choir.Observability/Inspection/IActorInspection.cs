using Microsoft.Extensions.Logging;

namespace Choir.Actors.Inspection;

/// <summary>
/// Inspects the actors of all hosts: their figures, the message flow, and what is stuck. Each answer names the hosts that it
/// comes from; a host that does not answer in time is named as missing and does not delay the answer further.
/// </summary>
/// <remarks>No method activates an actor. All methods throw <see cref="InspectionUnavailableException"/> if no host answers.</remarks>
public interface IActorInspection
{
    /// <summary>The figures of all actor types.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<ActorTypesView> TypesAsync(CancellationToken cancellationToken = default);

    /// <summary>The figures and the hottest actors of one actor type.</summary>
    /// <param name="type">The type.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="ActorErrorException">The cluster has no such type: <see cref="ErrorCodes.UnknownActorType"/>.</exception>
    Task<ActorTypeView> TypeAsync(string type, CancellationToken cancellationToken = default);

    /// <summary>The state, messages and state changes of one actor.</summary>
    /// <param name="actor">The actor.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="ActorErrorException">The cluster has no such type: <see cref="ErrorCodes.UnknownActorType"/>.</exception>
    Task<ActorView> ActorAsync(ActorAddress actor, CancellationToken cancellationToken = default);

    /// <summary>Handlers that run too long, and actors that wait for other actors.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<StuckView> StuckAsync(CancellationToken cancellationToken = default);

    /// <summary>The message flow between actor types.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<FlowView> FlowAsync(CancellationToken cancellationToken = default);

    /// <summary>The recorded messages of a conversation or of a trace, sampled or not.</summary>
    /// <param name="correlationId">The correlation id, or a trace id: its 32 hexadecimal digits in the form of a UUID.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<TraceView> TraceAsync(Guid correlationId, CancellationToken cancellationToken = default);

    /// <summary>The latest recorded messages that meet conditions.</summary>
    /// <param name="filter">The conditions.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="ArgumentOutOfRangeException">The limit is not from 1 to <see cref="MessageFilter.MaxLimit"/>.</exception>
    Task<MessagesView> MessagesAsync(MessageFilter filter, CancellationToken cancellationToken = default);

    /// <summary>The latest log records of the hosts that are about an actor or a correlation, and meet conditions.</summary>
    /// <param name="filter">The conditions.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="ArgumentOutOfRangeException">The limit is out of range.</exception>
    /// <exception cref="ActorErrorException">The cluster has no such type: <see cref="ErrorCodes.UnknownActorType"/>.</exception>
    Task<LogsView> LogsAsync(LogFilter filter, CancellationToken cancellationToken = default);

    /// <summary>The reminders of one actor.</summary>
    /// <param name="actor">The actor.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="ActorErrorException">The cluster has no such type: <see cref="ErrorCodes.UnknownActorType"/>.</exception>
    Task<RemindersView> RemindersAsync(ActorAddress actor, CancellationToken cancellationToken = default);

    /// <summary>The processes of the actor hosts.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<HostsView> HostsAsync(CancellationToken cancellationToken = default);

    /// <summary>The active actors of a type whose id contains a text; upper and lower case are the same.</summary>
    /// <param name="type">The type.</param>
    /// <param name="contains">The text; empty for all.</param>
    /// <param name="limit">The most ids of the answer, 1 to 1,000.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="ArgumentOutOfRangeException">The limit is out of range.</exception>
    /// <exception cref="ActorErrorException">The cluster has no such type: <see cref="ErrorCodes.UnknownActorType"/>.</exception>
    Task<ActorIdsView> IdsAsync(string type, string contains, int limit, CancellationToken cancellationToken = default);

    /// <summary>Changes the log level or the sampling of an actor type or of one actor for a limited time, on all hosts.</summary>
    /// <param name="type">The type.</param>
    /// <param name="id">The actor's id; null for all actors of the type.</param>
    /// <param name="logLevel">The minimum level of records that are written, instead of the configured one; null for no change.</param>
    /// <param name="sampling">The share of messages whose traces are kept, 0 to 1; null for no change.</param>
    /// <param name="duration">How long the change is in effect.</param>
    /// <param name="cancellationToken">Stops waiting; the change may be made nevertheless.</param>
    /// <exception cref="ArgumentOutOfRangeException">The sampling is not from 0 to 1.</exception>
    /// <exception cref="ActorErrorException">The cluster has no such type: <see cref="ErrorCodes.UnknownActorType"/>.</exception>
    Task<DiagnosticsView> SetDiagnosticsAsync(
        string type, string? id, LogLevel? logLevel, double? sampling, TimeSpan duration, CancellationToken cancellationToken = default);

    /// <summary>Removes the change for an actor type or for one actor before it expires, on all hosts. Does nothing if there is none.</summary>
    /// <param name="type">The type.</param>
    /// <param name="id">The actor's id; null for the change for the whole type, without those for single actors.</param>
    /// <param name="cancellationToken">Stops waiting; the change may be removed nevertheless.</param>
    /// <returns>The changes still in effect. A host that did not answer keeps the change until it expires.</returns>
    /// <exception cref="ActorErrorException">The cluster has no such type: <see cref="ErrorCodes.UnknownActorType"/>.</exception>
    Task<DiagnosticsView> EndDiagnosticsAsync(string type, string? id, CancellationToken cancellationToken = default);

    /// <summary>The changes in effect for an actor type, for one actor, or for all.</summary>
    /// <param name="type">The type; null for the changes of all types.</param>
    /// <param name="id">The actor's id: returns its changes and those for the whole type; null for all changes of the type.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="ActorErrorException">The cluster has no such type: <see cref="ErrorCodes.UnknownActorType"/>.</exception>
    Task<DiagnosticsView> DiagnosticsAsync(string? type, string? id, CancellationToken cancellationToken = default);
}

/// <summary>No host of the cluster answered.</summary>
public sealed class InspectionUnavailableException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="inner">The exception of Orleans.</param>
    public InspectionUnavailableException(Exception inner)
        : base($"No actor host answered: {inner?.Message}", inner)
    {
    }
}
