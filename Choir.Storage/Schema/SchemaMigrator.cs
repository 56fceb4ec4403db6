using System.Reflection;
using Choir.Storage.Telemetry;
using DbUp;
using DbUp.Engine;
using DbUp.Postgresql;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Choir.Storage;

/// <summary>Brings the database to the schema that this version of Choir needs.</summary>
/// <remarks>
/// Every process does so before anything else; whoever comes first does the work, under an advisory lock, and the others
/// find it done. A script that failed leaves no trace of itself: each runs in a transaction of its own.
/// </remarks>
public static class SchemaMigrator
{
    /// <summary>The table that names the scripts which have run.</summary>
    public const string JournalTable = "choir_schema";

    // "choir" in ASCII: any number that nobody else locks.
    private const long LockKey = 0x63686F6972;

    // Building an index over much data takes its time; waiting for who builds it does too.
    private const int CommandTimeoutSeconds = 600;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(0.5);

    /// <summary>Waits for the database to answer, then applies the scripts that it lacks.</summary>
    /// <param name="connectionString">Where the database is; its time-outs and pool are not used.</param>
    /// <param name="logger">Is told when it waits and when something changed.</param>
    /// <param name="cancellationToken">Gives up; a script that runs is finished first.</param>
    /// <param name="startTimeout">How long to wait for the database to answer; a minute by default.</param>
    /// <param name="time">The clock; the system's by default.</param>
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

        // Held by this connection, and released with it, also when this process is killed.
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
            // $name$ is Postgres' quoting, not a variable.
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
            catch (NpgsqlException e) when (IsNotThereYet(e))
            {
                if (time.GetElapsedTime(start) >= timeout)
                {
                    throw new SchemaException(
                        $"The database did not answer within {timeout.TotalSeconds:0} s: {e.Message}. " +
                        $"Start it, or set ConnectionStrings:{StorageOptions.ConnectionName} to where it is.",
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

    // Wrong credentials do not get better by waiting. A database that its server does not have yet may come.
    private static bool IsNotThereYet(NpgsqlException e) =>
        e is not PostgresException server
        || server.IsTransient
        || server.SqlState is PostgresErrorCodes.InvalidCatalogName or PostgresErrorCodes.CannotConnectNow;
}

/// <summary>The database could not be brought to the schema that this version of Choir needs.</summary>
public sealed class SchemaException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="message">What happened, and what to do.</param>
    /// <param name="inner">What the database said.</param>
    public SchemaException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
