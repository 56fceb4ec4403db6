using Npgsql;

namespace Choir.Storage;

/// <summary>
/// The cycles to anchor (table <c>ledger_outbox</c>). Every update states the status that it starts from, so that of two
/// concurrent writers one has no effect.
/// </summary>
public sealed class LedgerOutbox(NpgsqlDataSource dataSource, TimeProvider time)
{
    private const string CycleColumns = "cycle_id, thread_id, cycle_hash, attempts, trace_parent";

    /// <summary>Stores a cycle. Idempotent.</summary>
    /// <param name="threadId">Its thread.</param>
    /// <param name="cycleId">The cycle.</param>
    /// <param name="cycleHash"><c>0x</c> and 64 lower-case hexadecimal digits.</param>
    /// <param name="traceParent">The W3C traceparent of the message that submits it; null if it has none.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>False if it was stored before.</returns>
    public async Task<bool> AddAsync(
        Guid threadId, Guid cycleId, string cycleHash, string? traceParent, CancellationToken cancellationToken) =>
        await ExecuteAsync(
            """
            INSERT INTO ledger_outbox
                (cycle_id, thread_id, cycle_hash, trace_parent, created_at, updated_at, next_attempt_at)
            VALUES ($2, $3, $4, $5, $1, $1, $1)
            ON CONFLICT (cycle_id) DO NOTHING
            """, cancellationToken, cycleId, threadId, cycleHash, traceParent) > 0;

    /// <summary>Whether any cycle is due to be sent, or waits for its receipt.</summary>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task<bool> HasWorkAsync(CancellationToken cancellationToken)
    {
        await using var command = Command(
            """
            SELECT EXISTS (SELECT FROM ledger_outbox WHERE status = 'submitted')
                OR EXISTS (SELECT FROM ledger_outbox WHERE status = 'pending' AND next_attempt_at <= $1)
            """);
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>The cycles that are due to be sent, oldest first.</summary>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task<IReadOnlyList<PendingCycle>> ListDueAsync(int limit, CancellationToken cancellationToken) => QueryAsync(
        $"""
        SELECT {CycleColumns} FROM ledger_outbox
        WHERE status = 'pending' AND next_attempt_at <= $1 ORDER BY created_at, cycle_id LIMIT $2
        """, ReadCycle, cancellationToken, limit);

    /// <summary>The cycles that wait for their receipts, ordered by nonce.</summary>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task<IReadOnlyList<SubmittedCycle>> ListSubmittedAsync(CancellationToken cancellationToken) => QueryAsync(
        $"""
        SELECT {CycleColumns}, contract_id, nonce, transaction_hash, raw_transaction FROM ledger_outbox
        WHERE status = 'submitted' AND created_at <= $1 ORDER BY nonce, created_at
        """,
        row => new SubmittedCycle(ReadCycle(row), row.GetInt64(5),
            new SignedTransaction(row.GetInt64(6), row.GetString(7), row.GetString(8))),
        cancellationToken);

