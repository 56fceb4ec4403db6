using System.Text.Json;
using Choir.Contracts.Threads;
using Npgsql;
using NpgsqlTypes;

namespace Choir.Storage;

/// <content>Events.</content>
public sealed partial class ThreadStore
{
    /// <summary>The events of a thread after a given one, in order.</summary>
    /// <param name="threadId">The thread.</param>
    /// <param name="afterId">The number of the last known event; 0 for none.</param>
    /// <param name="limit">How many at most, up to <see cref="MaxPage"/>.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task<IReadOnlyList<ThreadEvent>> EventsAfterAsync(
        string threadId, long afterId, int limit, CancellationToken cancellationToken = default)
    {
        if (!ThreadIds.TryParse(threadId, out var thread))
        {
            return [];
        }

        await using var command = Command(
            """
            SELECT e.id, e.cycle_id, e.type, e.at,
                   CASE e.type
                       WHEN 'phase_completed' THEN e.data - 'number' || jsonb_build_object(
                           'status', p.status, 'output', p.output, 'operations', p.operations,
                           'startedAt', p.started_at, 'durationMs', p.duration_ms)
                       WHEN 'cycle_completed' THEN e.data || jsonb_build_object('result', c.result)
                       WHEN 'cycle_failed' THEN e.data || jsonb_build_object('error', c.error)
                       ELSE e.data
                   END
            FROM thread_events AS e
            LEFT JOIN cycles AS c ON c.cycle_id = e.cycle_id
            LEFT JOIN cycle_phases AS p ON p.cycle_id = e.cycle_id
                AND p.round = (e.data->>'round')::integer AND p.phase = (e.data->>'number')::smallint
            WHERE e.thread_id = $1 AND e.id > $2 ORDER BY e.id LIMIT $3
            """,
            thread,
            afterId,
            Math.Clamp(limit, 1, MaxPage));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var events = new List<ThreadEvent>();
        while (await reader.ReadAsync(cancellationToken))
        {
            events.Add(new ThreadEvent(
                reader.GetInt64(0),
                threadId,
                ThreadIds.Format(reader.GetGuid(1)),
                reader.GetString(2),
                JsonAt<JsonElement>(reader, 4),
                reader.GetFieldValue<DateTimeOffset>(3)));
        }

        return events;
    }

    /// <summary>The number of a thread's last event: 0 if it has none, null if there is no such thread.</summary>
    /// <param name="threadId">The thread.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task<long?> LastEventAsync(string threadId, CancellationToken cancellationToken = default)
    {
        if (!ThreadIds.TryParse(threadId, out var thread))
        {
            return null;
        }

        await using var command = Command("SELECT last_event FROM threads WHERE thread_id = $1", thread);
        return await command.ExecuteScalarAsync(cancellationToken) as long?;
    }

    internal static async Task<IReadOnlyDictionary<Guid, long>> LastEventsAsync(
        NpgsqlConnection connection, Guid[] threads, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT thread_id, last_event FROM threads WHERE thread_id = ANY ($1)", connection);
        command.Parameters.Add(
            new NpgsqlParameter<Guid[]> { TypedValue = threads, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var last = new Dictionary<Guid, long>();
        while (await reader.ReadAsync(cancellationToken))
        {
            last[reader.GetGuid(0)] = reader.GetInt64(1);
        }

        return last;
    }
}
