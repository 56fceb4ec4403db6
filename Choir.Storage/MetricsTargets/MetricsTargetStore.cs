using Npgsql;

namespace Choir.Storage;

/// <summary>The addresses at which the running processes serve their metrics.</summary>
/// <remarks>
/// A process that does not renew its entry counts as dead. So a time in which no process could register must not count: the
/// first process that registers after it renews the entries of all that were alive before it, and until this process has
/// registered again the list is not current. All times are the database's.
/// </remarks>
public sealed class MetricsTargetStore(NpgsqlDataSource dataSource)
{
    /// <summary>
    /// An entry that is not renewed for this long expires. Long enough for two failed scrapes, which the alert
    /// <c>HostDown</c> needs, at whatever moment a process dies.
    /// </summary>
    public static readonly TimeSpan Expiry = TimeSpan.FromSeconds(60);

    /// <summary>The time between two registrations of a process.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>A process that has not registered for this long, which is two registrations, was not able to.</summary>
    private static readonly TimeSpan Outage = Interval * 2.5;

    /// <summary>Within this time every running process registers again.</summary>
    private static readonly TimeSpan Round = Interval * 1.5;

    /// <summary>Expired entries are kept for this long, so that they can be renewed after an outage of the database.</summary>
    private static readonly TimeSpan Retention = TimeSpan.FromHours(1);

    /// <summary>The maximum number of targets in a list.</summary>
    private const int MaxTargets = 10_000;

    private volatile DatabaseFault? _lastFault;

    /// <summary>The id of this process.</summary>
    public Guid Process { get; } = Guid.NewGuid();

    /// <summary>Why the last registration, a write that every process does all the time, was not stored; null if it was.</summary>
    internal DatabaseFault? LastFault => _lastFault;

    /// <summary>Registers the address of a process.</summary>
    /// <param name="process">A unique id of the process.</param>
    /// <param name="target">Its address, service and machine.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task RegisterAsync(Guid process, MetricsTarget target, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        await using var batch = dataSource.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            """
            UPDATE metrics_targets AS alive SET seen_at = now() FROM metrics_targets AS own
            WHERE own.process = $1 AND own.seen_at < now() - $2 AND alive.seen_at >= own.seen_at - $3 AND NOT EXISTS (
                SELECT FROM metrics_targets AS other WHERE other.seen_at > greatest(other.since, own.seen_at) + $4)
            """)
        {
            // If another process could register meanwhile, only this one was cut off from the database.
            Parameters = { new() { Value = process }, new() { Value = Outage }, new() { Value = Expiry }, new() { Value = Round } },
        });
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            """
            INSERT INTO metrics_targets AS known (address, process, service, host, instance, seen_at, since)
            VALUES ($1, $2, $3, $4, $5, now(), now())
            ON CONFLICT (address) DO UPDATE
            SET process = excluded.process, service = excluded.service, host = excluded.host, instance = excluded.instance,
                seen_at = excluded.seen_at,
                since = CASE known.process WHEN excluded.process THEN known.since ELSE excluded.since END
            """)
        {
            Parameters =
            {
                new() { Value = target.Address }, new() { Value = process }, new() { Value = target.Service }, new() { Value = target.Host },
                new() { Value = target.Instance },
            },
        });
        batch.BatchCommands.Add(new NpgsqlBatchCommand("DELETE FROM metrics_targets WHERE seen_at < now() - $1")
        {
            Parameters = { new() { Value = Retention } },
        });
        try
        {
            await batch.ExecuteNonQueryAsync(cancellationToken);
            _lastFault = null;
        }
        catch (Exception e) when (DatabaseFault.Of(e) is { } fault)
        {
            _lastFault = fault;
            throw;
        }
    }

    /// <summary>Removes a process.</summary>
    /// <param name="process">The unique id of the process.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task RemoveAsync(Guid process, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("DELETE FROM metrics_targets WHERE process = $1");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = process });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The registered processes, ordered by address.</summary>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>
    /// Null while the list may be incomplete: no process could register for a time, or this process is new (or not registered)
    /// and finds entries that expired, so that others may not have registered again yet.
    /// </returns>
    public async Task<IReadOnlyList<MetricsTarget>?> ListAsync(CancellationToken cancellationToken)
    {
        await using var batch = dataSource.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            """
            SELECT coalesce(max(seen_at) FILTER (WHERE process = $1), max(seen_at)) >= now() - $2
                AND (bool_or(process = $1 AND since <= now() - $4) OR NOT bool_or(seen_at < now() - $3))
            FROM metrics_targets
            """)
        {
            Parameters = { new() { Value = Process }, new() { Value = Outage }, new() { Value = Expiry }, new() { Value = Round } },
        });
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            "SELECT address, service, host, instance FROM metrics_targets WHERE seen_at >= now() - $1 ORDER BY address LIMIT $2")
        {
            Parameters = { new() { Value = Expiry }, new() { Value = MaxTargets } },
        });
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var isCurrent = !await reader.IsDBNullAsync(0, cancellationToken) && reader.GetBoolean(0);
        await reader.NextResultAsync(cancellationToken);
        var targets = new List<MetricsTarget>();
        while (await reader.ReadAsync(cancellationToken))
        {
            targets.Add(new MetricsTarget(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3)));
        }

        return isCurrent ? targets : null;
    }
}

/// <summary>The address at which a process serves its metrics.</summary>
/// <param name="Address">Its own address, never a proxy's: <c>http://host:port</c>.</param>
/// <param name="Service">The name of its resource.</param>
/// <param name="Host">The machine's name.</param>
/// <param name="Instance">The process' name, <c>service.instance.id</c>; empty for a process of an earlier version.</param>
public sealed record MetricsTarget(string Address, string Service, string Host, string Instance = "");
