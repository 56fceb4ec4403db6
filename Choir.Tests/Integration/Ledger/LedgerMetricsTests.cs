using Choir.Contracts.Threads;
using Choir.ServiceDefaults.Ethereum;
using Choir.Storage;
using Choir.Tests.Support;
using Choir.Tests.Support.Hostile;

namespace Choir.Tests.Integration.Ledger;

/// <summary>Metrics of a real chain.</summary>
public sealed class LedgerMetricsTests(PostgresFixture postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_transaction_is_measured_once_with_time_gas_and_call()
    {
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        var host = bed.StartHost();
        using var measured = new Measurements(host.Meters);
        Assert.All(measured.Look("blockchain.contract.calls"), call => Assert.Equal(0, call.Value));
        var cycle = await bed.AnchorAsync(host);
        await host.Pump.RunRoundAsync(Cancellation);

        var times = measured.Of("blockchain.transaction.time");
        Assert.Equal(["deploy ok", "record ok"], times.Select(time => $"{time.Tags["transaction.type"]} {time.Tags["outcome"]}"));
        Assert.All(times, time => Assert.True(time is { Value: > 0, Unit: "s" }));
        var gas = measured.Of("blockchain.gas.used");
        Assert.Equal(["deploy", "record"], gas.Select(used => used.Tags["transaction.type"]));
        Assert.Equal((await bed.RowAsync(cycle)).GasUsed, (long)gas[1].Value);
        Assert.Equal(
            [("constructor", 1), ("record", 1), ("recordMany", 0), ("recorded", 0), ("recordedMany", 0)],
            measured.Look("blockchain.contract.calls").Select(call => (call.Tags["method"], (int)call.Value)));
        Assert.Empty(measured.Of("cycle.time"));
    }

    [Fact]
    public async Task A_transaction_that_the_node_rejects_is_never_measured_as_ok()
    {
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        var host = bed.StartHost();
        await bed.AnchorAsync(host);
        using var measured = new Measurements(host.Meters);
        await bed.AnvilAsync("anvil_setBalance", host.Node.Address, "0x0");
        var cycle = await LedgerTestBed.AddAsync(host);
        await Eventually.HoldsAsync("an attempt", async () =>
        {
            await host.Pump.RunRoundAsync(Cancellation);
            return (await bed.RowAsync(cycle)).Attempts > 0;
        });
        Assert.DoesNotContain(measured.Of("blockchain.transaction.time"), time => time.Tags["outcome"] == "ok");
        Assert.Empty(measured.Of("blockchain.gas.used"));
    }

    [Fact]
    public async Task The_time_from_acceptance_to_anchor_is_measured_once_even_if_the_chain_loses_the_anchor()
    {
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        var host = bed.StartHost();
        using var measured = new Measurements(host.Meters);
        await bed.AnchorAsync(host);
        var snapshot = await bed.AnvilAsync("evm_snapshot");
        var cycle = await AcceptAsync(bed, host);
        await bed.ConfirmedAsync(host, cycle);
        var anchored = Assert.Single(measured.Of("cycle.time"));
        Assert.Equal(("anchored", "ok"), (anchored.Tags["stage"], anchored.Tags["outcome"]));
        Assert.Equal(await StoredSecondsAsync(bed, cycle), anchored.Value, 6);

        await bed.AnvilAsync("evm_revert", snapshot);
        var next = bed.StartHost();
        using var measuredNext = new Measurements(next.Meters);
        await bed.OnChainAsync(next, cycle);
        await bed.AssertOnChainOnceAsync(cycle);
        Assert.Empty(measuredNext.Of("cycle.time"));
        Assert.Equal(1, Assert.Single(measuredNext.Look("blockchain.reorgs")).Value);
    }

    [Fact]
    public async Task The_last_state_of_chain_and_outbox_is_reported_and_that_of_a_frozen_node_is_not()
    {
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        var host = bed.StartHost(("RpcTimeout", "00:00:00.5"));
        using var measured = new Measurements(host.Meters);
        Assert.Empty(measured.Look("blockchain.block.height"));

        await bed.AnchorAsync(host);
        await host.Gauges.RefreshAsync(Cancellation);
        Assert.True(Assert.Single(measured.Look("blockchain.block.height")).Value >= 2);
        Assert.Equal(0, Assert.Single(measured.Look("blockchain.sync.lag")).Value);
        Assert.Equal(0, Assert.Single(measured.Look("blockchain.outbox.pending")).Value);
        Assert.Equal(0, Assert.Single(measured.Look("blockchain.outbox.oldest")).Value);

        bed.Anvil.Freeze();
        await LedgerTestBed.AddAsync(host, 3);
        await host.Gauges.RefreshAsync(Cancellation);
        Assert.Empty(measured.Look("blockchain.block.height"));
        Assert.Equal(3, Assert.Single(measured.Look("blockchain.outbox.pending")).Value);
        Assert.True(Assert.Single(measured.Look("blockchain.outbox.oldest")) is { Value: > 0, Unit: "s" });
    }

    [Fact]
    public async Task Odd_answers_of_the_node_are_no_figures_and_the_next_good_answer_is_one()
    {
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        await using var node = await HostileNode.StartAsync(bed.Anvil.Url);
        var host = bed.StartHost(("Url", node.Url.ToString()));
        using var measured = new Measurements(host.Meters);
        string[] odd = ["null", "\"latest\"", "\"0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"", "-1", "{}"];
        foreach (var answer in odd)
        {
            node.On("eth_blockNumber", Answer.Result(answer));
            await Assert.ThrowsAsync<NodeAnswerException>(() => host.Gauges.RefreshAsync(Cancellation));
            Assert.Empty(measured.Look("blockchain.block.height"));
        }

        node.On("eth_blockNumber", Answer.Pass);
        node.On("eth_syncing", Answer.Result("{\"batchSeen\":1}"), Answer.Unsupported, Answer.Cut, Answer.Result("{\"currentBlock\":1,\"highestBlock\":\"0x5\"}"));
        for (var unsaid = 0; unsaid < 3; unsaid++)
        {
            await host.Gauges.RefreshAsync(Cancellation);
            Assert.Equal(0, Assert.Single(measured.Look("blockchain.block.height")).Value);
            Assert.Empty(measured.Look("blockchain.sync.lag"));
        }

        await host.Gauges.RefreshAsync(Cancellation);
        Assert.Equal(4, Assert.Single(measured.Look("blockchain.sync.lag")).Value);
    }

    private static async Task<Guid> AcceptAsync(LedgerTestBed bed, LedgerServices host)
    {
        var store = new ThreadStore(bed.Database);
        var (thread, cycle) = (ThreadIds.New(TimeProvider.System), Guid.CreateVersion7());
        await store.CreateThreadAsync(thread, Cancellation);
        Assert.NotNull(await store.AcceptInputAsync(thread, new SubmitInput("Ice is cold."), cycle, cycle, null, Cancellation));
        await LedgerTestBed.InsertAsync(bed.Database, Guid.Parse(thread), cycle);
        return cycle;
    }

    private static async Task<double> StoredSecondsAsync(LedgerTestBed bed, Guid cycle)
    {
        await using var command = bed.Database.CreateCommand(
            "SELECT anchored_at - accepted_at FROM ledger_outbox JOIN cycles USING (cycle_id) WHERE cycle_id = $1");
        command.Parameters.AddWithValue(cycle);
        return ((TimeSpan)(await command.ExecuteScalarAsync(Cancellation))!).TotalSeconds;
    }
}
