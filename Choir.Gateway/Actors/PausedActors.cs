using System.Globalization;
using Choir.Actors;
using Choir.Actors.Inspection;
using Choir.Actors.Operations;

namespace Choir.Gateway.Actors;

/// <summary>
/// Says that an actor is paused to callers who got no reply in time for that: the sender of a message that waits does not know of
/// the quarantine.
/// </summary>
internal sealed class PausedActors(IActorOperations operations, TimeProvider time)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    /// <summary>The error with the pause in its message; as it was if it is no timeout, or nobody can be asked.</summary>
    public async Task<ActorError> ExplainAsync(ActorError error, ActorAddress target, string messageType, CancellationToken cancellationToken)
    {
        if (error.Code != ErrorCodes.Timeout)
        {
            return error;
        }

        try
        {
            var rules = await operations.QuarantinesAsync(target.Type, target.Id, cancellationToken).WaitAsync(Limit, time, cancellationToken);
            return rules.Quarantines.FirstOrDefault(rule =>
                rule.Mode == QuarantineMode.Pause && (rule.MessageType is null || rule.MessageType == messageType)) is { } pause
                ? error with { Message = $"{error.Message} It is paused until {Text(pause.Until)}, set by {pause.By}: {pause.Reason}" }
                : error;
        }
        catch (Exception e) when (e is InspectionUnavailableException or ActorErrorException or TimeoutException)
        {
            return error;
        }
    }

    private static string Text(DateTimeOffset at) => at.ToUniversalTime().ToString("u", CultureInfo.InvariantCulture);
}
