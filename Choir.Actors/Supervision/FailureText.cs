using System.Data.Common;
using System.Text.RegularExpressions;
using Orleans.Runtime;
using Orleans.Runtime.Messaging;
using Orleans.Storage;

namespace Choir.Actors;

/// <summary>
/// What the sender of a message is told of an exception: its message, if it is an application's own. The messages of Orleans and
/// of databases have addresses, names of types and stacks, which are for the log only; a sentence for each kind replaces them.
/// </summary>
internal static partial class FailureText
{
    /// <summary>The text for the sender.</summary>
    public static string Of(Exception exception) => exception switch
    {
        // Their messages are made with this method.
        ActorUnavailableException or ActorStartException => exception.Message,
        AggregateException { InnerException: { } inner } => Of(inner),
        _ when IsHostLost(exception) => "its host was lost; try again",
        GatewayTooBusyException or LimitExceededException => "its host has too much to do; try again later",
        InconsistentStateException => "another write of its state came first; try again",
        TimeoutException when IsInternal(exception.Message) => "a host did not answer in time; try again",
        DbException or RemoteException { SqlState: not null } => "a database failed; the log of the actor's host says more",
        _ when IsOfLibrary(exception) || IsInternal(exception.Message) => "something inside failed; the log of the actor's host says more",
        _ => exception.Message,
    };

    /// <summary>Whether a host died or left. The handler is not at fault, and a retry helps.</summary>
    /// <remarks>For example, the reminder to be set belongs to a host that has just died.</remarks>
    public static bool IsHostLost(Exception exception) =>
        exception is OrleansMessageRejectionException or ConnectionFailedException or ClientNotAvailableException
            or Orleans.Runtime.SiloUnavailableException;

    private static bool IsOfLibrary(Exception exception) => (exception as RemoteException)?.TypeName is { } remote
        ? IsLibrary(remote)
        : IsLibrary(exception.GetType().FullName!);

    private static bool IsLibrary(string type) =>
        type.StartsWith("Orleans.", StringComparison.Ordinal) || type.StartsWith("Npgsql.", StringComparison.Ordinal);

    private static bool IsInternal(string message) => Internals().IsMatch(message);

    // The address of a host, such as S127.0.0.1:11111:142, a type of the libraries, or a line of a stack.
    [GeneratedRegex(@"\bS(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-fA-F:.%]+\]):\d+:\d+|\b(?:Orleans|Npgsql)\.[A-Z]\w*|^ +at \S+\(", RegexOptions.Multiline)]
    private static partial Regex Internals();
}
