using Npgsql;

namespace Choir.Storage;

/// <summary>The addresses at which the running processes serve their metrics.</summary>
public sealed class MetricsTargetStore(NpgsqlDataSource dataSource)
{
    /// <summary>
    /// An entry that is not renewed for this long expires. Long enough for two failed scrapes, which the alert
    /// <c>HostDown</c> needs, at whatever moment a process dies.
    /// </summary>
    public static readonly TimeSpan Expiry = TimeSpan.FromSeconds(60);

    /// <summary>The maximum number of targets in a list.</summary>
    private const int MaxTargets = 10_000;

    /// <summary>Registers the address of a process, and deletes expired entries.</summary>
    /// <param name="process">A unique id of the process.</param>
    /// <param name="target">Its address, service and machine.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task RegisterAsync(Guid process, MetricsTarget target, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        await using var batch = dataSource.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            """
            INSERT INTO metrics_targets (address, process, service, host, seen_at) VALUES ($1, $2, $3, $4, now())
            ON CONFLICT (address) DO UPDATE
            SET process = excluded.process, service = excluded.service, host = excluded.host, seen_at = excluded.seen_at
            """)
        {
            Parameters =
            {
                new() { Value = target.Address }, new() { Value = process }, new() { Value = target.Service }, new() { Value = target.Host },
            },
        });
        batch.BatchCommands.Add(new NpgsqlBatchCommand("DELETE FROM metrics_targets WHERE seen_at < now() - $1")
        {
            Parameters = { new() { Value = Expiry } },
        });
        await batch.ExecuteNonQueryAsync(cancellationToken);
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
    public async Task<IReadOnlyList<MetricsTarget>> ListAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            "SELECT address, service, host FROM metrics_targets WHERE seen_at >= now() - $1 ORDER BY address LIMIT $2");
        command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = Expiry });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = MaxTargets });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var targets = new List<MetricsTarget>();
        while (await reader.ReadAsync(cancellationToken))
        {
            targets.Add(new MetricsTarget(reader.GetString(0), reader.GetString(1), reader.GetString(2)));
        }

        return targets;
    }
}

/// <summary>The address at which a process serves its metrics.</summary>
/// <param name="Address">Its own address, never a proxy's: <c>http://host:port</c>.</param>
/// <param name="Service">The name of its resource.</param>
/// <param name="Host">The machine's name.</param>
public sealed record MetricsTarget(string Address, string Service, string Host);
