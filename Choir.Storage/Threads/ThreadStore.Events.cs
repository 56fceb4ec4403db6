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

        var page = new ThreadEventPage(new KnownEvent(afterId));
        await ReadAsync(page, threadId, thread, Math.Clamp(limit, 1, MaxPage), long.MaxValue, cancellationToken);
        return [.. page.Events];
    }

    /// <summary>Some of the events after a known one, and whether the thread still has that one.</summary>
    /// <param name="threadId">The thread.</param>
    /// <param name="known">The last known event.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="bytes">The size of their data from which on no further event is read.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    internal async Task<ThreadEventPage> PageAfterAsync(
        string threadId, KnownEvent known, int limit, long bytes, CancellationToken cancellationToken)
    {
        var page = new ThreadEventPage(known);
        var isStored = await ReadAsync(page, threadId, ThreadIds.Parse(threadId), limit, bytes, cancellationToken);
        if (isStored is null && known.Id > 0)
        {
            // Removed because of its age, or not written yet in this state of the database.
            var last = await LastEventAsync(threadId, cancellationToken);
            page.HasThread = last is not null;
            isStored = last >= known.Id;
        }

        page.Continues = isStored ?? known.Id == 0;
        return page;
    }

    // Returns whether the event with the known number is the known one; null if there is none with this number.
    private async Task<bool?> ReadAsync(
        ThreadEventPage page, string threadId, Guid thread, int limit, long bytes, CancellationToken cancellationToken)
    {
        // With the known event, but without its data.
        await using var command = Command(
            """
            SELECT e.id, e.cycle_id, e.type, e.at,
                   CASE WHEN e.id = $2 THEN NULL ELSE CASE e.type
                       WHEN 'phase_completed' THEN e.data - 'number' || jsonb_build_object(
                           'status', p.status, 'output', p.output, 'operations', p.operations,
                           'startedAt', p.started_at, 'durationMs', p.duration_ms)
                       WHEN 'cycle_completed' THEN e.data || jsonb_build_object('result', c.result)
                       WHEN 'cycle_failed' THEN e.data || jsonb_build_object('error', c.error)
                       ELSE e.data
                   END END
            FROM thread_events AS e
            LEFT JOIN cycles AS c ON c.cycle_id = e.cycle_id AND e.id > $2
            LEFT JOIN cycle_phases AS p ON p.cycle_id = e.cycle_id AND e.id > $2
                AND p.round = (e.data->>'round')::integer AND p.phase = (e.data->>'number')::smallint
            WHERE e.thread_id = $1 AND e.id >= $2 ORDER BY e.id LIMIT $3
            """,
            thread,
            page.Known.Id,
            limit + 1);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        bool? isKnown = null;
        var size = 0L;
        while (page.Events.Count < limit && await reader.ReadAsync(cancellationToken))
        {
            var (id, cycle, at) = (reader.GetInt64(0), ThreadIds.Format(reader.GetGuid(1)), reader.GetFieldValue<DateTimeOffset>(3));
            if (id == page.Known.Id)
            {
                isKnown = page.Known.Is(cycle, at);
                page.Known = new KnownEvent(id, cycle, at);
                continue;
            }

            if (size >= bytes)
            {
                page.IsCut = true;
                break;
            }

            var data = reader.IsDBNull(4) ? null : reader.GetFieldValue<byte[]>(4);
            size += data?.Length ?? 0;
            page.Events.Enqueue(new ThreadEvent(id, threadId, cycle, reader.GetString(2), JsonOf<JsonElement>(data), at));
        }

        return isKnown;
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
