using Npgsql;

namespace Choir.ActorHost.Ledger;

/// <summary>
/// The cycles to anchor, in Postgres (table <c>ledger_outbox</c>). Every change names the state that it starts from, so
/// that of two writers one has no effect.
/// </summary>
internal sealed class LedgerOutbox(NpgsqlDataSource database, TimeProvider time)
{
    private const string CycleColumns = "cycle_id, thread_id, cycle_hash, attempts, trace_parent";

    /// <summary>Stores a cycle; false if it was there already.</summary>
    public async Task<bool> AddAsync(
        Guid threadId, Guid cycleId, string cycleHash, string? traceParent, CancellationToken cancellation) =>
        await ExecuteAsync(
            """
            INSERT INTO ledger_outbox
                (cycle_id, thread_id, cycle_hash, trace_parent, created_at, updated_at, next_attempt_at)
            VALUES ($2, $3, $4, $5, $1, $1, $1)
            ON CONFLICT (cycle_id) DO NOTHING
            """, cancellation, cycleId, threadId, cycleHash, traceParent) > 0;

    /// <summary>Whether any cycle is to be sent now, or waits for its receipt.</summary>
    public async Task<bool> HasWorkAsync(CancellationToken cancellation)
    {
        await using var command = Command(
            """
            SELECT EXISTS (SELECT FROM ledger_outbox WHERE status = 'submitted')
                OR EXISTS (SELECT FROM ledger_outbox WHERE status = 'pending' AND next_attempt_at <= $1)
            """);
        return (bool)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>The cycles to send now, the oldest first.</summary>
    public Task<List<PendingCycle>> ListDueAsync(int most, CancellationToken cancellation) => QueryAsync(
        $"""
        SELECT {CycleColumns} FROM ledger_outbox
        WHERE status = 'pending' AND next_attempt_at <= $1 ORDER BY created_at, cycle_id LIMIT $2
        """, ReadCycle, cancellation, most);

    /// <summary>The cycles whose receipts are awaited, in the order of their nonces.</summary>
    public Task<List<SubmittedCycle>> ListSubmittedAsync(CancellationToken cancellation) => QueryAsync(
        $"""
        SELECT {CycleColumns}, contract_id, nonce, transaction_hash, raw_transaction FROM ledger_outbox
        WHERE status = 'submitted' AND created_at <= $1 ORDER BY nonce, created_at
        """,
        row => new SubmittedCycle(ReadCycle(row), row.GetInt64(5),
            new SignedTransaction(row.GetInt64(6), row.GetString(7), row.GetString(8))),
        cancellation);

    /// <summary>A contract's anchors, the newest first, a page at a time.</summary>
    public Task<List<PendingCycle>> ListConfirmedAsync(
        long contractId, int skip, int most, CancellationToken cancellation) => QueryAsync(
        $"""
        SELECT {CycleColumns} FROM ledger_outbox
        WHERE status = 'confirmed' AND contract_id = $2 AND created_at <= $1
        ORDER BY block_number DESC, cycle_id OFFSET $3 LIMIT $4
        """, ReadCycle, cancellation, contractId, skip, most);

    /// <summary>Stores the transaction that is about to be sent; false if the cycle is not pending any more.</summary>
    public async Task<bool> MarkSubmittedAsync(
        PendingCycle cycle, LedgerContract contract, SignedTransaction transaction, CancellationToken cancellation) =>
        await ExecuteAsync(
            """
            UPDATE ledger_outbox SET status = 'submitted', updated_at = $1, submitted_at = now(), contract_id = $3, contract_address = $4,
                nonce = $5, transaction_hash = $6, raw_transaction = $7
            WHERE cycle_id = $2 AND status = 'pending'
            """, cancellation,
            cycle.CycleId, contract.Id, contract.Address, transaction.Nonce, transaction.Hash, transaction.Raw) > 0;

    /// <summary>Gives a cycle back: it will be signed anew after a while.</summary>
    /// <returns>How long the transaction that is given up was under way; null if there was none.</returns>
    public async Task<TimeSpan?> ReleaseAsync(
        PendingCycle cycle, string reason, TimeSpan delay, CancellationToken cancellation)
    {
        await using var command = Command(
            """
            WITH before AS (
                SELECT now() - submitted_at AS took FROM ledger_outbox WHERE cycle_id = $2 AND status = 'submitted'
            )
            UPDATE ledger_outbox SET status = 'pending', updated_at = $1, attempts = attempts + 1, last_error = $3,
                next_attempt_at = $1 + $4, contract_id = NULL, contract_address = NULL, nonce = NULL, submitted_at = NULL,
                transaction_hash = NULL, raw_transaction = NULL, block_number = NULL, gas_used = NULL
            WHERE cycle_id = $2 AND status <> 'failed'
            RETURNING (SELECT took FROM before)
            """, cycle.CycleId, reason, delay);
        return await command.ExecuteScalarAsync(cancellation) as TimeSpan?;
    }

    /// <summary>The cycle is on the chain.</summary>
    /// <returns>How long it took; null if that was known before.</returns>
    public Task<OutboxTimes?> ConfirmAsync(
        PendingCycle cycle, LedgerContract contract, Anchor anchor, CancellationToken cancellation) => EndAsync(
        """
        UPDATE ledger_outbox SET status = 'confirmed', updated_at = $1, last_error = NULL, contract_id = $3,
            contract_address = $4, transaction_hash = $5, block_number = $6, gas_used = $7, raw_transaction = NULL,
            anchored_at = coalesce(anchored_at, now())
        WHERE cycle_id = $2 AND status IN ('pending', 'submitted')
        """, cancellation,
        cycle.CycleId, contract.Id, contract.Address, anchor.TransactionHash, anchor.BlockNumber, anchor.GasUsed);

    /// <summary>The chain refuses the cycle for good.</summary>
    /// <returns>How long it took; null if that was known before.</returns>
    public Task<OutboxTimes?> FailAsync(PendingCycle cycle, string reason, CancellationToken cancellation) => EndAsync(
        """
        UPDATE ledger_outbox SET status = 'failed', updated_at = $1, last_error = $3, raw_transaction = NULL,
            anchored_at = coalesce(anchored_at, now())
        WHERE cycle_id = $2 AND status IN ('pending', 'submitted')
        """, cancellation, cycle.CycleId, reason);

    /// <summary>What waits.</summary>
    public async Task<OutboxState> StateAsync(CancellationToken cancellation)
    {
        await using var command = Command(
            """
            SELECT count(*), greatest($1 - min(created_at), interval '0') FROM ledger_outbox
            WHERE status IN ('pending', 'submitted')
            """);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        return new OutboxState(row.GetInt64(0), row.GetTimeSpan(1));
    }

    // now() is the same throughout a statement: what it has just set is what is set for the first time.
    private async Task<OutboxTimes?> EndAsync(string update, CancellationToken cancellation, params object?[] parameters)
    {
        await using var command = Command(
            update + """

            RETURNING now() - submitted_at,
                (SELECT now() - accepted_at FROM cycles WHERE cycles.cycle_id = ledger_outbox.cycle_id AND anchored_at = now())
            """, parameters);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        return await row.ReadAsync(cancellation)
            ? new OutboxTimes(
                row.IsDBNull(0) ? null : row.GetTimeSpan(0),
                row.IsDBNull(1) ? null : row.GetTimeSpan(1))
            : null;
    }

    private static PendingCycle ReadCycle(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetGuid(1), row.GetString(2), row.GetInt32(3), row.IsDBNull(4) ? null : row.GetString(4));

    private async Task<List<T>> QueryAsync<T>(
        string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellation, params object?[] parameters)
    {
        await using var command = Command(sql, parameters);
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        var result = new List<T>();
        while (await rows.ReadAsync(cancellation))
        {
            result.Add(read(rows));
        }

        return result;
    }

    private async Task<int> ExecuteAsync(string sql, CancellationToken cancellation, params object?[] parameters)
    {
        await using var command = Command(sql, parameters);
        return await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>The first parameter of every statement is the time.</summary>
    private NpgsqlCommand Command(string sql, params object?[] parameters)
    {
        var command = database.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter { Value = time.GetUtcNow() });
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(parameter is null
                ? new NpgsqlParameter { Value = DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text }
                : new NpgsqlParameter { Value = parameter });
        }

        return command;
    }
}
