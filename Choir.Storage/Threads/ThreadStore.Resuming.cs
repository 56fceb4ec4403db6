using System.Text.Json;
using Choir.Contracts.Threads;

namespace Choir.Storage;

/// <content>Reads the data needed to resume a cycle.</content>
public sealed partial class ThreadStore
{
    /// <summary>The running cycles of a thread, oldest first.</summary>
    /// <param name="threadId">The thread.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task<IReadOnlyList<RunningCycle>> RunningCyclesAsync(
        string threadId, CancellationToken cancellationToken = default)
    {
        if (!ThreadIds.TryParse(threadId, out var thread))
        {
            return [];
        }

        await using var command = Command(
            """
            SELECT cycle_id, correlation_id, trace_parent, count(saved_at)::integer,
                   greatest(interval '0', now() - coalesce(max(saved_at), accepted_at))
            FROM cycles LEFT JOIN cycle_phases USING (cycle_id)
            WHERE thread_id = $1 AND cycles.status = 'running' GROUP BY cycle_id ORDER BY cycle_id
            """,
            thread);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var cycles = new List<RunningCycle>();
        while (await reader.ReadAsync(cancellationToken))
        {
            cycles.Add(new RunningCycle(
                reader.GetGuid(0), reader.GetGuid(1), TextAt(reader, 2), reader.GetInt32(3), reader.GetTimeSpan(4)));
        }

        return cycles;
    }

    /// <summary>How many phases each cycle has saved, in all its rounds; a cycle that has saved none is not in the result.</summary>
    /// <param name="cycleIds">The cycles.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task<IReadOnlyDictionary<Guid, int>> CountPhasesAsync(
        Guid[] cycleIds, CancellationToken cancellationToken = default)
    {
        await using var command = Command(
            "SELECT cycle_id, count(*)::integer FROM cycle_phases WHERE cycle_id = ANY ($1) GROUP BY cycle_id", cycleIds);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var counts = new Dictionary<Guid, int>();
        while (await reader.ReadAsync(cancellationToken))
        {
            counts[reader.GetGuid(0)] = reader.GetInt32(1);
        }

        return counts;
    }

    /// <summary>
    /// The completed cycles of a thread that are not in the ledger's outbox, oldest first: a host died after it had stored their
    /// results and before the ledger had accepted them.
    /// </summary>
    /// <param name="threadId">The thread.</param>
    /// <param name="limit">How many at most, up to <see cref="MaxPage"/>.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task<IReadOnlyList<UnsubmittedCycle>> UnsubmittedCyclesAsync(
        string threadId, int limit, CancellationToken cancellationToken = default)
    {
        if (!ThreadIds.TryParse(threadId, out var thread))
        {
            return [];
        }

        await using var command = Command(
            """
            SELECT cycle_id, cycle_hash, correlation_id, trace_parent FROM cycles
            WHERE thread_id = $1 AND status = 'completed' AND cycle_hash IS NOT NULL
                AND NOT EXISTS (SELECT FROM ledger_outbox WHERE ledger_outbox.cycle_id = cycles.cycle_id)
            ORDER BY cycle_id LIMIT $2
            """,
            thread,
            Math.Clamp(limit, 1, MaxPage));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var cycles = new List<UnsubmittedCycle>();
        while (await reader.ReadAsync(cancellationToken))
        {
            cycles.Add(new UnsubmittedCycle(
                reader.GetGuid(0), Convert.ToHexStringLower(reader.GetFieldValue<byte[]>(1)), reader.GetGuid(2), TextAt(reader, 3)));
        }

        return cycles;
    }

    /// <summary>The finished phases of a cycle, of all its rounds, in order.</summary>
    /// <param name="cycleId">The cycle.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task<IReadOnlyList<SavedPhase>> GetPhasesAsync(Guid cycleId, CancellationToken cancellationToken = default)
    {
        await using var command = Command(
            """
            SELECT round, phase, status, output, operations, payload, started_at, duration_ms FROM cycle_phases
            WHERE cycle_id = $1 ORDER BY round, phase
            """,
            cycleId);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var phases = new List<SavedPhase>();
        while (await reader.ReadAsync(cancellationToken))
        {
            phases.Add(new SavedPhase(
                cycleId,
                reader.GetInt32(0),
                (Phase)reader.GetInt16(1),
                reader.GetString(2) == "completed" ? PhaseStatus.Completed : PhaseStatus.Failed,
                TextAt(reader, 3),
                JsonAt<IReadOnlyList<ContextOperation>>(reader, 4) ?? [],
                JsonAt<JsonElement?>(reader, 5),
                reader.GetFieldValue<DateTimeOffset>(6),
                reader.GetDouble(7)));
        }

        return phases;
    }
}
