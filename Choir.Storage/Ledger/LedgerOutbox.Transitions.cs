namespace Choir.Storage;

/// <content>The changes of a cycle's status.</content>
public sealed partial class LedgerOutbox
{
    // Bounded: a cycle that is signed again and again keeps its newest transactions.
    private const string KeepHash = "earlier_hashes = (array_remove(earlier_hashes, transaction_hash) || transaction_hash)[greatest(1, cardinality(earlier_hashes) - 30):]";

    /// <summary>Stores the transaction that is about to be sent.</summary>
    /// <param name="cycles">The cycles that it records.</param>
    /// <param name="contract">The contract that the transaction calls.</param>
    /// <param name="transaction">The transaction.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>False if none of the cycles is pending any more.</returns>
    public Task<bool> MarkSubmittedAsync(
        IReadOnlyList<PendingCycle> cycles, StoredContract contract, SignedTransaction transaction,
        CancellationToken cancellationToken) =>
        UpdateAsync(
            """
            UPDATE ledger_outbox SET status = 'submitted', updated_at = now(), submitted_at = now(), next_attempt_at = now(),
                contract_id = $2, contract_address = $3, nonce = $4, transaction_hash = $5, raw_transaction = $6
            WHERE cycle_id = ANY($1) AND status = 'pending'
            """, cancellationToken,
            IdsOf(cycles), contract.Id, contract.Address, transaction.Nonce, transaction.Hash, transaction.Raw);

    /// <summary>Stores a transaction with higher fees, in place of the one that was sent under the same nonce.</summary>
    /// <param name="entry">The earlier transaction, which may still be mined, with its cycles.</param>
    /// <param name="transaction">The transaction that is about to be sent.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>False if all of the cycles have another transaction or status by now.</returns>
    public Task<bool> ReplaceAsync(
        SubmittedTransaction entry, SignedTransaction transaction, CancellationToken cancellationToken) =>
        UpdateAsync(
            $"""
            UPDATE ledger_outbox SET updated_at = now(), {KeepHash}, transaction_hash = $3, raw_transaction = $4
            WHERE cycle_id = ANY($1) AND status = 'submitted' AND transaction_hash = $2
            """, cancellationToken, IdsOf(entry.Cycles), entry.Transaction.Hash, transaction.Hash, transaction.Raw);

    /// <summary>Makes submitted cycles pending again: they are signed again after a delay.</summary>
    /// <param name="cycles">The cycles.</param>
    /// <param name="transaction">The transaction that they were submitted with.</param>
    /// <param name="reason">Why, for a person.</param>
    /// <param name="problem">One of <see cref="AnchorProblem"/> if the cycles are stuck; null if they are not.</param>
    /// <param name="delay">When they are due again.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>How long ago the transaction was submitted; null if the cycles have another transaction or status by now.</returns>
    public async Task<TimeSpan?> ReleaseAsync(
        IReadOnlyList<PendingCycle> cycles, SignedTransaction transaction, string reason, string? problem, TimeSpan delay,
        CancellationToken cancellationToken)
    {
        await using var command = Command(
            $"""
            WITH before AS (SELECT now() - min(submitted_at) AS took FROM ledger_outbox WHERE cycle_id = ANY($1))
            UPDATE ledger_outbox SET status = 'pending', updated_at = now(), attempts = attempts + 1, last_error = $4,
                {Mark}, next_attempt_at = now() + $5, {KeepHash}, contract_id = NULL, contract_address = NULL, nonce = NULL,
                submitted_at = NULL, transaction_hash = NULL, raw_transaction = NULL
            WHERE cycle_id = ANY($1) AND status = 'submitted' AND transaction_hash = $2
            RETURNING (SELECT took FROM before)
            """, IdsOf(cycles), transaction.Hash, problem, reason, delay);
        return await command.ExecuteScalarAsync(cancellationToken) as TimeSpan?;
    }

