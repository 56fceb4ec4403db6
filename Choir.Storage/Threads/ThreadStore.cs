using System.Text.Json;
using Choir.Actors;
using Choir.Contracts;
using Choir.Contracts.Threads;
using Npgsql;
using NpgsqlTypes;

namespace Choir.Storage;

/// <summary>Threads, their cycles and events in Postgres.</summary>
/// <remarks>
/// Each change is one statement, and so one transaction, that also appends the event about it. Changes are idempotent: a
/// repeated change has no effect and appends no event.
/// </remarks>
public sealed partial class ThreadStore(NpgsqlDataSource dataSource)
{
    /// <summary>Creates a thread. Idempotent.</summary>
    /// <param name="threadId">Its id, in the format of <see cref="ThreadIds"/>.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>False if it existed before.</returns>
    /// <exception cref="ArgumentException">The id is invalid.</exception>
    public async Task<bool> CreateThreadAsync(string threadId, CancellationToken cancellationToken = default)
    {
        await using var command = Command("INSERT INTO threads (thread_id) VALUES ($1) ON CONFLICT DO NOTHING", ThreadIds.Parse(threadId));
        return await command.ExecuteNonQueryAsync(cancellationToken) > 0;
    }

    /// <summary>Whether a thread exists.</summary>
    /// <param name="threadId">The id; no thread exists for an invalid one.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task<bool> ThreadExistsAsync(string threadId, CancellationToken cancellationToken = default)
    {
        if (!ThreadIds.TryParse(threadId, out var id))
        {
            return false;
        }

        await using var command = Command("SELECT EXISTS (SELECT FROM threads WHERE thread_id = $1)", id);
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    /// <summary>Stores an input and its cycle as running. Appends the event <c>cycle_accepted</c>.</summary>
    /// <param name="threadId">The thread.</param>
    /// <param name="input">The input.</param>
    /// <param name="cycleId">The cycle's id, a UUIDv7. Repeating an id repeats the submission.</param>
    /// <param name="correlationId">The correlation id of the input and of all messages caused by it.</param>
    /// <param name="traceParent">The W3C traceparent of the request; null if it had none.</param>
    /// <param name="cancellationToken">Cancels the operation; whether the input was stored is then unknown.</param>
    /// <returns>
    /// The cycle; for a repeated idempotency key or cycle id, the existing one. Null if there is no such thread.
    /// </returns>
    /// <exception cref="UnstorableTextException">The content or the key contains U+0000.</exception>
    /// <exception cref="IdempotencyKeyReusedException">The key belongs to an input with another content.</exception>
    public async Task<InputAccepted?> AcceptInputAsync(
        string threadId,
        SubmitInput input,
        Guid cycleId,
        Guid correlationId,
        string? traceParent,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (!ThreadIds.TryParse(threadId, out var thread))
        {
            return null;
        }

        if (input.Content.Contains('\0', StringComparison.Ordinal))
        {
            throw new UnstorableTextException("The input");
        }

        if (input.IdempotencyKey?.Contains('\0', StringComparison.Ordinal) is true)
        {
            throw new UnstorableTextException("The idempotency key");
        }

        var traceId = TraceContext.Parse(traceParent).TraceId;
        await using var insert = Command(
            """
            WITH accepted AS (
                INSERT INTO cycles (thread_id, cycle_id, correlation_id, trace_parent, trace_id, idempotency_key, content)
                SELECT thread_id, $2, $3, $4, $5, $6, $7 FROM threads WHERE thread_id = $1 FOR KEY SHARE
                ON CONFLICT DO NOTHING
                RETURNING thread_id, cycle_id, correlation_id, trace_id
            )
            SELECT choir_append_thread_event(
                thread_id, cycle_id, 'cycle_accepted', jsonb_build_object('correlationId', correlation_id, 'traceId', trace_id))
            FROM accepted
            """,
            thread,
            cycleId,
            correlationId,
            Text(traceParent),
            Text(traceId),
            Text(input.IdempotencyKey),
            input.Content);
        return await insert.ExecuteScalarAsync(cancellationToken) is not null
            ? new InputAccepted(
                threadId, ThreadIds.Format(cycleId), correlationId.ToString(), traceId, CycleStatus.Running)
            : await AcceptedAsync(thread, cycleId, input, cancellationToken);
    }

    /// <summary>
    /// Stores a finished phase. Appends the event <c>phase_completed</c>. Idempotent by cycle, round and phase; has no effect
    /// after the cycle has ended.
    /// </summary>
    /// <param name="phase">The phase.</param>
    /// <param name="cancellationToken">Cancels the operation; whether the change was stored is then unknown.</param>
    /// <returns>Whether this call stored it.</returns>
    /// <exception cref="UnstorableTextException">The output, an operation or the payload contains U+0000.</exception>
    public async Task<bool> SavePhaseAsync(SavedPhase phase, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(phase);
        if (phase.Status is not (PhaseStatus.Completed or PhaseStatus.Failed))
        {
            throw new ArgumentException($"Only completed and failed phases can be saved; this one is {phase.Status}.", nameof(phase));
        }

        await using var command = Command(
            """
            WITH running AS (
                UPDATE cycles SET round = greatest(round, $2) WHERE cycle_id = $1 AND status = 'running'
                RETURNING thread_id, cycle_id
            ), saved AS (
                INSERT INTO cycle_phases (cycle_id, round, phase, status, output, operations, payload, started_at, duration_ms)
                SELECT cycle_id, $2, $3, $4, $5, $6, $7, $8, $9 FROM running
                ON CONFLICT DO NOTHING
                RETURNING round, phase
            )
            SELECT choir_append_thread_event(
                thread_id, cycle_id, 'phase_completed', jsonb_build_object('round', round, 'number', phase, 'phase', $10::text))
            FROM running CROSS JOIN saved
            """,
            phase.CycleId,
            phase.Round,
            (short)phase.Phase,
            phase.Status is PhaseStatus.Completed ? "completed" : "failed",
            Text(phase.Output),
            Jsonb(phase.Operations),
            Jsonb(phase.Payload),
            phase.StartedAt.ToUniversalTime(),
            phase.DurationMs,
            JsonNamingPolicy.CamelCase.ConvertName(phase.Phase.ToString()));
        return await ChangeAsync(command, $"The {phase.Phase} phase's output", cancellationToken) is not null;
    }

    /// <summary>Stores a cycle's result. Appends the event <c>cycle_completed</c>. Has no effect if the cycle has ended.</summary>
    /// <param name="cycleId">The cycle.</param>
    /// <param name="result">The answer.</param>
    /// <param name="cycleHash">The hash to anchor on the chain, 32 bytes.</param>
    /// <param name="cancellationToken">Cancels the operation; whether the change was stored is then unknown.</param>
    /// <returns>The time since the cycle was accepted, if this call ended it; null otherwise.</returns>
    /// <exception cref="UnstorableTextException">The answer contains U+0000.</exception>
    public async Task<TimeSpan?> CompleteCycleAsync(
        Guid cycleId, CycleResult result, ReadOnlyMemory<byte> cycleHash, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(result);
        await using var command = Command(
            """
            WITH ended AS (
                UPDATE cycles SET status = 'completed', result = $2, cycle_hash = $3, completed_at = now()
                WHERE cycle_id = $1 AND status = 'running'
                RETURNING thread_id, cycle_id, completed_at - accepted_at AS took
            )
            SELECT took, choir_append_thread_event(thread_id, cycle_id, 'cycle_completed', NULL) FROM ended
            """,
            cycleId,
            Jsonb(result),
            cycleHash.ToArray());
        return await ChangeAsync(command, "The result", cancellationToken) as TimeSpan?;
    }

    /// <summary>Ends a cycle without a result. Appends the event <c>cycle_failed</c>. Has no effect if the cycle has ended.</summary>
    /// <param name="cycleId">The cycle.</param>
    /// <param name="error">Why, for a person.</param>
    /// <param name="cancellationToken">Cancels the operation; whether the change was stored is then unknown.</param>
    /// <returns>The time since the cycle was accepted, if this call ended it; null otherwise.</returns>
    public async Task<TimeSpan?> FailCycleAsync(Guid cycleId, string error, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(error);
        await using var command = Command(
            """
            WITH ended AS (
                UPDATE cycles SET status = 'failed', error = $2, completed_at = now()
                WHERE cycle_id = $1 AND status = 'running'
                RETURNING thread_id, cycle_id, completed_at - accepted_at AS took
            )
            SELECT took, choir_append_thread_event(thread_id, cycle_id, 'cycle_failed', NULL) FROM ended
            """,
            cycleId,
            error.Replace('\0', '\u2400'));
        return await ChangeAsync(command, "The error", cancellationToken) as TimeSpan?;
    }

    private async Task<InputAccepted?> AcceptedAsync(
        Guid thread, Guid cycleId, SubmitInput input, CancellationToken cancellationToken)
    {
        await using var command = Command(
            """
            SELECT cycle_id, correlation_id, trace_id, status, content = $4 FROM cycles
            WHERE thread_id = $1 AND (cycle_id = $2 OR idempotency_key = $3)
            ORDER BY cycle_id = $2 DESC
            LIMIT 1
            """,
            thread,
            cycleId,
            Text(input.IdempotencyKey),
            input.Content);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            return null;
        }

        if (!reader.GetBoolean(4))
        {
            throw new IdempotencyKeyReusedException(input.IdempotencyKey ?? "", ThreadIds.Format(reader.GetGuid(0)));
        }

        return new InputAccepted(
            ThreadIds.Format(thread),
            ThreadIds.Format(reader.GetGuid(0)),
            reader.GetGuid(1).ToString(),
            await reader.IsDBNullAsync(2, cancellationToken) ? null : reader.GetString(2),
            Status(reader.GetString(3)));
    }

    // The first column of the returned row; null if nothing changed.
    private static async Task<object?> ChangeAsync(NpgsqlCommand command, string what, CancellationToken cancellationToken)
    {
        try
        {
            return await command.ExecuteScalarAsync(cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UntranslatableCharacter or PostgresErrorCodes.CharacterNotInRepertoire)
        {
            throw new UnstorableTextException(what, e);
        }
    }

    private NpgsqlCommand Command(string sql, params ReadOnlySpan<object> values)
    {
        var command = dataSource.CreateCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(value as NpgsqlParameter ?? new NpgsqlParameter { Value = value });
        }

        return command;
    }

    private static NpgsqlParameter<string?> Text(string? value) => new() { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Text };

    private static NpgsqlParameter Jsonb<T>(T value) => new()
    {
        Value = value is null ? DBNull.Value : JsonSerializer.SerializeToUtf8Bytes(value, ContractJson.Options),
        NpgsqlDbType = NpgsqlDbType.Jsonb,
    };

    private static CycleStatus Status(string status) => status switch
    {
        "running" => CycleStatus.Running,
        "completed" => CycleStatus.Completed,
        _ => CycleStatus.Failed,
    };
}
