using Choir.Actors;
using Choir.Gateway.Problems;

namespace Choir.Gateway.Actors;

/// <summary>Maps an actor's <c>ERROR</c> reply to an HTTP status.</summary>
internal static class ActorProblem
{
    public static ProblemException Of(ActorError error) => new(Status(error.Code), error.Code, error.Message)
    {
        RetryAfterSeconds = error.Code switch
        {
            ErrorCodes.MailboxFull or ErrorCodes.ActorUnavailable or ProblemCodes.DatabaseConflict => 1,
            ProblemCodes.DatabaseUnavailable => 5,
            ErrorCodes.Quarantined => 60,
            _ => null,
        },
    };

    private static int Status(string code) => code switch
    {
        ErrorCodes.UnknownActorType => StatusCodes.Status404NotFound,
        ErrorCodes.UnknownMessageType or ErrorCodes.InvalidData => StatusCodes.Status400BadRequest,
        ErrorCodes.MailboxFull or ErrorCodes.ActorUnavailable or ErrorCodes.Quarantined or ProblemCodes.DatabaseUnavailable =>
            StatusCodes.Status503ServiceUnavailable,
        ProblemCodes.DatabaseConflict => StatusCodes.Status409Conflict,
        ErrorCodes.Timeout or ErrorCodes.Deadlock => StatusCodes.Status504GatewayTimeout,

        // The handler threw, or rejected the message with its own error code.
        _ => StatusCodes.Status422UnprocessableEntity,
    };
}
