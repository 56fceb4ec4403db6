using System.Reflection;
using Choir.Storage.Telemetry;
using DbUp;
using DbUp.Engine;
using DbUp.Postgresql;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Choir.Storage;

/// <summary>Migrates the database to the schema of this version of Choir.</summary>
/// <remarks>
/// Every process migrates at its start, under an advisory lock: the first one applies the scripts, the others find nothing to
/// do. Each script runs in its own transaction, so a failed script changes nothing.
/// </remarks>
public static class SchemaMigrator
{
    /// <summary>The table with the names of the applied scripts.</summary>
    public const string JournalTable = "choir_schema";

    // "choir" in ASCII.
    private const long LockKey = 0x63686F6972;

    // Building an index over much data takes long, and so does waiting for the process that builds it.
    private const int CommandTimeoutSeconds = 600;

    private const string WithoutLimits =
        """
        SELECT set_config(name, '0', false) FROM pg_settings
        WHERE name IN ('statement_timeout', 'lock_timeout', 'idle_session_timeout', 'transaction_timeout') AND setting <> '0'
        """;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(0.5);

    /// <summary>Waits for the database, then applies the missing scripts.</summary>
    /// <param name="connectionString">The connection string; its timeouts and pool settings are not used.</param>
    /// <param name="logger">Logs waiting and applied scripts.</param>
    /// <param name="cancellationToken">Cancels the operation after the running script.</param>
    /// <param name="startTimeout">How long to wait for the database; one minute by default.</param>
    /// <param name="time">The clock; the system clock by default.</param>
    /// <exception cref="SchemaException">The database did not answer in time, or a script failed.</exception>
    public static async Task ApplyAsync(
        string connectionString,
        ILogger logger,
        CancellationToken cancellationToken,
        TimeSpan? startTimeout = null,
        TimeProvider? time = null)
    {
        var clock = time ?? TimeProvider.System;
        var waiting = new DatabaseWaiting(startTimeout ?? TimeSpan.FromMinutes(1), clock, logger);
        await using var dataSource = Source(connectionString);
        while (!await TryApplyAsync(dataSource, waiting, logger, cancellationToken))
        {
            await Task.Delay(RetryDelay, clock, cancellationToken);
        }
    }

    private static NpgsqlDataSource Source(string connectionString)
    {
        var source = new NpgsqlDataSourceBuilder(connectionString);
        var settings = source.ConnectionStringBuilder;
        ConnectionStrings.ConfigureSession(settings);
        settings.Pooling = false;
        settings.Multiplexing = false;
        settings.Timeout = 5;
        settings.CommandTimeout = CommandTimeoutSeconds;
        settings.ApplicationName = "choir-schema";
        source.NameSpans();

        // Building an index must not end at a limit that was set for ordinary statements.
        source.UsePhysicalConnectionInitializer(
            connection =>
            {
                using var command = new NpgsqlCommand(WithoutLimits, connection);
                command.ExecuteNonQuery();
            },
            async connection =>
            {
                await using var command = new NpgsqlCommand(WithoutLimits, connection);
                await command.ExecuteNonQueryAsync();
            });
        return source.Build();
    }

