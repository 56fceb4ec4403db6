using Choir.ServiceDefaults;
using Npgsql;
using NpgsqlTypes;

namespace Choir.Storage;

/// <summary>
/// The cycles to anchor (table <c>ledger_outbox</c>). Every update states the status that it starts from, and the transaction
/// where there is one, so that of two concurrent writers one has no effect. All times are those of the database's clock.
/// </summary>
public sealed partial class LedgerOutbox(NpgsqlDataSource dataSource)
{
    private const string CycleColumns = "cycle_id, thread_id, cycle_hash, attempts, trace_parent, earlier_hashes, last_error IS NOT NULL AS has_error";

    /// <summary>Stores a cycle if its thread has it as completed with this hash. Idempotent.</summary>
    /// <param name="threadId">Its thread.</param>
    /// <param name="cycleId">The cycle.</param>
    /// <param name="cycleHash"><c>0x</c> and 64 lower-case hexadecimal digits.</param>
    /// <param name="traceParent">The W3C traceparent of the message that submits it; null if it has none.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>False if the thread has no completed cycle with this hash.</returns>
    public async Task<bool> AddAsync(
        Guid threadId, Guid cycleId, string cycleHash, string? traceParent, CancellationToken cancellationToken)
    {
        await using var command = Command(
            """
            WITH completed AS (
                SELECT cycle_id, thread_id FROM cycles WHERE cycle_id = $1 AND thread_id = $2 AND status = 'completed'
                    AND '0x' || encode(cycle_hash, 'hex') = $3
            ), added AS (
                INSERT INTO ledger_outbox
                    (cycle_id, thread_id, cycle_hash, trace_parent, created_at, updated_at, next_attempt_at)
                SELECT cycle_id, thread_id, $3, $4, now(), now(), now() FROM completed
                ON CONFLICT (cycle_id) DO NOTHING
            )
            SELECT EXISTS (SELECT FROM completed)
            """, cycleId, threadId, cycleHash, traceParent);
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Whether any cycle is due to be sent, or waits for its receipt.</summary>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task<bool> HasWorkAsync(CancellationToken cancellationToken)
    {
        await using var command = Command(
            """
            SELECT EXISTS (SELECT FROM ledger_outbox WHERE status = 'submitted')
                OR EXISTS (SELECT FROM ledger_outbox WHERE status = 'pending' AND next_attempt_at <= now())
            """);
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>The cycles that are due to be sent, oldest first.</summary>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task<IReadOnlyList<PendingCycle>> ListDueAsync(int limit, CancellationToken cancellationToken) => QueryAsync(
        $"""
        SELECT {CycleColumns} FROM ledger_outbox
        WHERE status = 'pending' AND next_attempt_at <= now() ORDER BY created_at, cycle_id LIMIT $1
        """, ReadCycle, cancellationToken, limit);

    /// <summary>The transactions that wait for their receipts, ordered by nonce, with their cycles, oldest first.</summary>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task<IReadOnlyList<SubmittedTransaction>> ListSubmittedAsync(CancellationToken cancellationToken)
    {
        // Each cycle of a transaction has its bytes: they are read once.
        var rows = await QueryAsync(
            $"""
            SELECT {CycleColumns}, contract_id, nonce, transaction_hash,
                CASE WHEN row_number() OVER (
                    PARTITION BY transaction_hash, contract_id ORDER BY created_at, cycle_id) = 1 THEN raw_transaction END,
                next_attempt_at <= now()
            FROM ledger_outbox WHERE status = 'submitted' ORDER BY nonce, transaction_hash, contract_id, created_at, cycle_id
            """,
            row => (Cycle: ReadCycle(row), Contract: row.GetInt64(7), Nonce: row.GetInt64(8), Hash: row.GetString(9),
                Raw: row.IsDBNull(10) ? null : row.GetString(10), IsDue: row.GetBoolean(11)),
            cancellationToken);
        return
        [
            .. rows.GroupBy(row => (row.Hash, row.Contract)).Select(waiting => new SubmittedTransaction(
                new SignedTransaction(waiting.First().Nonce, waiting.Key.Hash, waiting.First().Raw!), waiting.Key.Contract,
                [.. waiting.Select(row => row.Cycle)], [.. waiting.Where(row => row.IsDue).Select(row => row.Cycle)])),
        ];
    }

    /// <summary>The nonces of the transactions that wait for their receipts.</summary>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task<IReadOnlyList<long>> ListNoncesAsync(CancellationToken cancellationToken) => QueryAsync(
        "SELECT DISTINCT nonce FROM ledger_outbox WHERE status = 'submitted'", row => row.GetInt64(0), cancellationToken);

    /// <summary>A page of the confirmed cycles of contracts, newest first.</summary>
    /// <param name="contractIds">The contracts.</param>
    /// <param name="fromBlock">The lowest block to return.</param>
    /// <param name="after">The last cycle of the previous page; null for the first page.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task<IReadOnlyList<AnchoredCycle>> ListConfirmedAsync(
        long[] contractIds, long fromBlock, AnchoredCycle? after, int limit, CancellationToken cancellationToken) => QueryAsync(
        $"""
        SELECT cycle.* FROM unnest($1) AS contract (id) CROSS JOIN LATERAL (
            SELECT {CycleColumns}, contract_id, transaction_hash, block_number, block_hash FROM ledger_outbox
            WHERE status = 'confirmed' AND contract_id = contract.id AND block_number >= $2
                AND (block_number, cycle_id) < ($3, $4)
            ORDER BY block_number DESC, cycle_id DESC LIMIT $5) AS cycle
        ORDER BY block_number DESC, cycle_id DESC LIMIT $5
        """,
        row => new AnchoredCycle(
            ReadCycle(row), row.GetInt64(7), row.GetString(8), row.GetInt64(9), row.IsDBNull(10) ? null : row.GetString(10)),
        cancellationToken,
        contractIds, fromBlock, after?.BlockNumber ?? long.MaxValue, after?.Cycle.CycleId ?? Guid.AllBitsSet, limit);

    private static PendingCycle ReadCycle(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetGuid(1), row.GetString(2), row.GetInt32(3), row.IsDBNull(4) ? null : row.GetString(4),
        row.GetFieldValue<string[]>(5), row.GetBoolean(6));

    private async Task<IReadOnlyList<T>> QueryAsync<T>(
        string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken, params object?[] parameters)
    {
        await using var command = Command(sql, parameters);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var result = new List<T>();
        while (await rows.ReadAsync(cancellationToken))
        {
            result.Add(read(rows));
        }

        return result;
    }

    /// <summary>Returns whether it changed a row.</summary>
    private async Task<bool> UpdateAsync(string sql, CancellationToken cancellationToken, params object?[] parameters)
    {
        await using var command = Command(sql, parameters);
        return await command.ExecuteNonQueryAsync(cancellationToken) > 0;
    }

    private static Guid[] IdsOf(IReadOnlyList<PendingCycle> cycles) => [.. cycles.Select(cycle => cycle.CycleId)];

    private NpgsqlCommand Command(string sql, params object?[] parameters)
    {
        var command = dataSource.CreateCommand(sql);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(parameter switch
            {
                null => new NpgsqlParameter { Value = DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
                // Reasons contain the words of nodes and contracts.
                string text => new NpgsqlParameter { Value = PlainText.Clean(text) },
                _ => new NpgsqlParameter { Value = parameter },
            });
        }

        return command;
    }
}
