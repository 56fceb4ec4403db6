using Choir.Storage;
using Choir.Tests.Support;
using Choir.Tests.Support.Hostile;

namespace Choir.Tests.Integration.Ledger;

/// <summary>Transactions that record several cycles.</summary>
public sealed class LedgerBatchTests(PostgresFixture postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Cycles_that_wait_together_are_one_transaction_and_share_its_gas()
    {
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        var host = bed.StartHost();
        using var measured = new Measurements(host.Meters);
        var cycles = await bed.AnchorAsync(host, 70);

        await bed.AssertOnChainOnceAsync(cycles);
        var transactions = (await bed.RowsAsync(cycles)).GroupBy(row => row.TransactionHash!).ToList();
        Assert.Equal([64, 6], transactions.Select(rows => rows.Count()));
        // The deployment had nonce 0.
        Assert.Equal([1, 2], transactions.Select(rows => rows.First().Nonce));
        foreach (var rows in transactions)
        {
            var receipt = await host.Node.ReceiptAsync(rows.Key);
            Assert.Equal((long)receipt!.GasUsed.Value, rows.Sum(row => row.GasUsed));
            Assert.InRange(rows.Max(row => row.GasUsed!.Value) - rows.Min(row => row.GasUsed!.Value), 0, 1);
        }

        Assert.Equal(["ok", "ok"], measured.Of("blockchain.transaction.time")
            .Where(time => time.Tags["transaction.type"] == "record").Select(time => time.Tags["outcome"]));
        Assert.Equal(
            transactions.Sum(rows => rows.Sum(row => row.GasUsed)),
            (long)measured.Of("blockchain.gas.used").Where(gas => gas.Tags["transaction.type"] == "record").Sum(gas => gas.Value));
        Assert.Equal(2, Calls(measured, "recordMany"));
        Assert.Equal(0, Calls(measured, "record"));
    }

    [Fact]
    public async Task A_transaction_uses_at_most_half_of_a_blocks_gas()
    {
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        var host = bed.StartHost();
        await host.Contracts.AttachAsync(Cancellation);
        await bed.AnvilAsync("evm_setBlockGasLimit", "0x493e0");
        await bed.AnvilAsync("evm_mine");

        var cycles = await bed.AnchorAsync(host, 12);
        await bed.AssertOnChainOnceAsync(cycles);
        Assert.Equal([5, 5, 2], (await bed.RowsAsync(cycles)).GroupBy(row => row.TransactionHash).Select(rows => rows.Count()));
    }

    [Theory]
    [InlineData("eth_estimateGas")]
    [InlineData("eth_sendRawTransaction")]
    public async Task A_cycle_that_the_node_refuses_does_not_hold_up_those_of_its_transaction(string method)
    {
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        await using var node = await HostileNode.StartAsync(bed.Anvil.Url);
        var host = bed.StartHost(("Url", node.Url.ToString()));
        var cycles = await LedgerTestBed.AddAsync(host, 20);
        node.On(method, call => call.Request.ToJsonString().Contains(LedgerTestBed.HashOf(cycles[7])[2..], StringComparison.Ordinal)
            ? Answer.Error(-32000, "this cycle is not served")(call)
            : call.PassAsync());

        Guid[] others = [.. cycles.Where(cycle => cycle != cycles[7])];
        await bed.ConfirmedAsync(host, others);
        var refused = await bed.RowAsync(host, cycles[7], "the reason", row => row.StuckReason is not null);
        Assert.Equal(("pending", AnchorProblem.Refused), (refused.Status, refused.StuckReason));
        Assert.Contains("this cycle is not served", refused.LastError, StringComparison.Ordinal);
        await bed.AssertOnChainOnceAsync(others);
        Assert.True((await bed.RowsAsync(others)).DistinctBy(row => row.TransactionHash).Count() < others.Length);

        node.Reset();
        await bed.ConfirmedAsync(host, cycles[7]);
        await bed.AssertOnChainOnceAsync(cycles);
    }

    [Fact]
    public async Task The_cycles_of_a_reverted_transaction_go_on_singly()
    {
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        await using var node = await HostileNode.StartAsync(bed.Anvil.Url);
        var host = bed.StartHost(("Url", node.Url.ToString()), ("MaxCyclesPerTransaction", "10"));
        using var measured = new Measurements(host.Meters);
        await host.Contracts.AttachAsync(Cancellation);
        // Enough for one cycle, so that the transaction of ten has too little gas.
        node.On("eth_estimateGas", call => call.Request.ToJsonString().Length > 1_000
            ? Answer.Result("\"0x10000\"")(call)
            : call.PassAsync());

        var cycles = await bed.AnchorAsync(host, 10);
        await bed.AssertOnChainOnceAsync(cycles);
        var rows = await bed.RowsAsync(cycles);
        Assert.Equal(10, rows.DistinctBy(row => row.TransactionHash).Count());
        Assert.All(rows, row => Assert.Equal(1, row.Attempts));
        Assert.Equal(
            ["error", .. Enumerable.Repeat("ok", 10)],
            measured.Of("blockchain.transaction.time")
                .Where(time => time.Tags["transaction.type"] == "record").Select(time => time.Tags["outcome"]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task After_a_host_died_with_a_transaction_of_several_cycles_each_is_recorded_once(bool wasSent)
    {
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        var (cycles, transaction) = await DieAfterStoringAsync(bed, 3);
        var next = bed.StartHost();
        await next.Node.ConnectAsync();
        if (wasSent)
        {
            await next.Node.SendAsync(transaction);
        }

        var later = await bed.AnchorAsync(next);
        await bed.ConfirmedAsync(next, cycles);
        await bed.AssertOnChainOnceAsync([.. cycles, later]);
        Assert.All(await bed.RowsAsync(cycles), row => Assert.Equal(transaction.Hash, row.TransactionHash));
        Assert.Equal(3, await next.Node.MinedCountAsync());
    }

    [Theory]
    [InlineData("lost")]
    [InlineData("cut")]
    [InlineData("odd")]
    public async Task A_transaction_of_several_cycles_whose_answer_is_missing_is_mined_once(string answer)
    {
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        await using var node = await HostileNode.StartAsync(bed.Anvil.Url);
        var host = bed.StartHost(("Url", node.Url.ToString()));
        await host.Contracts.AttachAsync(Cancellation);
        var missing = answer switch
        {
            "lost" => Answer.Lost,
            "cut" => Answer.Cut,
            _ => Answer.Body("<html></html>", contentType: "text/html"),
        };
        node.On("eth_sendRawTransaction", missing, Answer.Pass);

        var cycles = await bed.AnchorAsync(host, 5);
        await bed.AssertOnChainOnceAsync(cycles);
        Assert.Single((await bed.RowsAsync(cycles)).DistinctBy(row => row.TransactionHash));
        Assert.Equal(2, await host.Node.MinedCountAsync());
    }

    [Fact]
    public async Task A_host_that_dies_while_it_gives_a_transaction_up_leaves_no_duplicate()
    {
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        var (cycles, transaction) = await DieAfterStoringAsync(bed, 4);
        // Half of its cycles are pending again, and the transaction is sent for the other half.
        await bed.ExecuteAsync(
            $"""
            UPDATE ledger_outbox SET status = 'pending', nonce = NULL, transaction_hash = NULL, raw_transaction = NULL
            WHERE cycle_id IN ('{cycles[0]}', '{cycles[1]}')
            """);

        var next = bed.StartHost();
        await bed.ConfirmedAsync(next, cycles);
        await bed.AssertOnChainOnceAsync(cycles);
        Assert.All(await bed.RowsAsync(cycles), row => Assert.Equal(transaction.Hash, row.TransactionHash));
    }

    [Fact]
    public async Task A_cycle_that_another_transaction_records_first_keeps_that_one_and_the_others_are_recorded()
    {
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        var host = bed.StartHost();
        var contract = (await host.Contracts.AttachAsync(Cancellation)).Current;
        await LedgerTestBed.AddAsync(host, 3);
        var pending = await host.Outbox.ListDueAsync(10, Cancellation);
        var fees = await host.Node.FeesAsync();
        var nonce = await host.Node.KnownCountAsync();
        var gas = await contract.GasOfRecordAsync(pending, fees);
        var first = await contract.SignRecordAsync([pending[0]], gas, nonce, fees);
        var batch = await contract.SignRecordAsync(pending, gas, nonce + 1, fees);
        await host.Node.SendAsync(first);
        Assert.True(await host.Outbox.MarkSubmittedAsync(pending, contract.Stored, batch, Cancellation));

        Guid[] cycles = [.. pending.Select(cycle => cycle.CycleId)];
        await bed.ConfirmedAsync(bed.StartHost(), cycles);
        await bed.AssertOnChainOnceAsync(cycles);
        var rows = await bed.RowsAsync(cycles);
        Assert.Equal([first.Hash, batch.Hash, batch.Hash], rows.Select(row => row.TransactionHash));
        Assert.Equal((long)(await host.Node.ReceiptAsync(batch.Hash))!.GasUsed.Value, rows[1].GasUsed + rows[2].GasUsed);
    }

    [Fact]
    public async Task A_recorded_cycle_is_found_and_those_that_wait_with_it_are_recorded_together()
    {
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        var host = bed.StartHost();
        var (recorded, transaction) = await bed.RecordedAndForgottenAsync(host);
        var others = await LedgerTestBed.AddAsync(host, 4);
        await bed.ConfirmedAsync(host, [recorded, .. others]);

        await bed.AssertOnChainOnceAsync([recorded, .. others]);
        Assert.Equal(transaction, (await bed.RowAsync(recorded)).TransactionHash);
        Assert.Single((await bed.RowsAsync(others)).DistinctBy(row => row.TransactionHash));
        Assert.Equal(3, await host.Node.MinedCountAsync());
    }

    [Fact]
    public async Task A_node_that_does_not_say_what_is_recorded_records_the_others_together()
    {
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        await using var node = await HostileNode.StartAsync(bed.Anvil.Url);
        var host = bed.StartHost(("Url", node.Url.ToString()));
        var (recorded, transaction) = await bed.RecordedAndForgottenAsync(host);
        var others = await LedgerTestBed.AddAsync(host, 4);
        node.On("eth_call", Answer.Unsupported, Answer.Pass);
        await bed.ConfirmedAsync(host, [recorded, .. others]);

        await bed.AssertOnChainOnceAsync([recorded, .. others]);
        Assert.Equal(transaction, (await bed.RowAsync(recorded)).TransactionHash);
        Assert.Single((await bed.RowsAsync(others)).DistinctBy(row => row.TransactionHash));
    }

    [Fact]
    public async Task The_cycles_of_a_transaction_that_a_reorganisation_removes_are_recorded_again_once()
    {
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        var host = bed.StartHost();
        await bed.AnchorAsync(host);
        var snapshot = await bed.AnvilAsync("evm_snapshot");
        var cycles = await bed.AnchorAsync(host, 6);
        var lost = Assert.Single((await bed.RowsAsync(cycles)).DistinctBy(row => row.TransactionHash));

        await bed.AnvilAsync("evm_revert", snapshot);
        await bed.MineAsync(3);
        await bed.OnChainAsync(host, cycles);
        await bed.AssertOnChainOnceAsync(cycles);
        var again = Assert.Single((await bed.RowsAsync(cycles)).DistinctBy(row => row.TransactionHash));
        Assert.NotEqual(lost.BlockNumber, again.BlockNumber);
    }

    [Fact]
    public async Task A_replaced_transaction_that_is_mined_in_place_of_its_replacement_confirms_its_cycles()
    {
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        var (cycles, transaction) = await DieAfterStoringAsync(bed, 3);
        var next = bed.StartHost();
        await next.Node.ConnectAsync();
        var entry = Assert.Single(await next.Outbox.ListSubmittedAsync(Cancellation));
        Assert.True(await next.Outbox.ReplaceAsync(entry, transaction with { Hash = "0x" + new string('b', 64) }, Cancellation));
        await next.Node.SendAsync(transaction);

        await bed.ConfirmedAsync(next, cycles);
        await bed.AssertOnChainOnceAsync(cycles);
        Assert.All(await bed.RowsAsync(cycles), row => Assert.Equal(transaction.Hash, row.TransactionHash));
        Assert.Equal(2, await next.Node.MinedCountAsync());
    }

    [Fact]
    public async Task A_cycle_that_cannot_be_stored_as_confirmed_does_not_hold_up_those_of_its_transaction()
    {
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        var host = bed.StartHost();
        var cycles = await LedgerTestBed.AddAsync(host, 5);
        await bed.ExecuteAsync(
            $"ALTER TABLE ledger_outbox ADD CONSTRAINT odd CHECK (cycle_id <> '{cycles[2]}' OR status <> 'confirmed')");
        Guid[] others = [.. cycles.Where(cycle => cycle != cycles[2])];
        await bed.ConfirmedAsync(host, others);
        await bed.RowAsync(host, cycles[2], "the reason", row => row.LastError is not null);

        await bed.ExecuteAsync("ALTER TABLE ledger_outbox DROP CONSTRAINT odd");
        await bed.ConfirmedAsync(host, cycles[2]);
        await bed.AssertOnChainOnceAsync(cycles);
        Assert.Single((await bed.RowsAsync(cycles)).DistinctBy(row => row.TransactionHash));
    }

    private static int Calls(Measurements measured, string method) =>
        (int)Assert.Single(measured.Look("blockchain.contract.calls"), call => call.Tags["method"] == method).Value;

    /// <summary>Simulates a host that dies after it stored the signed transaction of cycles.</summary>
    private static async Task<(Guid[] Cycles, SignedTransaction Transaction)> DieAfterStoringAsync(LedgerTestBed bed, int count)
    {
        var host = bed.StartHost();
        var contract = (await host.Contracts.AttachAsync(Cancellation)).Current;
        await LedgerTestBed.AddAsync(host, count);
        var pending = await host.Outbox.ListDueAsync(count, Cancellation);
        var fees = await host.Node.FeesAsync();
        var transaction = await contract.SignRecordAsync(
            pending, await contract.GasOfRecordAsync(pending, fees), await host.Node.KnownCountAsync(), fees);
        Assert.True(await host.Outbox.MarkSubmittedAsync(pending, contract.Stored, transaction, Cancellation));
        return ([.. pending.Select(cycle => cycle.CycleId)], transaction);
    }
}
