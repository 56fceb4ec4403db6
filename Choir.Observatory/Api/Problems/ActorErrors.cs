using System.Text.Json;
using Choir.Actors;
using Choir.Actors.Inspection;
using Choir.Redaction;
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
            ErrorCodes.ActorUnavailable, "No actor host answered in time. Possibly none has joined the cluster yet. Try again."),
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

    /// <summary>The error of a reply, for people: without secrets.</summary>
    public static string Sentence(ActorError error) => Redactor.Clean($"{error.Code}: {error.Message}");

    /// <summary>Why something that an operator or an assistant requested was not done, for people: without secrets.</summary>
    /// <returns>The sentence; null for an exception that is not expected.</returns>
    public static string? Sentence(Exception exception) => exception switch
    {
        JsonException json => Redactor.Clean($"The data is not JSON: {json.Message}"),

        // .NET adds the name of a parameter of the code to the message.
        ArgumentException { ParamName: { } name } argument => Redactor.Clean(argument.Message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal)),
        ArgumentException argument => Redactor.Clean(argument.Message),
        _ => Of(exception) is { } problem ? Redactor.Clean(problem.Message) : null,
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
