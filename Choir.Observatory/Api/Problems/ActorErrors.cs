using Choir.Actors;
using Choir.Actors.Inspection;
using Microsoft.AspNetCore.Http;

namespace Choir.Observatory.Api.Problems;

/// <summary>Problems of what actors and their hosts answer.</summary>
internal static class ActorErrors
{
    /// <summary>The problem of an exception that a call of an actor or of the hosts threw; null for another exception.</summary>
    public static ApiProblemException? Of(Exception exception) => exception switch
    {
        ApiProblemException problem => problem,
        ActorUnavailableException unavailable => ApiProblemException.Unavailable(
            ErrorCodes.ActorUnavailable,
            $"The actor {unavailable.Target} could not be reached. Either no actor host has joined the cluster yet, or its"
            + " host stopped before it replied; the message may have been handled. Try again."),
        ActorErrorException error => Of(error.Error),
        InspectionUnavailableException => ApiProblemException.Unavailable(
            ErrorCodes.ActorUnavailable, "No actor host answered. Possibly none has joined the cluster yet. Try again."),
        _ => null,
    };

    /// <summary>The problem of an actor's <c>ERROR</c> reply.</summary>
    public static ApiProblemException Of(ActorError error) => new(Status(error.Code), error.Code, error.Message)
    {
        RetryAfterSeconds = error.Code switch
        {
            ErrorCodes.MailboxFull or ErrorCodes.ActorUnavailable => 1,
            ErrorCodes.Quarantined => 60,
            _ => null,
        },
    };

    private static int Status(string code) => code switch
    {
        ErrorCodes.UnknownActorType => StatusCodes.Status404NotFound,
        ErrorCodes.UnknownMessageType or ErrorCodes.InvalidData => StatusCodes.Status400BadRequest,
        ErrorCodes.MailboxFull or ErrorCodes.ActorUnavailable or ErrorCodes.Quarantined => StatusCodes.Status503ServiceUnavailable,
        ErrorCodes.Timeout or ErrorCodes.Deadlock => StatusCodes.Status504GatewayTimeout,

        // The handler threw, or rejected the message with its own error code.
        _ => StatusCodes.Status422UnprocessableEntity,
    };
}
