using Choir.ActorHost.Ledger;
using Choir.Storage;
using Choir.Tests.Support;
using Choir.Tests.Support.Hostile;

namespace Choir.Tests.Integration.Ledger;

/// <summary>The outbox and the pump on Postgres and a real chain.</summary>
public sealed class LedgerPumpTests(PostgresFixture postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_cycle_is_anchored_with_its_transaction_block_and_gas()
    {
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        var host = bed.StartHost();
        var cycle = await bed.AnchorAsync(host);

        await bed.AssertOnChainOnceAsync(cycle);
        var row = await bed.RowAsync(cycle);
        Assert.InRange(row.GasUsed!.Value, 40_000, 60_000);
        Assert.Null(row.LastError);
    }

    [Fact]
    public async Task Many_transactions_have_consecutive_nonces()
    {
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        var host = bed.StartHost(("MaxInFlight", "20"), ("MaxCyclesPerTransaction", "1"));
        var cycles = await bed.AnchorAsync(host, 70);

        await bed.AssertOnChainOnceAsync(cycles);
        var nonces = new List<long>();
        foreach (var cycle in cycles)
        {
            nonces.Add((await bed.RowAsync(cycle)).Nonce!.Value);
        }
        // The deployment had nonce 0.
        Assert.Equal(Enumerable.Range(1, 70).Select(number => (long)number), nonces);
    }

    [Fact]
    public async Task A_node_that_freezes_during_a_round_delays_anchors_and_duplicates_none()
    {
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        var host = bed.StartHost(("RpcTimeout", "00:00:00.5"), ("MaxInFlight", "5"), ("MaxCyclesPerTransaction", "3"));
        var before = await bed.AnchorAsync(host);

        var cycles = await LedgerTestBed.AddAsync(host, 40);
        var round = host.Pump.RunRoundAsync(Cancellation);
        await Eventually.HoldsAsync("some cycles to be submitted", async () =>
            await bed.CountAsync("submitted", cycles) + await bed.CountAsync("confirmed", cycles) > 0);
        bed.Anvil.Freeze();
        await round;
        var late = await LedgerTestBed.AddAsync(host);
        await host.Pump.RunRoundAsync(Cancellation);
        Assert.Equal("pending", (await bed.RowAsync(late)).Status);

        bed.Anvil.Continue();
        await bed.ConfirmedAsync(host, [.. cycles, late]);
        await bed.AssertOnChainOnceAsync([before, .. cycles, late]);
    }

    [Fact]
    public async Task After_a_host_died_before_sending_the_next_one_sends_the_same_transaction()
    {
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        var (cycle, transaction) = await DieAfterStoringAsync(bed);

        var next = bed.StartHost();
        await bed.ConfirmedAsync(next, cycle);
        await bed.AssertOnChainOnceAsync(cycle);
        Assert.Equal(transaction.Hash, (await bed.RowAsync(cycle)).TransactionHash);
    }

    [Fact]
    public async Task After_a_host_died_after_sending_the_next_one_sends_nothing()
    {
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        var (cycle, transaction) = await DieAfterStoringAsync(bed);
        var next = bed.StartHost();
        await next.Node.ConnectAsync();
        await next.Node.SendAsync(transaction);

        await bed.ConfirmedAsync(next, cycle);
        await bed.AssertOnChainOnceAsync(cycle);
        Assert.Equal(2, await next.Node.MinedCountAsync());
    }

    [Fact]
    public async Task A_transaction_whose_nonce_was_used_by_another_one_is_signed_again()
    {
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        var (cycle, transaction) = await DieAfterStoringAsync(bed);
        await bed.AnvilAsync("eth_sendTransaction", new
        {
            from = bed.StartHost().Node.Address,
            to = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
            value = "0x1",
            nonce = $"0x{transaction.Nonce:x}",
        });

        var next = bed.StartHost();
        await bed.ConfirmedAsync(next, cycle);
        await bed.AssertOnChainOnceAsync(cycle);
        Assert.NotEqual(transaction.Hash, (await bed.RowAsync(cycle)).TransactionHash);
    }

    [Fact]
    public async Task A_cycle_that_is_already_on_the_chain_is_confirmed_with_the_transaction_that_recorded_it()
    {
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        var (cycle, transaction) = await DieAfterStoringAsync(bed);
        var next = bed.StartHost();
        await next.Node.ConnectAsync();
        await next.Node.SendAsync(transaction);
        await using var forget = bed.Database.CreateCommand(
            "UPDATE ledger_outbox SET status = 'pending', transaction_hash = NULL, nonce = NULL, raw_transaction = NULL");
        await forget.ExecuteNonQueryAsync(Cancellation);

        await bed.ConfirmedAsync(next, cycle);
        await bed.AssertOnChainOnceAsync(cycle);
        Assert.Equal(transaction.Hash, (await bed.RowAsync(cycle)).TransactionHash);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_transaction_that_the_node_dropped_is_sent_again(int cyclesOfIt)
    {
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        var host = bed.StartHost(("MaxCyclesPerTransaction", $"{cyclesOfIt}"));
        await host.Contracts.AttachAsync(Cancellation);
        await bed.AnvilAsync("evm_setAutomine", false);
        var cycles = await LedgerTestBed.AddAsync(host, 3);
        await bed.ReachesAsync(host, "submitted", cycles);
        var first = await bed.RowAsync(cycles[0]);
        await bed.AnvilAsync("anvil_dropTransaction", first.TransactionHash!);
        await host.Pump.RunRoundAsync(Cancellation);
        await bed.AnvilAsync("evm_setAutomine", true);
        await bed.AnvilAsync("evm_mine");

        await bed.ConfirmedAsync(host, cycles);
        await bed.AssertOnChainOnceAsync(cycles);
        Assert.Equal(first.TransactionHash, (await bed.RowAsync(cycles[0])).TransactionHash);
    }

    [Fact]
    public async Task An_anchor_is_confirmed_after_the_configured_number_of_blocks()
    {
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        var host = bed.StartHost(("ConfirmationBlocks", "3"));
        var cycle = await LedgerTestBed.AddAsync(host);
        await bed.ReachesAsync(host, "submitted", cycle);
        await bed.AnvilAsync("evm_mine");
        await host.Pump.RunRoundAsync(Cancellation);
        Assert.Equal("submitted", (await bed.RowAsync(cycle)).Status);
        await bed.AnvilAsync("evm_mine");
        await bed.ConfirmedAsync(host, cycle);
    }

    [Fact]
    public async Task An_account_without_funds_delays_anchors_and_the_reason_is_stored()
    {
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        var host = bed.StartHost();
        await host.Contracts.AttachAsync(Cancellation);
        await bed.AnvilAsync("anvil_setBalance", host.Node.Address, "0x0");
        var cycle = await LedgerTestBed.AddAsync(host);
        await Eventually.HoldsAsync("the node's reason to be stored", async () =>
        {
            await host.Pump.RunRoundAsync(Cancellation);
            return (await bed.RowAsync(cycle)).LastError?.Contains("funds", StringComparison.OrdinalIgnoreCase) == true;
        });
        Assert.Equal("pending", (await bed.RowAsync(cycle)).Status);

        await bed.AnvilAsync("anvil_setBalance", host.Node.Address, "0xde0b6b3a7640000");
        await bed.ConfirmedAsync(host, cycle);
        await bed.AssertOnChainOnceAsync(cycle);
    }

    [Fact]
    public async Task A_round_under_steady_load_looks_for_the_contract_reviews_anchors_and_removes_old_marks()
    {
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        await using var node = await HostileNode.StartAsync(bed.Anvil.Url);
        var host = bed.StartHost(("Url", node.Url.ToString()));
        var marked = await LedgerTestBed.AddAsync(host);
        await host.Outbox.MarkPendingAsync("An earlier reason.", AnchorProblem.NoFunds, Cancellation);
        await bed.ExecuteAsync("UPDATE ledger_outbox SET next_attempt_at = now() + interval '1 hour'");
        var ends = new TaskCompletionSource();
        // Each cycle that is sent is followed by another one.
        node.On("eth_sendRawTransaction", async call =>
        {
            if (!ends.Task.IsCompleted)
            {
                await LedgerTestBed.AddAsync(host);
            }

            return await call.PassAsync();
        });
        await LedgerTestBed.AddAsync(host);
        var round = host.Pump.RunRoundAsync(Cancellation);
        await Eventually.HoldsAsync("the contract and its anchors to be looked at again, and the mark to be removed", async () =>
            node.Calls("eth_chainId") > 3 && node.Calls("eth_getBlockByNumber") > 20
            && (await bed.RowAsync(marked)).StuckReason is null);
        Assert.False(round.IsCompleted);
        ends.SetResult();
        await round;
    }

    /// <summary>Simulates a host that dies after it stored the signed transaction of a cycle.</summary>
    private static async Task<(Guid Cycle, SignedTransaction Transaction)> DieAfterStoringAsync(LedgerTestBed bed)
    {
        var host = bed.StartHost();
        var contract = (await host.Contracts.AttachAsync(Cancellation)).Current;
        await LedgerTestBed.AddAsync(host);
        var pending = Assert.Single(await host.Outbox.ListDueAsync(10, Cancellation));
        var fees = await host.Node.FeesAsync();
        var transaction = await contract.SignRecordAsync(
            [pending], await contract.GasOfRecordAsync([pending], fees), await host.Node.KnownCountAsync(), fees);
        Assert.True(await host.Outbox.MarkSubmittedAsync([pending], contract.Stored, transaction, Cancellation));
        return (pending.CycleId, transaction);
    }
}
