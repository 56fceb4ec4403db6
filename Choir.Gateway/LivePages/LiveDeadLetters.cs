using Choir.Gateway.DeadLetters;
using Choir.Gateway.Health;
using Choir.Observatory;
using Choir.Observatory.Api.Problems;
using Choir.Storage;

namespace Choir.Gateway.LivePages;

/// <summary>Dead letters for the live pages: the same as <c>GET /dead-letters</c>.</summary>
internal sealed class LiveDeadLetters(PostgresDeadLetterStore store, DatabaseWatch database, DeadLetterReplay replay) : IObservatoryDeadLetters
{
    public async Task<IReadOnlyList<ObservatoryDeadLetter>> ListAsync(Guid? before, int count, CancellationToken cancellationToken)
    {
        var found = await database.ReadAsync(token => store.ListAsync(before, count, token), cancellationToken);
        return [.. found.Select(one => Letter(DeadLetterView.Of(one)))];
    }

    public async Task<string?> ReplayAsync(Guid id, string by, CancellationToken cancellationToken)
    {
        try
        {
            await replay.ReplayAsync(id, correlationId => correlationId, cancellationToken);
            return null;
        }
        catch (ApiProblemException problem)
        {
            return problem.Message;
        }
    }

    private static ObservatoryDeadLetter Letter(DeadLetterView letter) => new(
        letter.Id, letter.ActorType, letter.ActorId, letter.MessageType, letter.Reason, letter.Detail, letter.At, letter.CorrelationId,
        letter.Data?.GetRawText(), letter.ReplayedAt);
}
