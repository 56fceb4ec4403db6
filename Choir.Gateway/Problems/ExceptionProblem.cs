using System.Net.Sockets;
using Choir.Actors;
using Choir.Actors.Inspection;
using Choir.Gateway.Actors;
using Npgsql;

namespace Choir.Gateway.Problems;

internal static class ExceptionProblem
{
    /// <summary>The problem; null for an unexpected exception.</summary>
    public static ProblemException? Of(Exception exception) => exception switch
    {
        ProblemException problem => problem,
        BadHttpRequestException bad => BadRequestProblem.Of(bad),
        ActorUnavailableException unavailable => ProblemException.Unavailable(
            ErrorCodes.ActorUnavailable,
            $"The actor {unavailable.Target} could not be reached. Either no actor host has joined the cluster yet, or its"
            + " host stopped before it replied; the message may have been handled. Try again."),
        ActorErrorException error => ActorProblem.Of(error.Error),
        InspectionUnavailableException => ProblemException.Unavailable(
            ErrorCodes.ActorUnavailable, "No actor host answered. Possibly none has joined the cluster yet. Try again."),
        _ when IsDatabaseUnavailable(exception) => ProblemException.DatabaseUnavailable(null),
        _ => null,
    };

    // Classes 57P and 53: the server is starting, stopping or out of connections. An NpgsqlException that is not a
    // PostgresException is a connection that broke, timed out or could not be opened.
    private static bool IsDatabaseUnavailable(Exception exception) => exception switch
    {
        PostgresException answer => answer.SqlState.StartsWith("57P", StringComparison.Ordinal)
            || answer.SqlState.StartsWith("53", StringComparison.Ordinal)
            || answer.SqlState.StartsWith("08", StringComparison.Ordinal),
        NpgsqlException => true,
        TimeoutException or SocketException => exception.Source?.StartsWith("Npgsql", StringComparison.Ordinal) == true,
        _ => false,
    };
}
