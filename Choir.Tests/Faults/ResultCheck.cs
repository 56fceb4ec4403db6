using System.Globalization;
using Choir.Tests.Support;
using Npgsql;

namespace Choir.Tests.Faults;

/// <summary>Holds every stored input against its result, its history and the chain.</summary>
internal sealed class ResultCheck(FaultBed bed)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(3);

    /// <summary>
    /// Waits until everything that was stored is completed and recorded on the chain, or fails with what is missing. An anchor that a
    /// reorganisation has undone counts as missing, also while its row still says that it is confirmed.
    /// </summary>
    public async Task EverythingEndsAsync()
    {
        IReadOnlyList<string> unfinished = [];
        await Eventually.GivesAsync<object>(
            "every stored input to be completed and anchored",
            async () => (unfinished = await UnfinishedAsync()).Count == 0 ? this : null,
            Timeout,
            () => $"\n{string.Join('\n', unfinished.Take(20))}\n{bed.Logs()}");
    }

    /// <summary>What was told or recorded wrongly; empty if nothing was.</summary>
    /// <param name="accepted">The inputs that the gateway has accepted.</param>
    public async Task<IReadOnlyList<string>> MistakesAsync(IReadOnlyCollection<AcceptedInput> accepted)
    {
        var mistakes = new List<string>();
        var stored = (await RowsAsync("SELECT cycle_id::text FROM cycles")).ToHashSet();
        mistakes.AddRange(accepted.Where(input => !stored.Contains(input.CycleId.ToString()))
            .Select(input => $"Accepted, but not stored: {input.CycleId}"));
        mistakes.AddRange(await RowsAsync(
            """
            SELECT 'Ended ' || count(thread_events.id) || ' times: ' || cycles.cycle_id
            FROM cycles LEFT JOIN thread_events
                ON thread_events.cycle_id = cycles.cycle_id AND type IN ('cycle_completed', 'cycle_failed')
            GROUP BY cycles.cycle_id HAVING count(thread_events.id) <> 1
            """));
        mistakes.AddRange(await RowsAsync(
            """
            SELECT 'Phases of round 0: ' || count(thread_events.id) || ' of ' || cycles.cycle_id
            FROM cycles LEFT JOIN thread_events
                ON thread_events.cycle_id = cycles.cycle_id AND type = 'phase_completed' AND (data ->> 'round')::integer = 0
            GROUP BY cycles.cycle_id HAVING count(thread_events.id) <> 6
            """));
        mistakes.AddRange(await RowsAsync("SELECT 'Failed: ' || cycle_id || ': ' || error FROM cycles WHERE status = 'failed'"));

        var onChain = (await RecordedAsync()).CountBy(record => record.Hash).ToDictionary();
        var hashes = (await RowsAsync("SELECT cycle_hash FROM ledger_outbox")).ToHashSet();
        mistakes.AddRange(hashes.Where(hash => onChain.GetValueOrDefault(hash) != 1)
            .Select(hash => $"Recorded {onChain.GetValueOrDefault(hash)} times on the chain: {hash}"));
        mistakes.AddRange(onChain.Keys.Where(hash => !hashes.Contains(hash)).Select(hash => $"On the chain, but not in the outbox: {hash}"));
        mistakes.AddRange((await RowsAsync("SELECT id::text FROM ledger_contract")).Skip(1).Select(id => $"A further contract: {id}"));
        return mistakes;
    }

    private async Task<IReadOnlyList<string>> UnfinishedAsync()
    {
        try
        {
            var running = await RowsAsync(
                """
                SELECT concat_ws(' ', cycle_id, cycles.status, 'anchor', ledger_outbox.status, last_error)
                FROM cycles LEFT JOIN ledger_outbox USING (cycle_id)
                WHERE cycles.status = 'running' OR (cycles.status = 'completed' AND ledger_outbox.status IS DISTINCT FROM 'confirmed')
                ORDER BY cycle_id
                """);
            if (running.Count > 0)
            {
                return running;
            }

            var onChain = (await RecordedAsync()).Select(record => record.ToString()).ToHashSet();
            var told = await RowsAsync("SELECT concat_ws(' ', cycle_hash, 'in', transaction_hash, 'of block', block_number) FROM ledger_outbox");
            return [.. told.Where(anchor => !onChain.Contains(anchor)).Select(anchor => $"Not on the chain: {anchor}")];
        }
        catch (NpgsqlException e)
        {
            return [e.Message];
        }
    }

    private async Task<List<string>> RowsAsync(string sql)
    {
        await using var command = bed.DirectDatabase.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
        {
            rows.Add(reader.GetString(0));
        }

        return rows;
    }

    /// <summary>What the chain has recorded, over all contracts.</summary>
    private async Task<List<Record>> RecordedAsync()
    {
        var logs = await bed.AskNodeAsync("eth_getLogs", new { fromBlock = "earliest", toBlock = "latest" });
        return [.. logs.EnumerateArray().Select(log => new Record(
            log.GetProperty("topics")[1].GetString()!,
            log.GetProperty("transactionHash").GetString()!,
            Convert.ToInt64(log.GetProperty("blockNumber").GetString(), 16)))];
    }

    private sealed record Record(string Hash, string Transaction, long Block)
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Hash} in {Transaction} of block {Block}");
    }
}
