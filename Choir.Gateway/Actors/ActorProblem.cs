using Choir.Actors;
using Choir.Gateway.Problems;
using Choir.Observatory.Api.Problems;

namespace Choir.Gateway.Actors;

/// <summary>Maps an actor's <c>ERROR</c> reply to an HTTP status: those of the database, and otherwise as the inspection routes do.</summary>
internal static class ActorProblem
{
    public static ApiProblemException Of(ActorError error) => error.Code switch
    {
        ProblemCodes.DatabaseConflict => new(StatusCodes.Status409Conflict, error.Code, error.Message) { RetryAfterSeconds = 1 },
        ProblemCodes.DatabaseUnavailable => new(StatusCodes.Status503ServiceUnavailable, error.Code, error.Message) { RetryAfterSeconds = 5 },
        _ => ActorErrors.Of(error),
    };
}
