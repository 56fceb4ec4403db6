using Choir.Actors;
using Choir.Actors.Inspection;
using Choir.Gateway.Actors;
using Choir.Storage;

namespace Choir.Gateway.Problems;

internal static class ExceptionProblem
{
    /// <summary>The problem; null for an unexpected exception.</summary>
    /// <param name="exception">The exception.</param>
    /// <param name="body">The type that the request's body is read as; null if it has none or it is not known.</param>
    public static ProblemException? Of(Exception exception, Type? body = null) => exception switch
    {
        ProblemException problem => problem,
        BadHttpRequestException bad => BadRequestProblem.Of(bad, body),
        _ when OfDatabase(exception) is { } problem => problem,
        ActorUnavailableException unavailable => ProblemException.Unavailable(
            ErrorCodes.ActorUnavailable,
            $"The actor {unavailable.Target} could not be reached. Either no actor host has joined the cluster yet, or its"
            + " host stopped before it replied; the message may have been handled. Try again."),
        ActorErrorException error => ActorProblem.Of(error.Error),
        InspectionUnavailableException => ProblemException.Unavailable(
            ErrorCodes.ActorUnavailable, "No actor host answered. Possibly none has joined the cluster yet. Try again."),
        _ => null,
    };

    // A message that reached no handler, because its actor could not read its state or the cluster its membership.
    private static ProblemException? OfDatabase(Exception exception) => DatabaseFault.Of(exception) switch
    {
        { IsTemporary: true } fault => ProblemException.DatabaseUnavailable(fault.Reason),
        { Kind: DatabaseFaultKind.Conflict } fault => ProblemException.Conflict(fault.Reason),
        _ => null,
    };
}
