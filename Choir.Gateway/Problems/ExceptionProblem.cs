using Choir.Actors;
using Choir.Gateway.Actors;
using Choir.Observatory.Api.Problems;
using Choir.Storage;

namespace Choir.Gateway.Problems;

internal static class ExceptionProblem
{
    /// <summary>The problem; null for an unexpected exception.</summary>
    /// <param name="exception">The exception.</param>
    /// <param name="body">The type that the request's body is read as; null if it has none or it is not known.</param>
    public static ApiProblemException? Of(Exception exception, Type? body = null) => exception switch
    {
        ApiProblemException problem => problem,
        BadHttpRequestException bad => BadRequestProblem.Of(bad, body),
        _ when OfDatabase(exception) is { } problem => problem,
        ActorErrorException error => ActorProblem.Of(error.Error),
        _ => ActorErrors.Of(exception),
    };

    // A message that reached no handler, because its actor could not read its state or the cluster its membership.
    private static ProblemException? OfDatabase(Exception exception) => DatabaseFault.Of(exception) switch
    {
        { IsTemporary: true } fault => ProblemException.DatabaseUnavailable(fault.Reason),
        { Kind: DatabaseFaultKind.Conflict } fault => ProblemException.Conflict(fault.Reason),
        _ => null,
    };
}
