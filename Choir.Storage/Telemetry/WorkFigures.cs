using Npgsql;

namespace Choir.Storage;

/// <summary>How much work is in the database: cycles and the outbox of the ledger.</summary>
/// <param name="Running">Running cycles.</param>
/// <param name="OldestRunning">When the oldest of them was accepted; null if none runs.</param>
/// <param name="Recent">Cycles that were accepted in the last hour, at most the latest <see cref="WorkFiguresReader.MaxRecent"/>.</param>
/// <param name="RecentFailed">Those of them that have failed.</param>
/// <param name="Unanchored">Cycles in the outbox that wait to be sent, or for their confirmation.</param>
/// <param name="Stuck">Those of them that are stuck.</param>
/// <param name="OldestUnanchored">When the oldest of them came into the outbox; null if there is none.</param>
/// <param name="LastError">The latest error of one of them; null if there is none.</param>
public sealed record WorkFigures(
    long Running, DateTimeOffset? OldestRunning, long Recent, long RecentFailed, long Unanchored, long Stuck,
    DateTimeOffset? OldestUnanchored, string? LastError);

/// <summary>Reads the figures with one statement, which uses the indexes of what is not finished.</summary>
public sealed class WorkFiguresReader(NpgsqlDataSource dataSource, TimeProvider time)
{
    /// <summary>The most cycles that are counted as recent.</summary>
    public const int MaxRecent = 10_000;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>Reads the figures.</summary>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task<WorkFigures> ReadAsync(CancellationToken cancellationToken = default)
    {
        await using var command = dataSource.CreateCommand(
            """
            SELECT running.number, running.oldest, recent.number, recent.failed,
                   outbox.number, outbox.stuck, outbox.oldest,
                   (SELECT last_error FROM ledger_outbox WHERE status IN ('pending', 'submitted') AND last_error IS NOT NULL
                    ORDER BY updated_at DESC LIMIT 1)
            FROM (SELECT count(*) AS number, min(accepted_at) AS oldest FROM cycles WHERE status = 'running') AS running,
                 (SELECT count(*) AS number, count(*) FILTER (WHERE status = 'failed') AS failed
                  FROM (SELECT status FROM cycles WHERE cycle_id > $1 ORDER BY cycle_id DESC LIMIT $2) AS latest) AS recent,
                 (SELECT count(*) AS number, count(*) FILTER (WHERE stuck_since IS NOT NULL) AS stuck, min(created_at) AS oldest
                  FROM ledger_outbox WHERE status IN ('pending', 'submitted')) AS outbox
            """);

        // The ids of cycles begin with the time at which they were accepted.
        command.Parameters.Add(new() { Value = Guid.CreateVersion7(time.GetUtcNow() - Hour) });
        command.Parameters.Add(new() { Value = MaxRecent });
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        return new WorkFigures(
            row.GetInt64(0), TimeAt(row, 1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5), TimeAt(row, 6),
            await row.IsDBNullAsync(7, cancellationToken) ? null : row.GetString(7));
    }

    private static DateTimeOffset? TimeAt(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);
}