    /// <summary>Returns false if the database cannot be used now and the time to wait is not over.</summary>
    private static async Task<bool> TryApplyAsync(
        NpgsqlDataSource dataSource, DatabaseWaiting waiting, ILogger logger, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
            if (await PoolerCheck.SharesSessionsAsync(dataSource, connection, cancellationToken))
            {
                throw new SchemaException(
                    "The database is behind a connection pooler that gives every transaction another session, such as PgBouncer in "
                    + $"transaction mode. Set ConnectionStrings:{StorageOptions.DirectConnectionName} to a connection string that "
                    + "leads to the server itself, or let the pooler use session mode.");
            }

            await CheckEncodingAsync(connection, cancellationToken);

            // Released with the connection, even if this process is killed.
            await using var locking = new NpgsqlCommand("SELECT pg_advisory_lock($1)", connection) { Parameters = { new() { Value = LockKey } } };
            await locking.ExecuteNonQueryAsync(cancellationToken);
            if (await IsReadOnlyAsync(connection, cancellationToken))
            {
                waiting.Continue(DatabaseFault.Of(PostgresErrorCodes.ReadOnlySqlTransaction));
                return false;
            }

            await Task.Run(() => Upgrade(dataSource, logger), cancellationToken);
            waiting.End();
            return true;
        }
        catch (Exception e) when (e.GetBaseException() is PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } refusal)
        {
            throw new SchemaException(
                $"The user \"{new NpgsqlConnectionStringBuilder(dataSource.ConnectionString).Username}\" of the database may not create or change "
                + $"Choir's tables: {refusal.MessageText}. Make it the owner of the database, or GRANT it USAGE and CREATE ON SCHEMA public; "
                + "tables that exist already must be its own.",
                e);
        }
        catch (Exception e) when (DatabaseFault.Of(e) is { IsTemporary: true } fault)
        {
            waiting.Continue(fault, e);
            return false;
        }
    }

    // Other encodings lack most of the world's characters, and SQL_ASCII knows none beyond ASCII.
    private static async Task CheckEncodingAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SHOW server_encoding", connection);
        if (await command.ExecuteScalarAsync(cancellationToken) is string encoding and not "UTF8")
        {
            throw new SchemaException(
                $"The database \"{connection.Database}\" has the encoding {encoding}, which cannot store every text. Create one with "
                + $"ENCODING 'UTF8' TEMPLATE template0, and correct ConnectionStrings:{StorageOptions.ConnectionName}.");
        }
    }

    // With a complete schema the migration writes nothing, so it would succeed, and the first service that writes would fail.
    private static async Task<bool> IsReadOnlyAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(DatabaseFault.IsReadOnlyQuery, connection);
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    // Scripts of a newer version may have changed what this one reads and writes.
    private static void CheckNoneIsUnknown(UpgradeEngine engine)
    {
        var unknown = engine.GetExecutedScripts().Except(engine.GetDiscoveredScripts().Select(script => script.Name)).Order(StringComparer.Ordinal).ToList();
        if (unknown.Count > 0)
        {
            throw new SchemaException(
                $"The schema of the database is newer than this version of Choir: it has {string.Join(", ", unknown.Take(3))}"
                + (unknown.Count > 3 ? $" and {unknown.Count - 3} more scripts" : "")
                + ", which this version does not know. Start the version that created it or a later one, or restore a backup that this version can use "
                + "(docs/backup.md).");
        }
    }

    private static void Upgrade(NpgsqlDataSource dataSource, ILogger logger)
    {
        var engine = DeployChanges.To
            .PostgresqlDatabase(new PostgresqlConnectionManager(dataSource))
            .JournalToPostgresqlTable("public", JournalTable)
            .WithScriptsEmbeddedInAssembly(Assembly.GetExecutingAssembly(), name => name.EndsWith(".sql", StringComparison.Ordinal))
            // $name$ is dollar quoting in Postgres, not a DbUp variable.
            .WithVariablesDisabled()
            .WithTransactionPerScript()
            .LogToNowhere()
            .Build();
        CheckNoneIsUnknown(engine);
        var before = engine.GetExecutedScripts().Count;
        var result = engine.PerformUpgrade();
        if (!result.Successful)
        {
            throw new SchemaException(
                result.ErrorScript is { Name: var script }
                    ? $"The schema script {script} failed: {result.Error.Message}"
                    : $"The schema could not be read: {result.Error.Message}",
                result.Error);
        }

        var applied = result.Scripts.Count();
        if (applied > 0)
        {
            logger.SchemaMigrated(before, before + applied);
        }
    }
}

/// <summary>The database could not be migrated to the schema of this version of Choir.</summary>
public sealed class SchemaException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened, and what to do.</param>
    /// <param name="inner">The error of the database; null if it made none.</param>
    public SchemaException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
