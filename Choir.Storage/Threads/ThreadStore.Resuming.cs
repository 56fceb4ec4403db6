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
            SELECT cycle_id, correlation_id, trace_parent, content, round, accepted_at FROM cycles
            WHERE thread_id = $1 AND status = 'running' ORDER BY cycle_id
            """,
            thread);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var cycles = new List<RunningCycle>();
        while (await reader.ReadAsync(cancellationToken))
        {
            cycles.Add(new RunningCycle(
                threadId,
                reader.GetGuid(0),
                reader.GetGuid(1),
                TextAt(reader, 2),
                reader.GetString(3),
                reader.GetInt32(4),
                reader.GetFieldValue<DateTimeOffset>(5)));
        }

        return cycles;
    }

    /// <summary>The correlation id and traceparent of the request that submitted a cycle; null if there is no such cycle.</summary>
    /// <param name="cycleId">The cycle.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task<(Guid CorrelationId, string? TraceParent)?> OriginOfAsync(
        Guid cycleId, CancellationToken cancellationToken = default)
    {
        await using var command = Command("SELECT correlation_id, trace_parent FROM cycles WHERE cycle_id = $1", cycleId);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? (reader.GetGuid(0), TextAt(reader, 1)) : null;
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
