using Npgsql;

namespace Choir.Storage;

/// <summary>Bounds that every connection to Postgres keeps, whatever the given connection string says.</summary>
internal static class ConnectionStrings
{
    /// <summary>For the application's own queries.</summary>
    public static void BoundApplication(NpgsqlConnectionStringBuilder connection, StorageOptions options) =>
        Bound(connection, options, "choir", options.MaxConnections - options.OrleansConnections);

    /// <summary>For Orleans' membership and reminders.</summary>
    public static void BoundOrleans(NpgsqlConnectionStringBuilder connection, StorageOptions options) =>
        Bound(connection, options, "choir-orleans", options.OrleansConnections);

    private static void Bound(NpgsqlConnectionStringBuilder connection, StorageOptions options, string name, int pool)
    {
        connection.ApplicationName = name;
        connection.MinPoolSize = 0;
        connection.MaxPoolSize = pool;
        connection.Timeout = options.ConnectTimeoutSeconds;
        connection.CommandTimeout = options.CommandTimeoutSeconds;

        // A server that does not react to a command does not react to its cancellation either: wait for that but shortly,
        // then give up the connection. The next one is a new one.
        connection.CancellationTimeout = 1000;

        // The system finds out about a peer that vanished without a word (a host that lost its power).
        connection.TcpKeepAlive = true;
        connection.TcpKeepAliveTime = 10;
        connection.TcpKeepAliveInterval = 3;

        // The few statements are the same over and over; the server need not parse them each time.
        connection.MaxAutoPrepare = 40;
        connection.AutoPrepareMinUsages = 5;

        // Errors must not carry the text of users' inputs into logs.
        connection.IncludeErrorDetail = false;
    }
}
