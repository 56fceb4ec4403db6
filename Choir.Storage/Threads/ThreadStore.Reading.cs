using System.Text.Json;
using Choir.Contracts;
using Choir.Contracts.Threads;
using Npgsql;

namespace Choir.Storage;

/// <content>Reads threads and cycles.</content>
public sealed partial class ThreadStore
{
    /// <summary>The maximum number of rows on a page.</summary>
    public const int MaxPage = 200;

    private const int MaxBeginning = 200;

    private const string UnreadableResult = "Its stored result does not have the form that this version of Choir reads.";

    /// <summary>A page of threads, newest first.</summary>
    /// <param name="before">The cursor of the previous page; null for the first page. An invalid cursor gives an empty page.</param>
    /// <param name="limit">How many at most, up to <see cref="MaxPage"/>.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task<ThreadPage> ListThreadsAsync(string? before, int limit, CancellationToken cancellationToken = default)
    {
        if (!TryCursor(before, out var cursor))
        {
            return new ThreadPage([], null);
        }

        limit = Math.Clamp(limit, 1, MaxPage);
        await using var command = Command(
            """
            SELECT t.thread_id, t.created_at, c.number, c.last, f.beginning, f.accepted_at
            FROM (SELECT * FROM threads WHERE thread_id < $1 ORDER BY thread_id DESC LIMIT $2) AS t
            CROSS JOIN LATERAL (
                SELECT count(*)::integer AS number, max(accepted_at) AS last FROM cycles WHERE thread_id = t.thread_id) AS c
            LEFT JOIN LATERAL (
                SELECT left(content, $3) AS beginning, accepted_at FROM cycles
                WHERE thread_id = t.thread_id ORDER BY cycle_id LIMIT 1) AS f ON true
            ORDER BY t.thread_id DESC
            """,
            cursor,
            limit + 1,
            MaxBeginning);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var threads = new List<ThreadSummary>();
        while (await reader.ReadAsync(cancellationToken))
        {
            threads.Add(new ThreadSummary(
                ThreadIds.Format(reader.GetGuid(0)),
                reader.GetFieldValue<DateTimeOffset>(1),
                reader.GetInt32(2),
                TimeAt(reader, 3),
                TextAt(reader, 4),
                TimeAt(reader, 5)));
        }

        return new ThreadPage(Page(threads, limit), threads.Count > limit ? threads[limit - 1].ThreadId : null);
    }

    /// <summary>A thread with a page of its cycles, newest first.</summary>
    /// <param name="threadId">The thread.</param>
    /// <param name="before">The cursor of the previous page; null for the first page. An invalid cursor gives an empty page.</param>
    /// <param name="limit">How many cycles at most, up to <see cref="MaxPage"/>.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The thread; null if there is none.</returns>
    public async Task<ThreadView?> GetThreadAsync(
        string threadId, string? before, int limit, CancellationToken cancellationToken = default)
    {
        if (!ThreadIds.TryParse(threadId, out var thread))
        {
            return null;
        }

        await using var found = Command("SELECT created_at FROM threads WHERE thread_id = $1", thread);
        if (await found.ExecuteScalarAsync(cancellationToken) is not DateTime createdAt)
        {
            return null;
        }

        if (!TryCursor(before, out var cursor))
        {
            return new ThreadView(threadId, createdAt, [], null);
        }

        limit = Math.Clamp(limit, 1, MaxPage);
        await using var command = Command(
            """
            SELECT c.cycle_id, c.status, c.accepted_at, c.completed_at,
                   CASE WHEN a.stuck_since IS NULL THEN a.status ELSE 'stuck' END, left(c.content, $4)
            FROM cycles AS c LEFT JOIN ledger_outbox AS a ON a.cycle_id = c.cycle_id
            WHERE c.thread_id = $1 AND c.cycle_id < $2 ORDER BY c.cycle_id DESC LIMIT $3
            """,
            thread,
            cursor,
            limit + 1,
            MaxBeginning);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var cycles = new List<CycleSummary>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var status = Status(reader.GetString(1));
            cycles.Add(new CycleSummary(
                ThreadIds.Format(reader.GetGuid(0)),
                status,
                reader.GetFieldValue<DateTimeOffset>(2),
                TimeAt(reader, 3),
                status is CycleStatus.Completed ? Anchor(TextAt(reader, 4)) : null,
                reader.GetString(5)));
        }

