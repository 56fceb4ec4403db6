using Choir.Contracts.Threads;
using Choir.Storage;
using Choir.Tests.Support;
using Npgsql;

namespace Choir.Tests.Integration.Ledger;

/// <summary>The statements of the outbox and of the contracts' table on Postgres.</summary>
public sealed class LedgerOutboxTests(DatabaseFixture database, PostgresFixture postgres) : IClassFixture<DatabaseFixture>
{
    private static readonly SignedTransaction First = new(1, "0x" + new string('1', 64), "0x01");
    private static readonly SignedTransaction Second = new(1, "0x" + new string('2', 64), "0x02");

    private readonly LedgerOutbox _outbox = new(database.DataSource);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_host_that_is_late_changes_neither_a_confirmed_cycle_nor_another_transaction()
    {
        var (cycle, contract) = await SubmittedAsync(First);
        var late = new SubmittedTransaction(First, contract.Id, [cycle], [cycle]);
        Assert.True(await _outbox.ReplaceAsync(late, Second, Cancellation));
        Assert.Null(await _outbox.ReleaseAsync([cycle], First, "late", null, TimeSpan.Zero, Cancellation));
        Assert.False(await _outbox.ReplaceAsync(late, Second, Cancellation));
        Assert.Equal(["submitted", Second.Hash], await RowAsync(cycle));

        var anchor = new Anchor(Second.Hash, 5, "0xb5", 50_000);
        Assert.Single(await _outbox.ConfirmAsync([new RecordedCycle(cycle, anchor)], contract, Cancellation));
        Assert.Null(await _outbox.ReleaseAsync([cycle], Second, "late", null, TimeSpan.Zero, Cancellation));
        Assert.False(await _outbox.NoteAsync([cycle], "late, with \0 and half a pair \ud800", AnchorProblem.Refused, TimeSpan.Zero, Cancellation));
        Assert.Null(await _outbox.FailAsync(cycle, "late", Cancellation));
        Assert.False(await _outbox.ReopenAsync(new AnchoredCycle(cycle, contract.Id, First.Hash, 5, "0xb5"), "late", Cancellation));
        Assert.Equal(["confirmed", Second.Hash], await RowAsync(cycle));
    }

    [Fact]
    public async Task A_completed_cycle_is_stored_once_and_another_one_is_not()
    {
        var store = new ThreadStore(database.DataSource);
        var (thread, cycle) = (ThreadIds.New(TimeProvider.System), Guid.CreateVersion7());
        await store.CreateThreadAsync(thread, Cancellation);
        await store.AcceptInputAsync(thread, new SubmitInput("Ice is cold."), cycle, cycle, null, Cancellation);
        Assert.False(await AddAsync(LedgerTestBed.HashOf(cycle)));

        var hash = Convert.FromHexString(LedgerTestBed.HashOf(cycle)[2..]);
        await store.CompleteCycleAsync(cycle, new CycleResult("Yes.", []), hash, Cancellation);
        Assert.False(await AddAsync(LedgerTestBed.HashOf(Guid.CreateVersion7())));
        Assert.True(await AddAsync(LedgerTestBed.HashOf(cycle)));
        Assert.True(await AddAsync(LedgerTestBed.HashOf(cycle)));
        var stored = Assert.Single(await _outbox.ListDueAsync(1_000, Cancellation), one => one.CycleId == cycle);
        Assert.Equal((Guid.Parse(thread), LedgerTestBed.HashOf(cycle), null), (stored.ThreadId, stored.CycleHash, stored.TraceParent));

        Task<bool> AddAsync(string ofHash) => _outbox.AddAsync(Guid.Parse(thread), cycle, ofHash, null, Cancellation);
    }

    [Fact]
    public async Task Cycles_of_one_transaction_are_listed_with_its_bytes_and_only_those_that_are_due_are_due()
    {
        var (first, contract) = await SubmittedAsync(First with { Hash = "0xbatch", Nonce = 7 });
        var (second, _) = await SubmittedAsync(First with { Hash = "0xbatch", Nonce = 7 });
        await _outbox.NoteAsync([second], "odd", null, TimeSpan.FromHours(1), Cancellation);

        var entry = Assert.Single(await _outbox.ListSubmittedAsync(Cancellation), one => one.Transaction.Hash == "0xbatch");
        Assert.Equal(First with { Hash = "0xbatch", Nonce = 7 }, entry.Transaction);
        Assert.Equal(contract.Id, entry.ContractId);
        Assert.Equal([first.CycleId, second.CycleId], entry.Cycles.Select(cycle => cycle.CycleId));
        Assert.Equal(first.CycleId, Assert.Single(entry.Due).CycleId);
        Assert.Single(await _outbox.ListNoncesAsync(Cancellation), nonce => nonce == 7);
    }

    [Fact]
    public async Task A_reopened_cycle_starts_with_no_attempts_and_a_postponed_one_counts_none()
    {
        var (cycle, contract) = await SubmittedAsync(First);
        await _outbox.NoteAsync([cycle], "odd", null, TimeSpan.Zero, Cancellation);
        await _outbox.ConfirmAsync([new RecordedCycle(cycle, new Anchor(First.Hash, 5, "0xb5", 50_000))], contract, Cancellation);
        Assert.True(await _outbox.ReopenAsync(new AnchoredCycle(cycle, contract.Id, First.Hash, 5, "0xb5"), "lost", Cancellation));
        Assert.Equal(0, Assert.Single(await _outbox.ListDueAsync(100, Cancellation), IsCycle).Attempts);

        Assert.True(await _outbox.PostponeAsync(cycle, TimeSpan.FromHours(1), Cancellation));
        Assert.DoesNotContain(await _outbox.ListDueAsync(100, Cancellation), IsCycle);
        Assert.True(await _outbox.PostponeAsync(cycle, TimeSpan.Zero, Cancellation));
        Assert.Equal(0, Assert.Single(await _outbox.ListDueAsync(100, Cancellation), IsCycle).Attempts);

        bool IsCycle(PendingCycle one) => one.CycleId == cycle.CycleId;
    }