    /// <summary>A page of a contract's confirmed cycles, newest first.</summary>
    /// <param name="contractId">The contract.</param>
    /// <param name="skip">How many to skip.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task<IReadOnlyList<PendingCycle>> ListConfirmedAsync(
        long contractId, int skip, int limit, CancellationToken cancellationToken) => QueryAsync(
        $"""
        SELECT {CycleColumns} FROM ledger_outbox
        WHERE status = 'confirmed' AND contract_id = $2 AND created_at <= $1
        ORDER BY block_number DESC, cycle_id OFFSET $3 LIMIT $4
        """, ReadCycle, cancellationToken, contractId, skip, limit);

    /// <summary>Stores the transaction that is about to be sent.</summary>
    /// <param name="cycle">The cycle.</param>
    /// <param name="contract">The contract that the transaction calls.</param>
    /// <param name="transaction">The transaction.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>False if the cycle is no longer pending.</returns>
    public async Task<bool> MarkSubmittedAsync(
        PendingCycle cycle, StoredContract contract, SignedTransaction transaction, CancellationToken cancellationToken) =>
        await ExecuteAsync(
            """
            UPDATE ledger_outbox SET status = 'submitted', updated_at = $1, submitted_at = now(), contract_id = $3, contract_address = $4,
                nonce = $5, transaction_hash = $6, raw_transaction = $7
            WHERE cycle_id = $2 AND status = 'pending'
            """, cancellationToken,
            cycle.CycleId, contract.Id, contract.Address, transaction.Nonce, transaction.Hash, transaction.Raw) > 0;

    /// <summary>Makes a cycle pending again: it is signed again after a delay.</summary>
    /// <param name="cycle">The cycle.</param>
    /// <param name="reason">Why, for a person.</param>
    /// <param name="delay">When it is due again.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>How long ago its abandoned transaction was submitted; null if there was none.</returns>
    public async Task<TimeSpan?> ReleaseAsync(
        PendingCycle cycle, string reason, TimeSpan delay, CancellationToken cancellationToken)
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
        return await command.ExecuteScalarAsync(cancellationToken) as TimeSpan?;
    }

    /// <summary>Stores that a cycle is on the chain.</summary>
    /// <param name="cycle">The cycle.</param>
    /// <param name="contract">The contract that recorded it.</param>
    /// <param name="anchor">Where it is recorded.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>How long it took; null if it was confirmed or failed before.</returns>
    public Task<OutboxTimes?> ConfirmAsync(
        PendingCycle cycle, StoredContract contract, Anchor anchor, CancellationToken cancellationToken) => EndAsync(
        """
        UPDATE ledger_outbox SET status = 'confirmed', updated_at = $1, last_error = NULL, contract_id = $3,
            contract_address = $4, transaction_hash = $5, block_number = $6, gas_used = $7, raw_transaction = NULL,
            anchored_at = coalesce(anchored_at, now())
        WHERE cycle_id = $2 AND status IN ('pending', 'submitted')
        """, cancellationToken,
        cycle.CycleId, contract.Id, contract.Address, anchor.TransactionHash, anchor.BlockNumber, anchor.GasUsed);

    /// <summary>Stores that a cycle cannot be anchored. It is not tried again.</summary>
    /// <param name="cycle">The cycle.</param>
    /// <param name="reason">Why, for a person.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>How long it took; null if it was confirmed or failed before.</returns>
    public Task<OutboxTimes?> FailAsync(PendingCycle cycle, string reason, CancellationToken cancellationToken) => EndAsync(
        """
        UPDATE ledger_outbox SET status = 'failed', updated_at = $1, last_error = $3, raw_transaction = NULL,
            anchored_at = coalesce(anchored_at, now())
        WHERE cycle_id = $2 AND status IN ('pending', 'submitted')
        """, cancellationToken, cycle.CycleId, reason);

    /// <summary>The length and age of the outbox.</summary>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task<OutboxState> StateAsync(CancellationToken cancellationToken)
    {
        await using var command = Command(
            """
            SELECT count(*), greatest($1 - min(created_at), interval '0') FROM ledger_outbox
            WHERE status IN ('pending', 'submitted')
            """);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        return new OutboxState(row.GetInt64(0), row.GetTimeSpan(1));
    }

    // now() is constant within a statement: anchored_at = now() means that this statement set it.
    private async Task<OutboxTimes?> EndAsync(string update, CancellationToken cancellationToken, params object?[] parameters)
    {
        await using var command = Command(
            update + """

            RETURNING now() - submitted_at,
                (SELECT now() - accepted_at FROM cycles WHERE cycles.cycle_id = ledger_outbox.cycle_id AND anchored_at = now())
            """, parameters);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken)
            ? new OutboxTimes(
                row.IsDBNull(0) ? null : row.GetTimeSpan(0),
                row.IsDBNull(1) ? null : row.GetTimeSpan(1))
            : null;
    }

    private static PendingCycle ReadCycle(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetGuid(1), row.GetString(2), row.GetInt32(3), row.IsDBNull(4) ? null : row.GetString(4));

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

    private async Task<int> ExecuteAsync(string sql, CancellationToken cancellationToken, params object?[] parameters)
    {
        await using var command = Command(sql, parameters);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The first parameter of every statement is the current time.</summary>
    private NpgsqlCommand Command(string sql, params object?[] parameters)
    {
        var command = dataSource.CreateCommand(sql);
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
