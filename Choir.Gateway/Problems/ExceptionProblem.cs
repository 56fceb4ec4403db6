using System.Net.Sockets;
using Choir.Actors;
using Choir.Actors.Inspection;
using Choir.Gateway.Actors;
using Npgsql;

namespace Choir.Gateway.Problems;

/// <summary>What a caller is told about an exception.</summary>
internal static class ExceptionProblem
{
    /// <summary>The problem; null for an exception that nobody expected.</summary>
    public static ProblemException? Of(Exception exception) => exception switch
    {
        ProblemException problem => problem,
        BadHttpRequestException bad => BadRequestProblem.Of(bad),
        ActorUnavailableException unavailable => ProblemException.Unavailable(
            ProblemCodes.ActorUnavailable,
            $"The actor {unavailable.Target} could not be reached. No actor host may have joined the cluster yet, or its"
            + " host went down with the message in hand: whether it was handled is not known. Try again."),
        ActorErrorException error => ActorProblem.Of(error.Error),
        InspectionUnavailableException => ProblemException.Unavailable(
            ProblemCodes.ActorUnavailable, "No actor host answered. None may have joined the cluster yet. Try again."),
        _ when IsDatabaseAway(exception) => ProblemException.DatabaseUnavailable(null),
        _ => null,
    };

    // A server that shuts down, starts up, or has no connection left says so by an error of class 57 or 53. An error
    // that is not the server's own is a connection that broke, timed out or could not be had.
    private static bool IsDatabaseAway(Exception exception) => exception switch
    {
        PostgresException answer => answer.SqlState.StartsWith("57P", StringComparison.Ordinal)
            || answer.SqlState.StartsWith("53", StringComparison.Ordinal)
            || answer.SqlState.StartsWith("08", StringComparison.Ordinal),
        NpgsqlException => true,
        TimeoutException or SocketException => exception.Source?.StartsWith("Npgsql", StringComparison.Ordinal) == true,
        _ => false,
    };
}
