using Npgsql;

namespace Choir.Storage;

/// <summary>Limits and timeouts of the connections to Postgres. They override those in the configured connection string.</summary>
internal static class ConnectionStrings
{
    /// <summary>The connection that waits for notifications.</summary>
    private const int ListeningConnections = 1;

    // A server may end sessions that are idle for a time. A pooled connection would then fail at its next use, and so would
    // the one that listens. Unknown to servers before Postgres 14.
    private const string StayOpen =
        "SELECT set_config(name, '0', false) FROM pg_settings WHERE name = 'idle_session_timeout' AND setting <> '0'";

    public static void ConfigureApplication(NpgsqlDataSourceBuilder source, StorageOptions options, bool isPooled) =>
        Configure(source, options, "choir", options.MaxConnections - options.OrleansConnections - ListeningConnections, isPooled);

    public static void ConfigureOrleans(NpgsqlDataSourceBuilder source, StorageOptions options, bool isPooled) =>
        Configure(source, options, "choir-orleans", options.OrleansConnections, isPooled);

    /// <summary>Its connections are not pooled: one that has listened must not be used for anything else.</summary>
    public static void ConfigureListening(NpgsqlDataSourceBuilder source, StorageOptions options)
    {
        Configure(source, options, "choir-events", ListeningConnections, isPooled: false);
        source.ConnectionStringBuilder.Pooling = false;
    }

    /// <summary>
    /// Settings that change what is stored or read. They stand here and not in the given connection string, because Npgsql would
    /// otherwise take them from variables that are meant for psql: PGCLIENTENCODING and PGTZ.
    /// </summary>
    /// <param name="connection">The connection string.</param>
    public static void ConfigureSession(NpgsqlConnectionStringBuilder connection)
    {
        connection.ClientEncoding = "UTF8";
        connection.Encoding = "UTF8";

        // Postgres writes times in JSON with the offset of the session's zone, and a day is as long as the zone says.
        connection.Timezone = "UTC";
    }

    private static void Configure(
        NpgsqlDataSourceBuilder source, StorageOptions options, string name, int pool, bool isPooled)
    {
        var connection = source.ConnectionStringBuilder;
        ConfigureSession(connection);
        connection.ApplicationName = name;

        // Without a pool nothing bounds the number of connections. Multiplexing puts statements of several callers on one connection,
        // so that one of them waits for the others', and cannot be used without a pool.
        connection.Pooling = true;
        connection.Multiplexing = false;
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

        // Error details and parameters may contain the text of users' inputs, which must not be logged.
        connection.IncludeErrorDetail = false;
        connection.LogParameters = false;

        // No statement leaves anything in its session, so a used connection needs no cleaning, which would also undo StayOpen.
        connection.NoResetOnClose = true;
        if (isPooled)
        {
            // Prepared statements and settings belong to a session, and a pooler gives every transaction another one.
            connection.MaxAutoPrepare = 0;
            return;
        }

        // There are few different statements; prepared ones need no parsing.
        connection.MaxAutoPrepare = 40;
        connection.AutoPrepareMinUsages = 5;
        source.UsePhysicalConnectionInitializer(StayOpenSession, StayOpenSessionAsync);
    }

    private static void StayOpenSession(NpgsqlConnection connection)
    {
        using var command = new NpgsqlCommand(StayOpen, connection);
        command.ExecuteNonQuery();
    }

    private static async Task StayOpenSessionAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(StayOpen, connection);
        await command.ExecuteNonQueryAsync();
    }
}
