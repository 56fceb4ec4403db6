using Choir.ServiceDefaults.Health;
using Choir.Storage;
using Choir.Tests.Support;
using Choir.Tests.Support.Hostile;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Choir.Tests.Integration.Ledger;

/// <summary>Nodes that refuse, and fees that rise: the reason is stored and shown, and other cycles go on.</summary>
public sealed class LedgerTroubleTests(PostgresFixture postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_transaction_whose_fees_become_too_low_is_replaced_under_its_nonce(int cyclesOfIt)
    {
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        var host = bed.StartHost(("MaxCyclesPerTransaction", $"{cyclesOfIt}"));
        var (cycles, before) = await WaitingForFeesAsync(bed, host);
        var after = await bed.RowAsync(host, cycles[0], "a replacement", row => row.TransactionHash != before.TransactionHash);
        await bed.AnvilAsync("evm_mine");
        await bed.ConfirmedAsync(host, cycles);

        Assert.Equal(before.Nonce, after.Nonce);
        await bed.AssertOnChainOnceAsync(cycles);
    }

    [Theory]
    [InlineData("insufficient funds for gas * price + value", 1)]
    [InlineData("this account is not served", 1)]
    [InlineData("this account is not served", 2)]
    public async Task A_cycle_keeps_its_nonce_while_the_node_refuses_a_replacement_and_has_the_replaced_transaction(
        string refusal, int cyclesOfIt)
    {
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        await using var node = await HostileNode.StartAsync(bed.Anvil.Url);
        var host = bed.StartHost(("Url", node.Url.ToString()), ("MaxCyclesPerTransaction", $"{cyclesOfIt}"));
        await host.Contracts.AttachAsync(Cancellation);
        await bed.AnvilAsync("evm_setAutomine", false);
        var cycles = await LedgerTestBed.AddAsync(host, 2);
        await bed.ReachesAsync(host, "submitted", cycles);
        var before = await bed.RowAsync(cycles[0]);
        // Not by anvil itself, which drops transactions whose fees become too low. Its estimates are for the pending block.
        node.On("eth_estimateGas", Answer.Result("\"0x10000\""));
        node.On("eth_gasPrice", Answer.Result("\"0x174876e801\""));
        node.On("eth_getBlockByNumber", Answer.Changed(block =>
        {
            block!["baseFeePerGas"] = "0x174876e800";
            return block;
        }));
        node.On("eth_sendRawTransaction", Answer.Error(-32000, refusal));
        var refused = await bed.RowAsync(host, cycles[0], "four attempts", row => row.Attempts >= 4);
        Assert.Equal(("submitted", before.Nonce), (refused.Status, refused.Nonce));
        Assert.Contains(refusal, refused.LastError, StringComparison.Ordinal);
        Assert.NotNull(refused.StuckReason);

        node.Reset();
        var late = await LedgerTestBed.AddAsync(host);
        await bed.RowAsync(host, cycles[1], "an accepted replacement", row => row.StuckReason is null);
        await bed.RowAsync(host, cycles[0], "an accepted replacement", row => row.StuckReason is null);
        await bed.AnvilAsync("evm_setAutomine", true);
        await bed.AnvilAsync("evm_mine");
        await bed.ConfirmedAsync(host, [.. cycles, late]);
        Assert.Equal(before.Nonce, (await bed.RowAsync(cycles[0])).Nonce);
        await bed.AssertOnChainOnceAsync([.. cycles, late]);
        Assert.Null(await host.Monitor.ProblemAsync(Cancellation));
    }

    [Theory]
    [InlineData(false, "confirmed")]
    [InlineData(true, "failed")]
    public async Task Ten_reverted_transactions_end_a_cycle_and_replaced_ones_do_not(bool areReverted, string status)
    {
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        await using var node = await HostileNode.StartAsync(bed.Anvil.Url);
        var host = bed.StartHost(("Url", node.Url.ToString()));
        await host.Contracts.AttachAsync(Cancellation);
        await bed.AnvilAsync("evm_setAutomine", false);
        var cycle = await LedgerTestBed.AddAsync(host);
        await bed.ReachesAsync(host, "submitted", cycle);
        var entry = Assert.Single(await host.Outbox.ListSubmittedAsync(Cancellation));
        var newest = entry.Transaction.Hash;
        for (var number = 0; number < 9; number++)
        {
            var earlier = entry.Transaction with { Hash = $"0x{number:d64}" };
            Assert.True(await host.Outbox.ReplaceAsync(entry, earlier, Cancellation));
            entry = entry with { Transaction = earlier };
        }

        Assert.True(await host.Outbox.ReplaceAsync(entry, entry.Transaction with { Hash = newest }, Cancellation));
        var none = new string('0', 64);
        node.On("eth_call", Answer.Result($"\"0x{none}\""));
        node.On("eth_getTransactionReceipt", call => (string?)call.Parameter(0) == newest || areReverted
            ? Answer.Result($"{{\"blockNumber\":\"0x1\",\"blockHash\":\"0x{none}\",\"gasUsed\":\"0x5208\",\"status\":\"0x0\",\"logs\":[]}}")(call)
            : Answer.Result("null")(call));
        await bed.RowAsync(host, cycle, "the revert", row => row.Attempts > 0 || row.Status == "failed");

        node.Reset();
        await bed.AnvilAsync("evm_setAutomine", true);
        await bed.AnvilAsync("evm_mine");
        await bed.ReachesAsync(host, status, cycle);
    }

    [Fact]
    public async Task Fees_above_the_limit_are_not_paid_and_the_cycle_says_so()
    {
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        var host = bed.StartHost(("MaxFeePerGas", "10"));
        var (cycles, before) = await WaitingForFeesAsync(bed, host);
        var late = await LedgerTestBed.AddAsync(host);
        var sent = await bed.RowAsync(host, cycles[0], "the reason", row => row.StuckReason is not null);
        var unsent = await bed.RowAsync(host, late, "the reason", row => row.StuckReason is not null);
        Assert.Equal(("submitted", before.TransactionHash, AnchorProblem.FeeLimit), (sent.Status, sent.TransactionHash, sent.StuckReason));
        Assert.Equal(("pending", AnchorProblem.FeeLimit), (unsent.Status, unsent.StuckReason));
        Assert.Contains("Chain:MaxFeePerGas allows 10", sent.LastError, StringComparison.Ordinal);

        await bed.AnvilAsync("anvil_setNextBlockBaseFeePerGas", "0x3b9aca00");
        await bed.AnvilAsync("evm_setAutomine", true);
        await bed.AnvilAsync("evm_mine");
        await bed.ConfirmedAsync(host, [.. cycles, late]);
        Assert.Equal(before.TransactionHash, (await bed.RowAsync(cycles[0])).TransactionHash);
        Assert.Null(await host.Monitor.ProblemAsync(Cancellation));
    }

    [Fact]
    public async Task An_account_without_funds_on_a_new_chain_is_named_on_every_cycle_in_health_and_in_the_metric()
    {
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        var host = bed.StartHost();
        using var measured = new Measurements(host.Meters);
        await bed.AnvilAsync("anvil_setBalance", host.Node.Address, "0x0");
        var cycles = await LedgerTestBed.AddAsync(host, 2);
        foreach (var cycle in cycles)
        {
            var row = await bed.RowAsync(host, cycle, "the reason", one => one.StuckReason == AnchorProblem.NoFunds);
            Assert.Contains(host.Node.Address, row.LastError, StringComparison.Ordinal);
        }

        using var check = new EthereumNodeHealthCheck(
            Options.Create(new ChainHealthOptions { Url = bed.Url }), TimeProvider.System, host.Monitor);
        var health = await check.CheckHealthAsync(new HealthCheckContext(), Cancellation);
        Assert.Equal(HealthStatus.Degraded, health.Status);
        Assert.Contains(host.Node.Address, health.Description, StringComparison.Ordinal);
        await host.Gauges.RefreshAsync(Cancellation);
        Assert.Equal(2, Stuck(measured, AnchorProblem.NoFunds));

        await bed.AnvilAsync("anvil_setBalance", host.Node.Address, "0xde0b6b3a7640000");
        await bed.ConfirmedAsync(host, cycles);
        await bed.AssertOnChainOnceAsync(cycles);
        Assert.Equal(1, await bed.ContractsAsync());
        await host.Gauges.RefreshAsync(Cancellation);
        Assert.Equal(0, Stuck(measured, AnchorProblem.NoFunds));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_deployment_that_is_mined_late_is_found_by_the_next_host(bool feesRise)
    {
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        await bed.AnvilAsync("evm_setAutomine", false);
        var host = bed.StartHost(("DeploymentTimeout", "00:00:01"));
        var cycle = await LedgerTestBed.AddAsync(host);
        await bed.RowAsync(host, cycle, "the reason", row => row.StuckReason == AnchorProblem.Deployment);
        if (feesRise)
        {
            // The block does not contain the deployment: the next host replaces it under its nonce.
            await bed.AnvilAsync("anvil_setNextBlockBaseFeePerGas", "0x174876e800");
        }

        await bed.AnvilAsync("evm_mine");
        await bed.AnvilAsync("evm_setAutomine", true);

        var next = bed.StartHost();
        await bed.ConfirmedAsync(next, cycle);
        await bed.AssertOnChainOnceAsync(cycle);
        Assert.Equal(2, await next.Node.MinedCountAsync());
        Assert.Equal(1, await bed.ContractsAsync());
    }

    [Fact]
    public async Task A_node_without_pending_counts_and_with_small_blocks_anchors()
    {
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        await using var node = await HostileNode.StartAsync(bed.Anvil.Url);
        node.On("eth_getTransactionCount", call => (string?)call.Parameter(1) == "pending"
            ? Answer.Error(-32602, "unknown block tag", status: 400)(call)
            : call.PassAsync());
        node.On("eth_syncing", Answer.Unsupported);
        var host = bed.StartHost(("Url", node.Url.ToString()));
        await host.Contracts.AttachAsync(Cancellation);
        // The estimate fits into a block, a quarter more does not.
        await bed.AnvilAsync("evm_setBlockGasLimit", "0xd6d8");
        await bed.AnvilAsync("evm_mine");

        var cycles = await bed.AnchorAsync(host, 3);
        await bed.AssertOnChainOnceAsync(cycles);
    }

    [Fact]
    public async Task Odd_answers_delay_a_cycle_with_the_reason_and_it_is_anchored_once_when_they_end()
    {
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        await using var node = await HostileNode.StartAsync(bed.Anvil.Url);
        var host = bed.StartHost(("Url", node.Url.ToString()));
        await host.Contracts.AttachAsync(Cancellation);
        (string Method, NodeAnswer Answer, string Reason)[] odd =
        [
            ("eth_estimateGas", Answer.Result("null"), "eth_estimateGas without a number"),
            ("eth_getTransactionCount", Answer.Result("\"latest\""), "eth_getTransactionCount with \"latest\", not with a number"),
            ("eth_getTransactionReceipt", Without("gasUsed"), "eth_getTransactionReceipt without a number"),
            ("eth_getTransactionReceipt", call => Task.FromResult(call.With(200)), "neither a result nor an error"),
            ("eth_getTransactionReceipt", Answer.Result("\"0x1\""), "does not have the form that the protocol says"),
        ];
        var cycles = new List<Guid>();
        foreach (var (method, answer, reason) in odd)
        {
            node.On(method, answer);
            var cycle = await LedgerTestBed.AddAsync(host);
            await bed.RowAsync(host, cycle, reason, row => row.LastError?.Contains(reason, StringComparison.Ordinal) == true);
            node.Reset();
            await bed.ConfirmedAsync(host, cycle);
            cycles.Add(cycle);
        }

        // A receipt without a block is that of a transaction that waits.
        node.On("eth_getTransactionReceipt", Without("blockNumber"));
        var waiting = await LedgerTestBed.AddAsync(host);
        await bed.ReachesAsync(host, "submitted", waiting);
        await host.Pump.RunRoundAsync(Cancellation);
        Assert.Null((await bed.RowAsync(waiting)).LastError);
        node.Reset();
        await bed.ConfirmedAsync(host, waiting);

        // The hash is that of the transaction that was asked for.
        node.On("eth_getTransactionReceipt", Without("transactionHash"));
        var unnamed = await bed.AnchorAsync(host);
        await bed.AssertOnChainOnceAsync([.. cycles, waiting, unnamed]);
        Assert.Equal(1, await bed.ContractsAsync());
    }

    private static NodeAnswer Without(string field) => Answer.Changed(receipt =>
    {
        receipt?.AsObject().Remove(field);
        return receipt;
    });

    private static double Stuck(Measurements measured, string reason) =>
        Assert.Single(measured.Look("blockchain.outbox.stuck"), one => one.Tags["reason"] == reason).Value;

    /// <summary>Two cycles whose transactions the next block cannot contain, because the base fee has risen a hundredfold.</summary>
    private static async Task<(Guid[] Cycles, OutboxRow First)> WaitingForFeesAsync(LedgerTestBed bed, LedgerServices host)
    {
        await host.Contracts.AttachAsync(Cancellation);
        await bed.AnvilAsync("evm_setAutomine", false);
        var cycles = await LedgerTestBed.AddAsync(host, 2);
        await bed.ReachesAsync(host, "submitted", cycles);
        await bed.AnvilAsync("anvil_setNextBlockBaseFeePerGas", "0x174876e800");
        await bed.AnvilAsync("evm_mine");
        return (cycles, await bed.RowAsync(cycles[0]));
    }
}
