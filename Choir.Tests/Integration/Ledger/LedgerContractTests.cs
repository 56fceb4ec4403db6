using Choir.ActorHost.Ledger;
using Choir.ActorHost.Ledger.Contract;
using Choir.Storage;
using Choir.Tests.Support;
using Choir.Tests.Support.Hostile;
using Nethereum.RPC.Eth.DTOs;

namespace Choir.Tests.Integration.Ledger;

/// <summary>The contract after restarts, on a new chain, and on a chain that returns to an older state.</summary>
public sealed class LedgerContractTests(PostgresFixture postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_restarted_host_uses_the_deployed_contract()
    {
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        var first = await bed.StartHost().Contracts.AttachAsync(Cancellation);
        var host = bed.StartHost();
        var second = await host.Contracts.AttachAsync(Cancellation);
        Assert.Equal(first.Current.Stored with { CodeHash = second.Current.Stored.CodeHash, Deployment = null }, second.Current.Stored);
        Assert.Equal(1, await host.Node.MinedCountAsync());
    }

    [Fact]
    public async Task A_chain_that_starts_empty_gets_a_new_contract_and_all_cycles()
    {
        await using var bed = await LedgerTestBed.CreateAsync(postgres, "--timestamp", "1700000000");
        var host = bed.StartHost();
        var old = await bed.AnchorAsync(host);
        await bed.AnvilAsync("evm_setAutomine", false);
        var sent = await LedgerTestBed.AddAsync(host);
        await bed.ReachesAsync(host, "submitted", sent);
        var port = bed.Anvil.Url.Port;
        await bed.Anvil.DisposeAsync();
        var waiting = await LedgerTestBed.AddAsync(host);
        await host.Pump.RunRoundAsync(Cancellation);
        bed.Anvil = await AnvilProcess.StartAsync(port, "--timestamp", "1700000001");

        await bed.OnChainAsync(host, old, sent, waiting);
        await bed.AssertOnChainOnceAsync(old, sent, waiting);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Anchors_that_the_chain_lost_are_submitted_again(bool contractIsLostToo)
    {
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        var host = bed.StartHost();
        var start = await bed.AnvilAsync("evm_snapshot");
        var kept = await bed.AnchorAsync(host, 3);
        var middle = await bed.AnvilAsync("evm_snapshot");
        var lost = await bed.AnchorAsync(host, 25);
        await bed.AnvilAsync("evm_revert", contractIsLostToo ? start : middle);

        var next = bed.StartHost();
        await bed.OnChainAsync(next, lost);
        await bed.AssertOnChainOnceAsync([.. kept, .. lost]);
    }
    [Theory]
    [InlineData("0x33")]
    [InlineData("0x6000600055")]
    public async Task Other_code_at_the_address_is_not_the_contract(string code)
    {
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        var contract = (await bed.StartHost().Contracts.AttachAsync(Cancellation)).Current.Stored;
        // The row of a deployment whose nonce another transaction has used.
        await bed.ExecuteAsync("UPDATE ledger_contract SET code_hash = NULL, raw_transaction = NULL");
        await bed.AnvilAsync("anvil_setCode", contract.Address, code);

        var host = bed.StartHost();
        var cycle = await bed.AnchorAsync(host);
        await bed.AssertOnChainOnceAsync(cycle);
        Assert.NotEqual(contract.Address, (await bed.RowAsync(cycle)).ContractAddress);
        Assert.Equal(2, await bed.ContractsAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_contract_of_the_first_version_is_used_and_records_one_cycle_in_a_transaction(bool isItsCodeHashKnown)
    {
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        var contract = (await bed.StartHost().Contracts.AttachAsync(Cancellation)).Current.Stored;
        var hash = isItsCodeHashKnown ? $"'{ChoirLedgerDeployment.HashOf(FirstChoirLedger.Code)}'" : "NULL";
        await bed.ExecuteAsync($"UPDATE ledger_contract SET code_hash = {hash}, raw_transaction = NULL");
        await bed.AnvilAsync("anvil_setCode", contract.Address, FirstChoirLedger.Code);

        var host = bed.StartHost();
        using var measured = new Measurements(host.Meters);
        var cycles = await bed.AnchorAsync(host, 12);
        await bed.AssertOnChainOnceAsync(cycles);
        var rows = await bed.RowsAsync(cycles);
        Assert.Equal(12, rows.DistinctBy(row => row.TransactionHash).Count());
        Assert.All(rows, row => Assert.Equal(contract.Address, row.ContractAddress));
        Assert.Equal(1, await bed.ContractsAsync());
        Assert.All(
            measured.Look("blockchain.contract.calls").Where(call => call.Tags["method"]!.EndsWith("Many", StringComparison.Ordinal)),
            call => Assert.Equal(0, call.Value));

        // It reverts a cycle that it has recorded: the record is found.
        await bed.ExecuteAsync("UPDATE ledger_outbox SET status = 'pending', transaction_hash = NULL, nonce = NULL, block_number = NULL");
        await bed.ConfirmedAsync(host, cycles);
        Assert.Equal(rows.Select(row => row.TransactionHash), (await bed.RowsAsync(cycles)).Select(row => row.TransactionHash));
    }

    [Fact]
    public async Task The_contract_records_each_of_many_cycles_once_and_refuses_lists_of_different_lengths()
    {
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        var host = bed.StartHost();
        var contract = (await host.Contracts.AttachAsync(Cancellation)).Current.Stored.Address;
        var handler = host.Node.Web3.Eth.GetContractTransactionHandler<RecordManyFunction>();
        Guid[] cycles = [Guid.CreateVersion7(), Guid.CreateVersion7()];
        foreach (var events in new[] { 2, 0 })
        {
            var receipt = await handler.SendRequestAndWaitForReceiptAsync(contract, Many(threads: 3), Cancellation);
            Assert.Equal((false, events), (receipt.HasErrors(), receipt.Logs.Length));
        }

        Assert.Single(await bed.FindAsync(contract, cycles[0]));
        Assert.Single(await bed.FindAsync(contract, cycles[1]));
        var refused = await Record.ExceptionAsync(() => handler.EstimateGasAsync(contract, Many(threads: 2)));
        Assert.True(LedgerContract.IsRevert(refused!), refused?.ToString());

        RecordManyFunction Many(int threads) => new()
        {
            CycleHashes = [HashOf(cycles[0]), HashOf(cycles[1]), HashOf(cycles[0])],
            ThreadHashes = [.. Enumerable.Repeat(new byte[32], threads)],
            Author = host.Node.Address,
        };

        static byte[] HashOf(Guid cycle) => Convert.FromHexString(LedgerTestBed.HashOf(cycle)[2..]);
    }

    [Fact]
    public async Task A_node_that_writes_code_in_upper_case_has_the_same_contract()
    {
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        await using var node = await HostileNode.StartAsync(bed.Anvil.Url);
        await bed.StartHost().Contracts.AttachAsync(Cancellation);
        node.On("eth_getCode", Answer.Changed(code => "0x" + ((string)code!)[2..].ToUpperInvariant()));

        var host = bed.StartHost(("Url", node.Url.ToString()));
        var cycle = await bed.AnchorAsync(host);
        await bed.AssertOnChainOnceAsync(cycle);
        Assert.Equal(1, await bed.ContractsAsync());
    }

    [Fact]
    public async Task A_deployment_that_is_mined_late_is_measured_and_logged_and_a_later_one_is_waited_for_again()
    {
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        await bed.AnvilAsync("evm_setAutomine", false);
        var empty = await bed.AnvilAsync("evm_snapshot");
        var host = bed.StartHost(("DeploymentTimeout", "00:00:01"));
        using var measured = new Measurements(host.Meters);
        using var logs = host.CollectLogs();
        var cycle = await LedgerTestBed.AddAsync(host);
        await bed.RowAsync(host, cycle, "the reason", row => row.StuckReason == AnchorProblem.Deployment);
        await bed.AnvilAsync("evm_mine");
        await bed.ReachesAsync(host, "submitted", cycle);
        Assert.Equal(["timeout", "ok"], Deployments());
        Assert.Equal("deploy", Assert.Single(measured.Of("blockchain.gas.used")).Tags["transaction.type"]);
        var deployed = Assert.Single(logs.Records, record => record.Event == "ledger_contract_deployed");
        Assert.EndsWith("block 1", deployed.Message, StringComparison.Ordinal);

        await bed.AnvilAsync("evm_revert", empty);
        await Eventually.HoldsAsync("the second deployment to be late", async () =>
        {
            await host.Pump.RunRoundAsync(Cancellation);
            return Deployments() is ["timeout", "ok", "timeout"];
        });

        List<string?> Deployments() => [.. measured.Of("blockchain.transaction.time")
            .Where(time => time.Tags["transaction.type"] == "deploy").Select(time => time.Tags["outcome"])];
    }

    [Theory]
    [InlineData("\"0x\"")]
    [InlineData("\"0x6001\"")]
    [InlineData("null")]
    public async Task A_node_that_has_mined_the_contract_but_does_not_return_its_code_gets_no_second_one(string code)
    {
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        await using var node = await HostileNode.StartAsync(bed.Anvil.Url);
        node.On("eth_getCode", Answer.Result(code));
        var host = bed.StartHost(("Url", node.Url.ToString()), ("DeploymentTimeout", "00:00:01"));
        var cycle = await LedgerTestBed.AddAsync(host);

        var row = await bed.RowAsync(host, cycle, "the reason", one => one.StuckReason == AnchorProblem.Deployment);
        Assert.Contains("does not have the contract's code", row.LastError, StringComparison.Ordinal);
        for (var round = 0; round < 3; round++)
        {
            await host.Pump.RunRoundAsync(Cancellation);
        }

        Assert.Equal(1, await bed.ContractsAsync());
        node.Reset();
        await bed.ConfirmedAsync(host, cycle);
        await bed.AssertOnChainOnceAsync(cycle);
    }
}
