using Npgsql;

namespace Choir.Storage;

/// <summary>Limits and timeouts of the connections to Postgres. They override those in the configured connection string.</summary>
internal static class ConnectionStrings
{
    public static void ConfigureApplication(NpgsqlConnectionStringBuilder connection, StorageOptions options) =>
        Configure(connection, options, "choir", options.MaxConnections - options.OrleansConnections);

    public static void ConfigureOrleans(NpgsqlConnectionStringBuilder connection, StorageOptions options) =>
        Configure(connection, options, "choir-orleans", options.OrleansConnections);

    private static void Configure(NpgsqlConnectionStringBuilder connection, StorageOptions options, string name, int pool)
    {
        connection.ApplicationName = name;
        connection.MinPoolSize = 0;
        connection.MaxPoolSize = pool;
        connection.Timeout = options.ConnectTimeoutSeconds;
        connection.CommandTimeout = options.CommandTimeoutSeconds;

        // A server that does not answer a command does not answer its cancellation either. After this time the connection is
        // closed, and the next command opens a new one.
        connection.CancellationTimeout = 1000;

        // Detects a server that vanished without closing its connections (loss of power).
        connection.TcpKeepAlive = true;
        connection.TcpKeepAliveTime = 10;
        connection.TcpKeepAliveInterval = 3;

        // There are few different statements; prepared ones need no parsing.
        connection.MaxAutoPrepare = 40;
        connection.AutoPrepareMinUsages = 5;

        // Error details may contain the text of users' inputs, which must not be logged.
        connection.IncludeErrorDetail = false;
    }
}
