namespace Choir.Storage;

/// <content>Why cycles wait.</content>
public sealed partial class LedgerOutbox
{
    // A cycle keeps the time at which it became stuck until it is sent or confirmed.
    private const string Mark = "stuck_since = CASE WHEN $3::text IS NULL THEN NULL ELSE coalesce(stuck_since, now()) END, stuck_reason = $3";

    /// <summary>Stores why an attempt for cycles failed. They keep their status and are tried again after a delay.</summary>
    /// <param name="cycles">The cycles.</param>
    /// <param name="reason">Why, for a person.</param>
    /// <param name="problem">One of <see cref="AnchorProblem"/> if the cycles are stuck; null if they are not.</param>
    /// <param name="delay">When they are due again.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task<bool> NoteAsync(
        IReadOnlyList<PendingCycle> cycles, string reason, string? problem, TimeSpan delay, CancellationToken cancellationToken) =>
        UpdateAsync(
            $"""
            UPDATE ledger_outbox SET updated_at = now(), attempts = attempts + 1, last_error = $2, {Mark},
                next_attempt_at = now() + $4
            WHERE cycle_id = ANY($1) AND status IN ('pending', 'submitted')
            """, cancellationToken, IdsOf(cycles), reason, problem, delay);

    /// <summary>Delays a cycle that has not failed: it waits for something that passes by itself.</summary>
    /// <param name="cycle">The cycle.</param>
    /// <param name="delay">When it is due again.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task<bool> PostponeAsync(PendingCycle cycle, TimeSpan delay, CancellationToken cancellationToken) => UpdateAsync(
        "UPDATE ledger_outbox SET next_attempt_at = now() + $2 WHERE cycle_id = $1 AND status = 'pending'",
        cancellationToken, cycle.CycleId, delay);

    /// <summary>
    /// Stores on every cycle that is not sent why none is sent. A cycle that has the same problem keeps its text, so that a
    /// text with changing numbers does not rewrite all rows each time.
    /// </summary>
    /// <param name="reason">Why, for a person.</param>
    /// <param name="problem">One of <see cref="AnchorProblem"/>.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task<bool> MarkPendingAsync(string reason, string problem, CancellationToken cancellationToken) => UpdateAsync(
        """
        UPDATE ledger_outbox SET updated_at = now(), last_error = $1, stuck_since = coalesce(stuck_since, now()),
            stuck_reason = $2
        WHERE status = 'pending' AND stuck_reason IS DISTINCT FROM $2
        """, cancellationToken, reason, problem);

    /// <summary>Removes what <see cref="MarkPendingAsync"/> has stored on cycles that were not tried themselves.</summary>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task<bool> ClearPendingAsync(CancellationToken cancellationToken) => UpdateAsync(
        """
        UPDATE ledger_outbox SET updated_at = now(), last_error = NULL, stuck_since = NULL, stuck_reason = NULL
        WHERE status = 'pending' AND stuck_since IS NOT NULL AND attempts = 0
        """, cancellationToken);

    /// <summary>Removes the marks of cycles whose transaction the node has accepted.</summary>
    /// <param name="cycles">The cycles.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task<bool> ClearAsync(IReadOnlyList<PendingCycle> cycles, CancellationToken cancellationToken) => UpdateAsync(
        """
        UPDATE ledger_outbox SET updated_at = now(), last_error = NULL, stuck_since = NULL, stuck_reason = NULL
        WHERE cycle_id = ANY($1) AND status IN ('pending', 'submitted') AND last_error IS NOT NULL
        """, cancellationToken, IdsOf(cycles));

    /// <summary>The length and age of the outbox, and how many cycles are stuck.</summary>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task<OutboxState> StateAsync(CancellationToken cancellationToken)
    {
        await using var command = Command(
            """
            SELECT stuck_reason, count(*), greatest(now() - min(created_at), interval '0') FROM ledger_outbox
            WHERE status IN ('pending', 'submitted') GROUP BY stuck_reason
            """);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var (pending, oldest, stuck) = (0L, TimeSpan.Zero, new Dictionary<string, long>());
        while (await row.ReadAsync(cancellationToken))
        {
            pending += row.GetInt64(1);
            oldest = oldest > row.GetTimeSpan(2) ? oldest : row.GetTimeSpan(2);
            if (!row.IsDBNull(0))
            {
                stuck[row.GetString(0)] = row.GetInt64(1);
            }
        }

        return new OutboxState(pending, oldest, stuck);
    }
}
