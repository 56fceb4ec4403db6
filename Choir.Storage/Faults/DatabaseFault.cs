using System.Net.Sockets;
using System.Security.Authentication;
using Choir.Actors;
using Npgsql;

namespace Choir.Storage;

/// <summary>What is wrong with the database, in words for a caller. They hold no SQL, no data and no credentials.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Reason">The rest of a sentence about the database, such as <c>it is read-only</c>.</param>
/// <param name="SqlState">The SQLSTATE; null if the server did not answer.</param>
/// <remarks>
/// This is the only place that knows which SQLSTATE means what. It also reads exceptions that came from another host, as
/// <see cref="RemoteException"/>.
/// </remarks>
public sealed record DatabaseFault(DatabaseFaultKind Kind, string Reason, string? SqlState)
{
    /// <summary>The error code of replies and problems while the database cannot be used.</summary>
    public const string UnavailableCode = "database_unavailable";

    /// <summary>The error code of replies and problems when another write came first.</summary>
    public const string ConflictCode = "database_conflict";

    /// <summary>Asks the server whether it stores nothing now; then its answer to a change would be <see cref="DatabaseFaultKind.ReadOnly"/>.</summary>
    internal const string IsReadOnlyQuery = "SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::boolean";

    private const string Ended = "it ended the connection";
    private const string Broke = "the connection to it broke";

    /// <summary>Whether an open connection was lost. A new one may work at once.</summary>
    public bool IsLostConnection => Reason is Ended or Broke;

    /// <summary>Whether it refused the data of one statement: a repetition is refused too, but no statement with other data.</summary>
    public bool IsOfData => Kind == DatabaseFaultKind.Defect
        && SqlState is { } state && (state.StartsWith("22", StringComparison.Ordinal) || state.StartsWith("23", StringComparison.Ordinal));

    /// <summary>Whether it refused one statement and not others: a right or a part of the schema is missing, or the statement is wrong.</summary>
    public bool IsRefusal => !IsOfData && SqlState is { Length: > 2 } state
        && (Kind == DatabaseFaultKind.Defect || state[..2] is "42" or "3F" or "XX");

    /// <summary>Whether the database works again without anybody changing Choir; the same request may then succeed.</summary>
    public bool IsTemporary => Kind is not (DatabaseFaultKind.Conflict or DatabaseFaultKind.Defect);

    /// <summary>The fault that caused an exception.</summary>
    /// <param name="exception">The exception.</param>
    /// <returns>Null if the exception has nothing to do with the database.</returns>
    public static DatabaseFault? Of(Exception? exception) => exception switch
    {
        // A cancelled statement is no fault of the database.
        null or OperationCanceledException => null,
        PostgresException answer => Of(answer.SqlState),
        RemoteException { SqlState: { } state } => Of(state),
        RemoteException { TypeName: "Npgsql.NpgsqlException" } => Away("it does not answer"),
        NpgsqlOperationInProgressException => new(DatabaseFaultKind.Defect, "a connection was used twice at once", null),
        NpgsqlException { InnerException: PostgresException answer } => Of(answer.SqlState),
        NpgsqlException connection => Of(connection),
        TimeoutException or SocketException or IOException when IsFromNpgsql(exception) => Away("it does not answer"),
        AggregateException several => several.InnerExceptions.Select(inner => Of(inner)).FirstOrDefault(fault => fault is not null),

        // An exception around a temporary fault was caused by it. Around another fault, the outer exception explains more.
        _ => Of(exception.InnerException) is { IsTemporary: true } cause ? cause : null,
    };

