using Choir.Contracts.Threads;
using Npgsql;

namespace Choir.Storage;

/// <summary>Removes what is older than its limit, by the database's clock. Several hosts may remove at the same time.</summary>
/// <param name="dataSource">The database.</param>
public sealed class RetentionStore(NpgsqlDataSource dataSource)
{
    /// <summary>The largest number of rows that one statement removes, so that none locks much for long.</summary>
    public const int BatchSize = 500;

    /// <summary>
    /// Removes ended cycles with all that belongs to them. A cycle that has not reached its end on the chain is kept.
    /// </summary>
    /// <param name="age">The age from which on they are removed, since their end.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>How many it removed, up to <see cref="BatchSize"/>.</returns>
    public Task<int> RemoveCyclesAsync(TimeSpan age, CancellationToken cancellationToken = default) => RemoveAsync(
        """
        WITH old AS (
            SELECT thread_id, cycle_id FROM cycles
            WHERE completed_at < now() - $1 AND (status = 'failed' OR EXISTS (
                SELECT FROM ledger_outbox WHERE ledger_outbox.cycle_id = cycles.cycle_id AND ledger_outbox.status IN ('confirmed', 'failed')))
            ORDER BY completed_at LIMIT $2 FOR UPDATE SKIP LOCKED
        ), passages AS (
            DELETE FROM knowledge_passages USING old WHERE knowledge_passages.cycle_id = old.cycle_id
        ), events AS (
            DELETE FROM thread_events USING old
            WHERE thread_events.thread_id = old.thread_id AND thread_events.cycle_id = old.cycle_id
        ), anchors AS (
            DELETE FROM ledger_outbox USING old WHERE ledger_outbox.cycle_id = old.cycle_id
        ), removed AS (
            DELETE FROM cycles USING old WHERE cycles.cycle_id = old.cycle_id RETURNING cycles.cycle_id
        )
        SELECT count(*)::integer FROM removed
        """,
        age,
        cancellationToken);

    /// <summary>Removes threads without cycles, with the state of their actors.</summary>
    /// <remarks>
    /// Two statements, because the second one sees the inputs that were accepted before the first one had locked their thread.
    /// After that, no input of a locked thread can be accepted.
    /// </remarks>
    /// <param name="age">The age from which on they are removed, since their creation.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>How many it removed, up to <see cref="BatchSize"/>.</returns>
    public async Task<int> RemoveThreadsAsync(TimeSpan age, CancellationToken cancellationToken = default)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var threads = await LockOldThreadsAsync(connection, age, cancellationToken);
        await using var command = new NpgsqlCommand(
            $"""
            WITH removed AS (
                DELETE FROM threads
                WHERE thread_id = ANY($1) AND NOT EXISTS (SELECT FROM cycles WHERE cycles.thread_id = threads.thread_id)
                RETURNING thread_id
            ), states AS (
                DELETE FROM actor_state USING removed
                WHERE actor_type = '{ThreadMessages.ActorType}' AND actor_id = removed.thread_id::text
            )
            SELECT count(*)::integer FROM removed
            """,
            connection);
        command.Parameters.Add(new NpgsqlParameter { Value = threads });
        var removed = (int)(await command.ExecuteScalarAsync(cancellationToken))!;
        await transaction.CommitAsync(cancellationToken);
        return removed;
    }

    /// <summary>Removes dead letters, replayed or not.</summary>
    /// <param name="age">The age from which on they are removed.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>How many it removed, up to <see cref="BatchSize"/>.</returns>
    public Task<int> RemoveDeadLettersAsync(TimeSpan age, CancellationToken cancellationToken = default) => RemoveAsync(
        """
        WITH old AS (
            SELECT id FROM dead_letters WHERE at < now() - $1 ORDER BY at LIMIT $2 FOR UPDATE SKIP LOCKED
        ), removed AS (
            DELETE FROM dead_letters USING old WHERE dead_letters.id = old.id RETURNING dead_letters.id
        )
        SELECT count(*)::integer FROM removed
        """,
        age,
        cancellationToken);

    /// <summary>Removes results of load tests.</summary>
    /// <param name="age">The age from which on they are removed, since they were stored.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>How many it removed, up to <see cref="BatchSize"/>.</returns>
    public Task<int> RemoveLoadTestsAsync(TimeSpan age, CancellationToken cancellationToken = default) => RemoveAsync(
        """
        WITH old AS (
            SELECT id FROM load_tests WHERE stored_at < now() - $1 ORDER BY stored_at LIMIT $2 FOR UPDATE SKIP LOCKED
        ), removed AS (
            DELETE FROM load_tests USING old WHERE load_tests.id = old.id RETURNING load_tests.id
        )
        SELECT count(*)::integer FROM removed
        """,
        age,
        cancellationToken);

    private static async Task<Guid[]> LockOldThreadsAsync(NpgsqlConnection connection, TimeSpan age, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT thread_id FROM threads
            WHERE created_at < now() - $1 AND NOT EXISTS (SELECT FROM cycles WHERE cycles.thread_id = threads.thread_id)
            ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED
            """,
            connection);
        command.Parameters.Add(new NpgsqlParameter { Value = age });
        command.Parameters.Add(new NpgsqlParameter { Value = BatchSize });
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var threads = new List<Guid>();
        while (await rows.ReadAsync(cancellationToken))
        {
            threads.Add(rows.GetGuid(0));
        }

        return [.. threads];
    }

    private async Task<int> RemoveAsync(string sql, TimeSpan age, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter { Value = age });
        command.Parameters.Add(new NpgsqlParameter { Value = BatchSize });
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
