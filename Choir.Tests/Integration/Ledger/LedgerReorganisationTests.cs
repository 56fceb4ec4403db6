using Choir.Tests.Support;
using Choir.Tests.Support.Hostile;

namespace Choir.Tests.Integration.Ledger;

/// <summary>Chains that replace their newest blocks.</summary>
public sealed class LedgerReorganisationTests(PostgresFixture postgres)
{
    /// <summary>The node's block with another hash.</summary>
    private static readonly NodeAnswer Forked = Answer.Changed(block =>
    {
        block!["hash"] = "0x" + new string('a', 64);
        return block;
    });

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_confirmed_cycle_that_a_reorganisation_removes_is_anchored_again()
    {
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        var host = bed.StartHost();
        using var measured = new Measurements(host.Meters);
        await bed.AnchorAsync(host);
        var snapshot = await bed.AnvilAsync("evm_snapshot");
        var first = await bed.AnchorAsync(host);
        var lost = await bed.RowAsync(first);
        Assert.Equal(0, Assert.Single(measured.Look("blockchain.reorgs")).Value);

        await bed.AnvilAsync("evm_revert", snapshot);
        var second = await LedgerTestBed.AddAsync(host);
        await bed.OnChainAsync(host, first, second);

        await bed.AssertOnChainOnceAsync(first, second);
        Assert.NotEqual(lost.TransactionHash, (await bed.RowAsync(first)).TransactionHash);
        Assert.Equal(1, Assert.Single(measured.Look("blockchain.reorgs")).Value);
    }

    [Fact]
    public async Task A_lost_anchor_is_found_although_the_chain_has_grown_beyond_the_depth_before_it_is_looked_for()
    {
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        var host = bed.StartHost(("ReorgDepth", "5"));
        await bed.AnchorAsync(host);
        var snapshot = await bed.AnvilAsync("evm_snapshot");
        var lost = await bed.AnchorAsync(host, 3);

        await bed.AnvilAsync("evm_revert", snapshot);
        await bed.MineAsync(32);
        await bed.OnChainAsync(host, lost);

        await bed.AssertOnChainOnceAsync(lost);
    }

    [Fact]
    public async Task A_confirmed_cycle_whose_transaction_moves_to_another_block_keeps_the_transaction()
    {
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        var host = bed.StartHost();
        await bed.AnchorAsync(host);
        var snapshot = await bed.AnvilAsync("evm_snapshot");
        var cycle = await bed.AnchorAsync(host);
        var before = await bed.RowAsync(cycle);
        var raw = await bed.AnvilAsync("eth_getRawTransactionByHash", before.TransactionHash!);

        await bed.AnvilAsync("evm_revert", snapshot);
        await bed.AnvilAsync("evm_mine");
        await bed.AnvilAsync("eth_sendRawTransaction", raw);
        var after = await bed.RowAsync(host, cycle, "the new block to be stored", row => row.BlockNumber != before.BlockNumber);

        Assert.Equal(("confirmed", before.TransactionHash, before.BlockNumber + 1), (after.Status, after.TransactionHash, after.BlockNumber));
        await bed.AssertOnChainOnceAsync(cycle);
    }

    [Fact]
    public async Task A_node_that_is_some_blocks_behind_for_a_moment_removes_no_anchor_and_no_contract()
    {
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        await using var node = await HostileNode.StartAsync(bed.Anvil.Url);
        var host = bed.StartHost(("Url", node.Url.ToString()));
        using var measured = new Measurements(host.Meters);
        var genesis = await bed.BlockAsync("0x0");
        var cycle = await bed.AnchorAsync(host);
        var before = await bed.RowAsync(cycle);

        node.On("eth_getBlockByNumber", Answer.Result(genesis), Answer.Result(genesis), Answer.Pass);
        node.On("eth_getCode", Answer.Result("\"0x\""), Answer.Pass);
        var next = await bed.AnchorAsync(host);

        Assert.Equal(before, await bed.RowAsync(cycle));
        await bed.AssertOnChainOnceAsync(cycle, next);
        Assert.Equal(1, await bed.ContractsAsync());
        Assert.Equal(0, Assert.Single(measured.Look("blockchain.reorgs")).Value);
    }

