using Choir.Storage;
using Choir.Tests.Support;

namespace Choir.Tests.Integration.Ledger;

/// <summary>The same for each client and mode: what a node says in its own words is understood.</summary>
public sealed class LedgerClientTests(PostgresFixture postgres)
{
    // The key of an account that has nothing on any chain.
    private const string EmptyKey = "0x1111111111111111111111111111111111111111111111111111111111111112";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("anvil", "prague", "auto")]
    [InlineData("anvil", "berlin", "manual")]
    [InlineData("hardhat", "cancun", "auto")]
    [InlineData("hardhat", "berlin", "manual")]
    [InlineData("ganache", "london", "auto")]
    [InlineData("ganache", "berlin", "1000")]
    public async Task Cycles_are_anchored_once(string client, string hardfork, string blocks)
    {
        await using var bed = await StartAsync(client, hardfork, blocks);
        var host = bed.StartHost();
        var cycles = await LedgerTestBed.AddAsync(host, 3);
        await ConfirmedAsync(bed, host, blocks, cycles);
        await bed.AssertOnChainOnceAsync(cycles);
        Assert.Single((await bed.RowsAsync(cycles)).DistinctBy(row => row.TransactionHash));

        // The node has the transaction, and says so in its own words.
        var again = await LedgerTestBed.AddAsync(host);
        await bed.RowAsync(host, again, "a transaction", row => row.Status is "submitted" or "confirmed");
        foreach (var entry in await host.Outbox.ListSubmittedAsync(Cancellation))
        {
            await host.Node.SendAsync(entry.Transaction);
        }

        await ConfirmedAsync(bed, host, blocks, again);
        await bed.AssertOnChainOnceAsync(again);
        await KnowsWhatIsRecordedAsync(bed, host, blocks, cycles[0]);
        await KnowsWhatIsRecordedAsync(bed, host, blocks, [.. cycles, again]);
        await SaysThatMoneyIsMissingAsync(bed, blocks);
    }

    /// <summary>The contract reverts a second record, or says of several cycles that they are recorded: the first is found.</summary>
    private static async Task KnowsWhatIsRecordedAsync(LedgerTestBed bed, LedgerServices host, string blocks, params Guid[] cycles)
    {
        var before = await bed.RowsAsync(cycles);
        await using var forget = bed.Database.CreateCommand(
            "UPDATE ledger_outbox SET status = 'pending', transaction_hash = NULL, block_number = NULL WHERE cycle_id = ANY($1)");
        forget.Parameters.AddWithValue(cycles);
        await forget.ExecuteNonQueryAsync(Cancellation);
        await ConfirmedAsync(bed, host, blocks, cycles);
        Assert.Equal(before.Select(row => row.TransactionHash), (await bed.RowsAsync(cycles)).Select(row => row.TransactionHash));
    }

    private static async Task SaysThatMoneyIsMissingAsync(LedgerTestBed bed, string blocks)
    {
        var poor = bed.StartHost(("PrivateKey", EmptyKey));
        var cycle = await LedgerTestBed.AddAsync(poor);
        var row = await bed.RowAsync(poor, cycle, "the reason", one => one.StuckReason is not null);
        Assert.Equal(AnchorProblem.NoFunds, row.StuckReason);
        Assert.Contains(poor.Node.Address, row.LastError, StringComparison.Ordinal);
        await ConfirmedAsync(bed, bed.StartHost(), blocks, cycle);
        await bed.AssertOnChainOnceAsync(cycle);
    }

    private static Task ConfirmedAsync(LedgerTestBed bed, LedgerServices host, string blocks, params Guid[] cycles) =>
        Eventually.HoldsAsync("the cycles to be confirmed", async () =>
        {
            var round = host.Pump.RunRoundAsync(Cancellation);
            if (blocks == "manual")
            {
                // The first round waits for the contract.
                await Eventually.HoldsAsync("the round to end", async () =>
                {
                    await bed.AnvilAsync("evm_mine");
                    return round.IsCompleted;
                });
            }

            await round;
            return await bed.CountAsync("confirmed", cycles) == cycles.Length;
        });

    private async Task<LedgerTestBed> StartAsync(string client, string hardfork, string blocks)
    {
        if (client != "anvil")
        {
            return await LedgerTestBed.CreateAsync(postgres, await EthereumClient.StartAsync(client, hardfork, blocks));
        }

        string[] mining = blocks == "manual" ? ["--no-mining"] : [];
        return await LedgerTestBed.CreateAsync(postgres, ["--hardfork", hardfork, .. mining]);
    }
}
