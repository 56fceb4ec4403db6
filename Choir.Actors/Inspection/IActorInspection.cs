using Microsoft.Extensions.Logging;

namespace Choir.Actors.Inspection;

/// <summary>
/// Looks into the actors of all hosts: what they do, where messages go, what is stuck. Each answer says which hosts it
/// comes from; a host that does not answer in time is named and holds nothing up.
/// </summary>
/// <remarks>Nothing here brings an actor into memory. All methods throw <see cref="InspectionUnavailableException"/> where no host answers.</remarks>
public interface IActorInspection
{
    /// <summary>All actor types with their figures.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    Task<ActorTypesView> TypesAsync(CancellationToken cancellationToken = default);

    /// <summary>One actor type with its figures and its hottest actors.</summary>
    /// <param name="type">The type.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ActorErrorException">There is no such type: <see cref="ErrorCodes.UnknownActorType"/>.</exception>
    Task<ActorTypeView> TypeAsync(string type, CancellationToken cancellationToken = default);

    /// <summary>One actor.</summary>
    /// <param name="actor">The actor.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ActorErrorException">There is no such type: <see cref="ErrorCodes.UnknownActorType"/>.</exception>
    Task<ActorView> ActorAsync(ActorAddress actor, CancellationToken cancellationToken = default);

    /// <summary>Handlers that run too long, and who waits for whom.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    Task<StuckView> StuckAsync(CancellationToken cancellationToken = default);

    /// <summary>Who sends what to whom.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    Task<FlowView> FlowAsync(CancellationToken cancellationToken = default);

    /// <summary>What the hosts still hold of a correlation, sampled or not.</summary>
    /// <param name="correlationId">The id of the message that began it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<TraceView> TraceAsync(Guid correlationId, CancellationToken cancellationToken = default);

    /// <summary>Changes the log level or the sampling of an actor type or of one actor for a time, on all hosts.</summary>
    /// <param name="type">The type.</param>
    /// <param name="id">The actor; null for all of the type.</param>
    /// <param name="logLevel">Records of this level and above are written, whatever is configured; null changes nothing.</param>
    /// <param name="sampling">The share of messages whose traces are kept, 0 to 1; null changes nothing.</param>
    /// <param name="duration">For how long.</param>
    /// <param name="cancellationToken">Gives up waiting; hosts may have taken it all the same.</param>
    /// <exception cref="ActorErrorException">There is no such type: <see cref="ErrorCodes.UnknownActorType"/>.</exception>
    Task<DiagnosticsView> SetDiagnosticsAsync(
        string type, string? id, LogLevel? logLevel, double? sampling, TimeSpan duration, CancellationToken cancellationToken = default);

    /// <summary>Ends early what was changed for an actor type or for one actor, on all hosts; that nothing was is no error.</summary>
    /// <param name="type">The type.</param>
    /// <param name="id">The actor; null for what was changed for all of the type, which leaves that for single actors in force.</param>
    /// <param name="cancellationToken">Gives up waiting; hosts may have done it all the same.</param>
    /// <returns>What is still in force; a host that did not answer keeps the change until its time is over.</returns>
    /// <exception cref="ActorErrorException">There is no such type: <see cref="ErrorCodes.UnknownActorType"/>.</exception>
    Task<DiagnosticsView> EndDiagnosticsAsync(string type, string? id, CancellationToken cancellationToken = default);

    /// <summary>What is changed now for a type and its actors, or for one actor.</summary>
    /// <param name="type">The type.</param>
    /// <param name="id">The actor: gives what is set for it, and for all of the type; null for everything of the type.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ActorErrorException">There is no such type: <see cref="ErrorCodes.UnknownActorType"/>.</exception>
    Task<DiagnosticsView> DiagnosticsAsync(string type, string? id, CancellationToken cancellationToken = default);
}

/// <summary>No host of the cluster answered.</summary>
public sealed class InspectionUnavailableException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="inner">What the engine said.</param>
    public InspectionUnavailableException(Exception inner)
        : base($"No actor host answered: {inner?.Message}", inner)
    {
    }
}
