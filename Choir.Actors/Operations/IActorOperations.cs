using Choir.Actors.Inspection;

namespace Choir.Actors.Operations;

/// <summary>What an operator can do to actors while they run.</summary>
/// <remarks>All methods throw <see cref="InspectionUnavailableException"/> if no host answers.</remarks>
public interface IActorOperations
{
    /// <summary>
    /// Takes an actor type, one actor or a message type out of service, on all hosts and on those that join later. It replaces a
    /// quarantine with the same target. Hosts keep it in memory: it ends early if all hosts are restarted at once.
    /// </summary>
    /// <param name="quarantine">The quarantine; its <see cref="Quarantine.Until"/> is ignored.</param>
    /// <param name="duration">How long it is in force.</param>
    /// <param name="cancellationToken">Stops waiting; the quarantine may be set nevertheless.</param>
    /// <returns>The quarantines of the type, and which hosts have them.</returns>
    /// <exception cref="ActorErrorException">
    /// The cluster has no such type: <see cref="ErrorCodes.UnknownActorType"/>, or no host handles the message type:
    /// <see cref="ErrorCodes.UnknownMessageType"/>. Or the health checks send their messages to the actors:
    /// <see cref="ErrorCodes.InvalidData"/>.
    /// </exception>
    Task<QuarantineView> SetQuarantineAsync(Quarantine quarantine, TimeSpan duration, CancellationToken cancellationToken = default);

    /// <summary>Ends a quarantine early, on all hosts. Does nothing if there is none. Messages that wait are handled.</summary>
    /// <param name="type">The actor type.</param>
    /// <param name="id">The actor's id; null for that of the whole type.</param>
    /// <param name="messageType">The message type; null for that of all messages.</param>
    /// <param name="cancellationToken">Stops waiting; the quarantine may end nevertheless.</param>
    /// <returns>The quarantines of the type that are still in force. A host that did not answer keeps its own until it expires.</returns>
    /// <exception cref="ActorErrorException">
    /// The cluster has no such type: <see cref="ErrorCodes.UnknownActorType"/>, or no host handles the message type:
    /// <see cref="ErrorCodes.UnknownMessageType"/>.
    /// </exception>
    Task<QuarantineView> EndQuarantineAsync(string type, string? id, string? messageType, CancellationToken cancellationToken = default);

    /// <summary>The quarantines in force for an actor type, for one actor, or for all.</summary>
    /// <param name="type">The actor type; null for the quarantines of all types.</param>
    /// <param name="id">The actor's id: returns its own and those of the whole type; null for all of the type.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="ActorErrorException">The cluster has no such type: <see cref="ErrorCodes.UnknownActorType"/>.</exception>
    Task<QuarantineView> QuarantinesAsync(string? type, string? id, CancellationToken cancellationToken = default);

    /// <summary>Restarts an actor from its stored state, after the messages queued before. Activates it if it is not in memory.</summary>
    /// <param name="actor">The actor.</param>
    /// <param name="cancellationToken">Stops waiting; the actor is restarted nevertheless.</param>
    /// <exception cref="ActorErrorException">
    /// The cluster has no such type, or the restart failed, for example because the state cannot be read. Then the next message
    /// activates the actor again.
    /// </exception>
    /// <exception cref="ActorUnavailableException">The actor could not be reached or started.</exception>
    Task RestartAsync(ActorAddress actor, CancellationToken cancellationToken = default);
}
