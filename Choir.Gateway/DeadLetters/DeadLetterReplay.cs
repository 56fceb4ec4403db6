using Choir.Actors;
using Choir.Gateway.Health;
using Choir.Gateway.Problems;
using Choir.Storage;

namespace Choir.Gateway.DeadLetters;

/// <summary>Sends the message of a dead letter again, once.</summary>
internal sealed class DeadLetterReplay(
    PostgresDeadLetterStore store, DatabaseWatch database, IActorClient actors, ILogger<GatewayOptions> logger)
{
    /// <summary>Replays a dead letter.</summary>
    /// <param name="letterId">The dead letter's id.</param>
    /// <param name="correlate">Gets the message's correlation id, and returns the one to send.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The correlation id of the message.</returns>
    /// <exception cref="ProblemException">There is no such dead letter, it was replayed, or it cannot be.</exception>
    public async Task<Guid> ReplayAsync(Guid letterId, Func<Guid, Guid> correlate, CancellationToken cancellationToken)
    {
        var stored = await database.ReadAsync(token => store.GetAsync(letterId, token), cancellationToken)
            ?? throw ProblemException.NotFound($"There is no dead letter {letterId}.");

        var (type, actorId) = (stored.Letter.Target.Type, stored.Letter.Target.Id);
        if (!ActorAddress.TryCreate(type, actorId, out var target, out var problem))
        {
            throw ProblemException.Invalid($"Dead letter {letterId} cannot be replayed: {problem}");
        }

        // Marked first, so that of several concurrent replays only one sends the message.
        if (!await database.ChangeAsync(token => store.MarkReplayedAsync(letterId, token), cancellationToken))
        {
            throw new ProblemException(
                StatusCodes.Status409Conflict, ProblemCodes.AlreadyReplayed, $"Dead letter {letterId} was already replayed.");
        }

        var message = stored.Letter.Message;
        actors.Tell(target, message.Type, message.Data, new SendOptions
        {
            CorrelationId = correlate(message.CorrelationId),
            CausationId = message.Id,
        });
        logger.DeadLetterReplayed(letterId);
        return message.CorrelationId;
    }
}