    /// <summary>The fault that a SQLSTATE means.</summary>
    /// <param name="state">The SQLSTATE, five characters.</param>
    public static DatabaseFault Of(string state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return state switch
        {
            PostgresErrorCodes.ReadOnlySqlTransaction => Fault(DatabaseFaultKind.ReadOnly, "it is read-only and stores nothing"),
            PostgresErrorCodes.DiskFull => Fault(DatabaseFaultKind.Full, "its disk is full"),
            PostgresErrorCodes.TooManyConnections => Fault(DatabaseFaultKind.Overloaded, "it accepts no more connections"),
            PostgresErrorCodes.OutOfMemory => Fault(DatabaseFaultKind.Overloaded, "it has no memory left"),
            PostgresErrorCodes.QueryCanceled => Fault(DatabaseFaultKind.Overloaded, "a statement took longer than its limit"),
            PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.ObjectInUse =>
                Fault(DatabaseFaultKind.Overloaded, "a lock was not released in time"),
            PostgresErrorCodes.CannotConnectNow => Fault(DatabaseFaultKind.Away, "it is starting or stopping"),
            PostgresErrorCodes.InvalidCatalogName or PostgresErrorCodes.DatabaseDropped =>
                Fault(DatabaseFaultKind.Away, "it does not exist on the server"),
            PostgresErrorCodes.InsufficientPrivilege => Fault(DatabaseFaultKind.Away, "it denies its user a right (SQLSTATE 42501)"),
            PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.UndefinedFunction
                or PostgresErrorCodes.InvalidSchemaName =>
                Fault(DatabaseFaultKind.Away, $"a part of Choir's schema is missing (SQLSTATE {state})"),
            PostgresErrorCodes.InvalidPassword => Fault(DatabaseFaultKind.Away, "it refuses the user or the password"),
            "25P03" or "25P04" => Fault(DatabaseFaultKind.Away, "it ended the session"),
            PostgresErrorCodes.UniqueViolation => Fault(DatabaseFaultKind.Conflict, "another write came first"),

            // Both mean that a prepared statement belongs to another session than expected.
            PostgresErrorCodes.InvalidSqlStatementName or PostgresErrorCodes.DuplicatePreparedStatement =>
                Fault(DatabaseFaultKind.Defect, "a connection pooler is in front of it; set ConnectionStrings:choir-direct"),
            _ => state[..Math.Min(2, state.Length)] switch
            {
                "08" => Fault(DatabaseFaultKind.Away, Broke),
                "28" => Fault(DatabaseFaultKind.Away, "it does not let this user in from here, perhaps because it requires TLS or does not know the user"),
                "40" => Fault(DatabaseFaultKind.Conflict, "another write came first"),
                "53" => Fault(DatabaseFaultKind.Overloaded, "it has reached one of its limits"),
                "57" => Fault(DatabaseFaultKind.Away, Ended),
                "58" => Fault(DatabaseFaultKind.Away, "it cannot use its files"),
                "XX" => Fault(DatabaseFaultKind.Away, $"it reports an internal error (SQLSTATE {state})"),
                _ => Fault(DatabaseFaultKind.Defect, $"it refused a statement (SQLSTATE {state})"),
            },
        };

        DatabaseFault Fault(DatabaseFaultKind kind, string reason) => new(kind, reason, state);
    }

    // The connection could not be opened, or broke, or the pool of this process was exhausted.
    private static DatabaseFault Of(NpgsqlException connection) => connection switch
    {
        { InnerException: TimeoutException } when connection.Message.Contains("pool has been exhausted", StringComparison.Ordinal) =>
            new(DatabaseFaultKind.Overloaded, "all connections of this process are in use", null),
        { InnerException: TimeoutException } => Away("it does not answer in time"),
        { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } } => Away("it refuses connections"),
        { InnerException: SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData } } =>
            Away("its host name is unknown"),
        { InnerException: AuthenticationException } => Away(
            "TLS with it failed: its certificate is not trusted, or the two have no version of TLS in common (SSL Mode, Root Certificate)"),
        _ when connection.Message.StartsWith("SSL connection requested", StringComparison.Ordinal) =>
            Away("it offers no TLS, which the connection string requires (SSL Mode)"),
        _ => Away(Broke),
    };

    private static DatabaseFault Away(string reason) => new(DatabaseFaultKind.Away, reason, null);

    private static bool IsFromNpgsql(Exception exception) =>
        exception.Source?.StartsWith("Npgsql", StringComparison.Ordinal) == true;
}