    /// <summary>Makes a confirmed cycle pending again, because the chain no longer has its anchor.</summary>
    /// <param name="anchored">The cycle with the transaction that the chain has lost.</param>
    /// <param name="reason">Why, for a person.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>False if another host has done it.</returns>
    public Task<bool> ReopenAsync(AnchoredCycle anchored, string reason, CancellationToken cancellationToken) =>
        UpdateAsync(
            $"""
            UPDATE ledger_outbox SET status = 'pending', updated_at = now(), last_error = $3, attempts = 0,
                next_attempt_at = now(), {KeepHash}, contract_id = NULL, contract_address = NULL, nonce = NULL, submitted_at = NULL,
                transaction_hash = NULL, raw_transaction = NULL, block_number = NULL, block_hash = NULL, gas_used = NULL
            WHERE cycle_id = $1 AND status = 'confirmed' AND transaction_hash = $2
            """, cancellationToken, anchored.Cycle.CycleId, anchored.TransactionHash, reason);

    /// <summary>Stores that the transaction of a confirmed cycle is in another block after a reorganisation.</summary>
    /// <param name="anchored">The cycle.</param>
    /// <param name="anchor">Where it is recorded now.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task<bool> MoveAsync(AnchoredCycle anchored, Anchor anchor, CancellationToken cancellationToken) => UpdateAsync(
        """
        UPDATE ledger_outbox SET updated_at = now(), block_number = $3, block_hash = $4, gas_used = $5
        WHERE cycle_id = $1 AND status = 'confirmed' AND transaction_hash = $2
        """, cancellationToken,
        anchored.Cycle.CycleId, anchored.TransactionHash, anchor.BlockNumber, anchor.BlockHash, anchor.GasUsed);

    /// <summary>Stores that cycles are on the chain.</summary>
    /// <param name="recorded">The cycles and where they are recorded.</param>
    /// <param name="contract">The contract that recorded them.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>How long they took, without those that were confirmed or failed before.</returns>
    public Task<IReadOnlyList<OutboxTimes>> ConfirmAsync(
        IReadOnlyList<RecordedCycle> recorded, StoredContract contract, CancellationToken cancellationToken) => EndAsync(
        """
        UPDATE ledger_outbox SET status = 'confirmed', updated_at = now(), last_error = NULL, stuck_since = NULL,
            stuck_reason = NULL, contract_id = $2, contract_address = $3, transaction_hash = anchor.transaction,
            block_number = anchor.block, block_hash = anchor.hash_of_block, gas_used = anchor.gas, raw_transaction = NULL,
            anchored_at = coalesce(anchored_at, now())
        FROM unnest($1, $4, $5, $6, $7) AS anchor (cycle, transaction, block, hash_of_block, gas)
        WHERE cycle_id = anchor.cycle AND status IN ('pending', 'submitted')
        """, cancellationToken,
        recorded.Select(one => one.Cycle.CycleId).ToArray(), contract.Id, contract.Address,
        recorded.Select(one => one.Anchor.TransactionHash).ToArray(), recorded.Select(one => one.Anchor.BlockNumber).ToArray(),
        recorded.Select(one => one.Anchor.BlockHash).ToArray(), recorded.Select(one => one.Anchor.GasUsed).ToArray());

    /// <summary>Stores that a cycle cannot be anchored. It is not tried again.</summary>
    /// <param name="cycle">The cycle.</param>
    /// <param name="reason">Why, for a person.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>How long it took; null if it was confirmed or failed before.</returns>
    public async Task<OutboxTimes?> FailAsync(PendingCycle cycle, string reason, CancellationToken cancellationToken) =>
        (await EndAsync(
            """
            UPDATE ledger_outbox SET status = 'failed', updated_at = now(), last_error = $2, stuck_since = NULL,
                stuck_reason = NULL, raw_transaction = NULL, anchored_at = coalesce(anchored_at, now())
            WHERE cycle_id = $1 AND status IN ('pending', 'submitted')
            """, cancellationToken, cycle.CycleId, reason)).SingleOrDefault();

    // now() is constant within a statement: anchored_at = now() means that this statement set it.
    private Task<IReadOnlyList<OutboxTimes>> EndAsync(
        string update, CancellationToken cancellationToken, params object?[] parameters) => QueryAsync(
        update + """

        RETURNING cycle_id, now() - submitted_at,
            (SELECT now() - accepted_at FROM cycles WHERE cycles.cycle_id = ledger_outbox.cycle_id AND anchored_at = now())
        """,
        row => new OutboxTimes(
            row.GetGuid(0), row.IsDBNull(1) ? null : row.GetTimeSpan(1), row.IsDBNull(2) ? null : row.GetTimeSpan(2)),
        cancellationToken, parameters);
}