    [Fact]
    public async Task A_node_that_still_synchronises_removes_no_anchor()
    {
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        await using var node = await HostileNode.StartAsync(bed.Anvil.Url);
        var first = bed.StartHost();
        var cycle = await bed.AnchorAsync(first);
        var before = await bed.RowAsync(cycle);

        var host = bed.StartHost(("Url", node.Url.ToString()));
        node.On("eth_getBlockByNumber", Answer.Result(await bed.BlockAsync("0x0")));
        node.On("eth_syncing", Answer.Result("{\"currentBlock\":\"0x0\",\"highestBlock\":\"0x64\"}"));
        var waiting = await LedgerTestBed.AddAsync(host);
        var row = await bed.RowAsync(host, waiting, "the reason", one => one.StuckReason is not null);
        Assert.Contains("synchronising", row.LastError, StringComparison.Ordinal);
        Assert.Equal(before, await bed.RowAsync(cycle));

        node.Reset();
        await bed.ConfirmedAsync(host, waiting);
        await bed.AssertOnChainOnceAsync(cycle, waiting);
    }

    [Fact]
    public async Task Anchors_below_the_depth_are_not_compared()
    {
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        await using var node = await HostileNode.StartAsync(bed.Anvil.Url);
        var first = bed.StartHost();
        var cycle = await bed.AnchorAsync(first);
        await bed.MineAsync(16);

        // The blocks of this node have other hashes.
        node.On("eth_getBlockByNumber", Forked);
        node.On("eth_getTransactionReceipt", Answer.Result("null"));
        var shallow = bed.StartHost(("Url", node.Url.ToString()), ("ReorgDepth", "10"));
        await ReviewAsync(shallow, node);
        Assert.Equal("confirmed", (await bed.RowAsync(cycle)).Status);
        var deep = bed.StartHost(("Url", node.Url.ToString()), ("ReorgDepth", "100"));
        await bed.RowAsync(deep, cycle, "the loss", row => row.Status != "confirmed");
    }

    [Fact]
    public async Task Two_nodes_behind_one_address_of_which_one_does_not_know_the_newest_blocks_remove_no_anchor()
    {
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        await using var node = await HostileNode.StartAsync(bed.Anvil.Url);
        var first = bed.StartHost(("Url", node.Url.ToString()));
        var cycle = await bed.AnchorAsync(first);
        var before = await bed.RowAsync(cycle);

        node.On("eth_getBlockByNumber", call => (string?)call.Parameter(0) == "latest" ? call.PassAsync() : Answer.Result("null")(call));
        node.On("eth_getTransactionReceipt", Answer.Result("null"));
        var second = bed.StartHost(("Url", node.Url.ToString()));
        foreach (var host in new[] { first, second })
        {
            using var measured = new Measurements(host.Meters);
            await ReviewAsync(host, node);
            Assert.Equal(before, await bed.RowAsync(cycle));
            Assert.Equal(0, Assert.Single(measured.Look("blockchain.reorgs")).Value);
        }

        node.Reset();
        var next = await bed.AnchorAsync(second);
        await bed.AssertOnChainOnceAsync(cycle, next);
    }

    [Fact]
    public async Task A_node_that_follows_another_fork_for_a_moment_removes_no_anchor()
    {
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        await using var node = await HostileNode.StartAsync(bed.Anvil.Url);
        var first = bed.StartHost();
        var cycle = await bed.AnchorAsync(first);
        var before = await bed.RowAsync(cycle);

        node.On("eth_getBlockByNumber", Answer.Pass, Forked, Answer.Pass, Forked, Answer.Pass);
        node.On("eth_getTransactionReceipt", Answer.Result("null"), Answer.Result("null"), Answer.Pass);
        var second = bed.StartHost(("Url", node.Url.ToString()));
        using var measured = new Measurements(second.Meters);
        await ReviewAsync(second, node);
        Assert.Equal(2, node.Calls("eth_getTransactionReceipt"));
        Assert.Equal(before, await bed.RowAsync(cycle));
        Assert.Equal(0, Assert.Single(measured.Look("blockchain.reorgs")).Value);
    }