    [Fact]
    public async Task A_cycle_remembers_its_earlier_transactions_and_not_more_than_thirty_two()
    {
        var (cycle, contract) = await SubmittedAsync(First);
        var transaction = First;
        for (var number = 100; number < 140; number++)
        {
            var next = new SignedTransaction(1, $"0x{number:d64}", "0x");
            Assert.True(await _outbox.ReplaceAsync(new SubmittedTransaction(transaction, contract.Id, [cycle], [cycle]), next, Cancellation));
            transaction = next;
        }

        var stored = Assert.Single(
            (await _outbox.ListSubmittedAsync(Cancellation)).SelectMany(entry => entry.Cycles), one => one.CycleId == cycle.CycleId);
        Assert.Equal(Enumerable.Range(107, 32).Select(number => $"0x{number:d64}"), stored.EarlierHashes);
    }

    [Fact]
    public async Task A_stuck_cycle_is_shown_as_stuck_with_its_reason()
    {
        var store = new ThreadStore(database.DataSource);
        var (thread, cycle) = (ThreadIds.New(TimeProvider.System), Guid.CreateVersion7());
        await store.CreateThreadAsync(thread, Cancellation);
        await store.AcceptInputAsync(thread, new SubmitInput("Ice is cold."), cycle, cycle, null, Cancellation);
        await store.CompleteCycleAsync(cycle, new CycleResult("Yes.", []), new byte[32], Cancellation);
        await LedgerTestBed.InsertAsync(database.DataSource, Guid.Parse(thread), cycle);

        await _outbox.MarkPendingAsync("The account 0xa cannot pay.", AnchorProblem.NoFunds, Cancellation);
        var stuck = (await store.GetCycleAsync(thread, ThreadIds.Format(cycle), Cancellation))!.Anchor!;
        Assert.Equal((AnchorStatus.Stuck, "The account 0xa cannot pay."), (stuck.Status, stuck.Error));
        Assert.Equal(AnchorStatus.Stuck, (await store.GetThreadAsync(thread, null, 10, Cancellation))!.Cycles[0].Anchor);
        Assert.True((await _outbox.StateAsync(Cancellation)).Stuck[AnchorProblem.NoFunds] > 0);

        await _outbox.ClearPendingAsync(Cancellation);
        var pending = (await store.GetCycleAsync(thread, ThreadIds.Format(cycle), Cancellation))!.Anchor!;
        Assert.Equal((AnchorStatus.Pending, null), (pending.Status, pending.Error));
    }

    [Fact]
    public async Task Contracts_that_an_older_version_stored_for_each_first_block_become_one()
    {
        await using var source = NpgsqlDataSource.Create(await postgres.CreateDatabaseAsync(withSchema: false));
        await ExecuteAsync(source, Script("0030_ledger") + Script("0031_ledger_times") +
            """
            INSERT INTO ledger_contract (chain_id, genesis_hash, address, deployed_block, deployed_at)
            VALUES (31337, '0x1', '0xAb', 7, now()), (31337, '0x2', '0xAb', 3, now()), (31337, '0x3', '0xcd', 1, now()), (1, '0x1', '0xab', 9, now());
            INSERT INTO ledger_outbox (cycle_id, thread_id, cycle_hash, created_at, updated_at, next_attempt_at, contract_id)
            SELECT gen_random_uuid(), gen_random_uuid(), '0x' || repeat('0', 64), now(), now(), now(), id FROM ledger_contract;
            """ + Script("0032_ledger_chain"));

        var contracts = await new LedgerContractStore(source).ListAsync(31337, Cancellation);
        Assert.Equal([("0xab", 3L), ("0xcd", 1L)], contracts.Select(one => (one.Address, one.DeployedBlock)).Order());
        await using var count = source.CreateCommand("SELECT count(*) FROM ledger_outbox JOIN ledger_contract ON contract_id = id");
        Assert.Equal(4L, await count.ExecuteScalarAsync(Cancellation));
    }

    private static string Script(string name)
    {
        var assembly = typeof(LedgerOutbox).Assembly;
        var resource = Assert.Single(assembly.GetManifestResourceNames(), one => one.EndsWith(name + ".sql", StringComparison.Ordinal));
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }

    private static async Task ExecuteAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    private async Task<(PendingCycle Cycle, StoredContract Contract)> SubmittedAsync(SignedTransaction transaction)
    {
        var store = new LedgerContractStore(database.DataSource);
        await store.AddAsync(1, "0xc0de", 0, First, Cancellation);
        var contract = Assert.Single(await store.ListAsync(1, Cancellation));
        var id = Guid.CreateVersion7();
        await LedgerTestBed.InsertAsync(database.DataSource, Guid.CreateVersion7(), id);
        var cycle = Assert.Single(await _outbox.ListDueAsync(100, Cancellation), one => one.CycleId == id);
        Assert.True(await _outbox.MarkSubmittedAsync([cycle], contract, transaction, Cancellation));
        return (cycle, contract);
    }

    private async Task<string?[]> RowAsync(PendingCycle cycle)
    {
        await using var command = database.DataSource.CreateCommand("SELECT status, transaction_hash FROM ledger_outbox WHERE cycle_id = $1");
        command.Parameters.AddWithValue(cycle.CycleId);
        await using var row = await command.ExecuteReaderAsync(Cancellation);
        Assert.True(await row.ReadAsync(Cancellation));
        return [row.GetString(0), row[1] as string];
    }
}