        return new ThreadView(
            threadId, createdAt, Page(cycles, limit), cycles.Count > limit ? cycles[limit - 1].CycleId : null);
    }

    /// <summary>One cycle with its six phases and its anchor.</summary>
    /// <param name="threadId">The thread.</param>
    /// <param name="cycleId">The cycle.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The cycle; null if the thread has no such cycle.</returns>
    public async Task<CycleView?> GetCycleAsync(
        string threadId, string cycleId, CancellationToken cancellationToken = default)
    {
        if (!ThreadIds.TryParse(threadId, out var thread) || !ThreadIds.TryParse(cycleId, out var cycle))
        {
            return null;
        }

        await using var command = Command(
            """
            SELECT c.correlation_id, c.trace_id, c.status, c.content, c.accepted_at, c.completed_at, c.result, c.error,
                   c.cycle_hash, CASE WHEN a.stuck_since IS NULL THEN a.status ELSE 'stuck' END, a.transaction_hash,
                   a.block_number, a.gas_used, a.contract_address, a.last_error
            FROM cycles AS c LEFT JOIN ledger_outbox AS a ON a.cycle_id = c.cycle_id
            WHERE c.thread_id = $1 AND c.cycle_id = $2
            """,
            thread,
            cycle);
        CycleView view;
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            if (!await reader.ReadAsync(cancellationToken))
            {
                return null;
            }

            var status = Status(reader.GetString(2));
            var result = JsonAt<CycleResult>(reader, 6);
            view = new CycleView(
                threadId,
                cycleId,
                reader.GetGuid(0).ToString(),
                TextAt(reader, 1),
                status,
                reader.GetString(3),
                reader.GetFieldValue<DateTimeOffset>(4),
                TimeAt(reader, 5),
                [],
                result,
                status is CycleStatus.Completed ? AnchorAt(reader) : null,
                status is CycleStatus.Completed && result is null ? UnreadableResult : TextAt(reader, 7));
        }

        // Read after the cycle, so that a completed cycle never shows a pending phase.
        return view with { Phases = Phases(await GetPhasesAsync(cycle, cancellationToken)) };
    }

    /// <summary>The ids of the cycles of a thread that have neither completed nor failed.</summary>
    internal async Task<IReadOnlySet<string>> RunningIdsAsync(Guid thread)
    {
        await using var command = Command("SELECT cycle_id FROM cycles WHERE thread_id = $1 AND status = 'running'", thread);
        await using var reader = await command.ExecuteReaderAsync();
        var running = new HashSet<string>(StringComparer.Ordinal);
        while (await reader.ReadAsync())
        {
            running.Add(ThreadIds.Format(reader.GetGuid(0)));
        }

        return running;
    }

    // The six phases of the last round; a phase that is not saved is pending.
    private static PhaseView[] Phases(IReadOnlyList<SavedPhase> saved)
    {
        var round = saved.Count > 0 ? saved[^1].Round : 0;
        var finished = saved.Where(phase => phase.Round == round).ToDictionary(phase => phase.Phase);
        return Array.ConvertAll(
            Enum.GetValues<Phase>(),
            phase => finished.TryGetValue(phase, out var one)
                ? new PhaseView(phase, one.Status, one.Output, one.Operations, one.StartedAt, one.DurationMs)
                : new PhaseView(phase, PhaseStatus.Pending, null, [], null, null));
    }

    private static AnchorView AnchorAt(NpgsqlDataReader reader)
    {
        var status = Anchor(TextAt(reader, 9));
        return new AnchorView(
            status,
            TextAt(reader, 10),
            reader.IsDBNull(11) ? null : reader.GetInt64(11),
            reader.IsDBNull(12) ? null : reader.GetInt64(12),
            reader.IsDBNull(8) ? null : "0x" + Convert.ToHexStringLower(reader.GetFieldValue<byte[]>(8)),
            TextAt(reader, 13),
            status is AnchorStatus.Confirmed ? null : TextAt(reader, 14));
    }

    // A completed cycle that is not in the outbox yet is pending too.
    private static AnchorStatus Anchor(string? status) => status switch
    {
        null or "pending" => AnchorStatus.Pending,
        "submitted" => AnchorStatus.Submitted,
        "confirmed" => AnchorStatus.Confirmed,
        "failed" => AnchorStatus.Failed,
        "stuck" => AnchorStatus.Stuck,
        _ => throw new InvalidOperationException($"The outbox contains the unknown status '{status}'."),
    };

    private static bool TryCursor(string? before, out Guid cursor)
    {
        cursor = Guid.AllBitsSet;
        return before is null || ThreadIds.TryParse(before, out cursor);
    }

    private static List<T> Page<T>(List<T> rows, int limit) => rows.Count > limit ? rows[..limit] : rows;

    private static string? TextAt(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetString(column);

    private static DateTimeOffset? TimeAt(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);

    // Another version of Choir may have stored it in another form. It then counts as absent, so that its cycle can still be
    // shown, and continued.
    private static T? JsonAt<T>(NpgsqlDataReader reader, int column) =>
        JsonOf<T>(reader.IsDBNull(column) ? null : reader.GetFieldValue<byte[]>(column));

    private static T? JsonOf<T>(byte[]? json)
    {
        if (json is null)
        {
            return default;
        }

        try
        {
            return JsonSerializer.Deserialize<T>(json, ContractJson.Options);
        }
        catch (JsonException)
        {
            return default;
        }
    }
}