    [Fact]
    public async Task An_anchor_that_cannot_be_compared_holds_up_no_other()
    {
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        await using var node = await HostileNode.StartAsync(bed.Anvil.Url);
        var first = bed.StartHost();
        var kept = await bed.AnchorAsync(first);
        var before = await bed.RowAsync(kept);
        var snapshot = await bed.AnvilAsync("evm_snapshot");
        var lost = await bed.AnchorAsync(first);
        await bed.AnvilAsync("evm_revert", snapshot);
        await bed.MineAsync(3);

        node.On("eth_getBlockByNumber", call => (string?)call.Parameter(0) == $"0x{before.BlockNumber:x}"
            ? Answer.Result("{}")(call)
            : call.PassAsync());
        var host = bed.StartHost(("Url", node.Url.ToString()));
        using var logs = host.CollectLogs();
        var next = await LedgerTestBed.AddAsync(host);
        await bed.OnChainAsync(host, lost, next);
        await bed.AssertOnChainOnceAsync(kept, lost, next);
        Assert.Equal(before, await bed.RowAsync(kept));
        var record = Assert.Single(logs.Records, one => one.Event == "anchors_not_compared");
        Assert.Contains("without the block's number and hash", record.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_loss_is_followed_below_the_depth_when_the_lost_anchors_fill_a_page_exactly()
    {
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        var host = bed.StartHost(("MaxCyclesPerTransaction", "1"));
        await host.Contracts.AttachAsync(Cancellation);
        var snapshot = await bed.AnvilAsync("evm_snapshot");
        // One block each: the newest 50 blocks have 50 anchors.
        var cycles = await bed.AnchorAsync(host, 53);
        await bed.AnvilAsync("evm_revert", snapshot);
        await bed.MineAsync(53);

        await bed.OnChainAsync(bed.StartHost(("ReorgDepth", "50")), cycles);
        await bed.AssertOnChainOnceAsync(cycles);
    }

    [Fact]
    public async Task A_killed_development_chain_continues_with_its_contract_and_each_cycle_is_on_it_once()
    {
        using var folder = new TemporaryFolder();
        var state = Path.Combine(folder.Path, "state.json");
        string[] saved = ["--state", state, "--state-interval", "1"];
        await using var bed = await LedgerTestBed.CreateAsync(postgres, saved);
        var host = bed.StartHost();
        var cycles = await bed.AnchorAsync(host, 3);
        var contract = (await bed.RowAsync(cycles[0])).ContractAddress!;
        await Eventually.HoldsAsync("anvil to save its state", () =>
            File.Exists(state) && File.ReadAllText(state).Contains(contract, StringComparison.OrdinalIgnoreCase));

        for (var kill = 0; kill < 2; kill++)
        {
            var port = bed.Anvil.Url.Port;
            await bed.Anvil.DisposeAsync();
            bed.Anvil = await AnvilProcess.StartAsync(port, saved);
            cycles = [.. cycles, await LedgerTestBed.AddAsync(host)];
            await bed.OnChainAsync(host, cycles);
        }

        await bed.AssertOnChainOnceAsync(cycles);
        Assert.Equal(1, await bed.ContractsAsync());
    }

    /// <summary>Runs rounds with more reviews than a loss takes to count.</summary>
    private static async Task ReviewAsync(LedgerServices host, HostileNode node)
    {
        // Each reads the newest block, and another one.
        var enough = node.Calls("eth_getBlockByNumber") + 20;
        await Eventually.HoldsAsync("ten reviews", async () =>
        {
            await host.Pump.RunRoundAsync(Cancellation);
            return node.Calls("eth_getBlockByNumber") >= enough;
        });
    }
}
