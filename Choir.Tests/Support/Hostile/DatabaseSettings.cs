using Npgsql;

namespace Choir.Tests.Support.Hostile;

/// <summary>Changes the settings of one database as its administrator.</summary>
/// <param name="connectionString">The database. The user is a superuser.</param>
internal sealed class DatabaseSettings(string connectionString)
{
    private readonly string _database = new NpgsqlConnectionStringBuilder(connectionString).Database!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Makes the database read-only, as a standby is.</summary>
    public Task MakeReadOnlyAsync() => SetAsync("default_transaction_read_only", "on");

    /// <summary>Ends <see cref="MakeReadOnlyAsync"/>.</summary>
    /// <param name="endSessions">False leaves the open sessions read-only, as a failover does.</param>
    public Task MakeWritableAsync(bool endSessions = true) => SetAsync("default_transaction_read_only", "off", endSessions);

    /// <summary>Changes a setting, such as <c>idle_session_timeout</c> or <c>statement_timeout</c>.</summary>
    public async Task SetAsync(string name, string value, bool endSessions = true)
    {
        await ExecuteAsync($"ALTER DATABASE {_database} SET {name} = '{value}'");
        if (endSessions)
        {
            await EndSessionsAsync();
        }
    }

    /// <summary>Ends all sessions of the database.</summary>
    public Task EndSessionsAsync() => ExecuteAsync(
        $"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '{_database}'");

    /// <summary>Creates a user that may hold a limited number of connections, and may do everything else.</summary>
    /// <returns>The connection string with this user.</returns>
    public async Task<string> LimitedUserAsync(int connections)
    {
        var user = $"limited_{_database}";
        await ExecuteAsync($"CREATE ROLE {user} LOGIN CONNECTION LIMIT {connections}");
        await ExecuteAsync($"ALTER DATABASE {_database} OWNER TO {user}");
        return new NpgsqlConnectionStringBuilder(connectionString) { Username = user }.ConnectionString;
    }

    /// <summary>Changes the connection limit of the user of <see cref="LimitedUserAsync"/>.</summary>
    public Task ChangeLimitAsync(int connections) => ExecuteAsync($"ALTER ROLE limited_{_database} CONNECTION LIMIT {connections}");

    /// <summary>Runs a statement from another database, whose sessions are not read-only.</summary>
    public async Task ExecuteAsync(string statement)
    {
        var other = new NpgsqlConnectionStringBuilder(connectionString) { Database = "postgres", Pooling = false };
        await using var connection = new NpgsqlConnection(other.ConnectionString);
        await connection.OpenAsync(Token);
        await using var command = new NpgsqlCommand(statement, connection);
        await command.ExecuteNonQueryAsync(Token);
    }
}
