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
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            Pooling = false,
            Timeout = 5,
            CommandTimeout = CommandTimeoutSeconds,
            ApplicationName = "choir-schema",
        };
        var source = new NpgsqlDataSourceBuilder(settings.ConnectionString);
        source.NameSpans();
        await using var dataSource = source.Build();
        await using var connection = await OpenAsync(
            dataSource, logger, startTimeout ?? TimeSpan.FromMinutes(1), time ?? TimeProvider.System, cancellationToken);

        // Released with the connection, even if this process is killed.
        await using var locking = new NpgsqlCommand("SELECT pg_advisory_lock($1)", connection) { Parameters = { new() { Value = LockKey } } };
        await locking.ExecuteNonQueryAsync(cancellationToken);
        await Task.Run(() => Upgrade(dataSource, logger), cancellationToken);
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
        var before = engine.GetExecutedScripts().Count;
        var result = engine.PerformUpgrade();
        if (!result.Successful)
        {
            throw new SchemaException($"The schema script {result.ErrorScript?.Name} failed: {result.Error.Message}", result.Error);
        }

        var applied = result.Scripts.Count();
        if (applied > 0)
        {
            logger.SchemaMigrated(before, before + applied);
        }
    }

    private static async Task<NpgsqlConnection> OpenAsync(
        NpgsqlDataSource dataSource, ILogger logger, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                var connection = await dataSource.OpenConnectionAsync(cancellationToken);
                if (attempt > 0)
                {
                    logger.DatabaseAnswers((int)time.GetElapsedTime(start).TotalSeconds);
                }

                return connection;
            }
            catch (NpgsqlException e) when (IsTransient(e))
            {
                if (time.GetElapsedTime(start) >= timeout)
                {
                    throw new SchemaException(
                        $"The database did not answer within {timeout.TotalSeconds:0} s: {e.Message}. " +
                        $"Start it, or correct ConnectionStrings:{StorageOptions.ConnectionName}.",
                        e);
                }

                if (attempt == 0)
                {
                    logger.DatabaseAwaited((int)timeout.TotalSeconds, e.Message);
                }

                await Task.Delay(RetryDelay, time, cancellationToken);
            }
        }
    }

    // Waiting does not help against wrong credentials. A database that does not exist yet may be created.
    private static bool IsTransient(NpgsqlException e) =>
        e is not PostgresException server
        || server.IsTransient
        || server.SqlState is PostgresErrorCodes.InvalidCatalogName or PostgresErrorCodes.CannotConnectNow;
}

/// <summary>The database could not be migrated to the schema of this version of Choir.</summary>
public sealed class SchemaException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened, and what to do.</param>
    /// <param name="inner">The error of the database.</param>
    public SchemaException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
