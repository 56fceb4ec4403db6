using Npgsql;

namespace Choir.Storage;

/// <summary>Where every running process serves its metrics.</summary>
public sealed class MetricsTargetStore(NpgsqlDataSource dataSource)
{
    /// <summary>
    /// After so long without a word a process counts as gone: long enough for two failed scrapes, which the alert
    /// <c>HostDown</c> waits for, whatever the moment at which a process dies.
    /// </summary>
    public static readonly TimeSpan Expiry = TimeSpan.FromSeconds(60);

    /// <summary>The most that are told of.</summary>
    private const int MaxTargets = 10_000;

    /// <summary>Notes that a process serves its metrics at an address, and forgets who has gone.</summary>
    /// <param name="process">The process, as told apart from every other.</param>
    /// <param name="target">Where, and what it is.</param>
    /// <param name="cancellationToken">Gives up.</param>
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

    /// <summary>Forgets a process that stops.</summary>
    /// <param name="process">The process.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task RemoveAsync(Guid process, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("DELETE FROM metrics_targets WHERE process = $1");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = process });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The processes that are there, by address.</summary>
    /// <param name="cancellationToken">Gives up.</param>
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

/// <summary>Where a process serves its metrics.</summary>
/// <param name="Address">Its own address, never a proxy's: <c>http://host:port</c>.</param>
/// <param name="Service">What it is: the resource's name.</param>
/// <param name="Host">The machine's name.</param>
public sealed record MetricsTarget(string Address, string Service, string Host);
