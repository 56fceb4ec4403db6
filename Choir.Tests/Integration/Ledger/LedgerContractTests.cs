using Choir.Tests.Support;

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
        Assert.Equal(first.Stored, second.Stored);
        Assert.Equal(1, await host.Node.MinedCountAsync());
    }

    [Fact]
    public async Task A_restarted_chain_gets_a_new_contract_and_the_cycles_that_are_not_confirmed()
    {
        await using var bed = await LedgerTestBed.CreateAsync(postgres, "--timestamp", "1700000000");
        var host = bed.StartHost();
        var old = await LedgerTestBed.AddAsync(host);
        await bed.ConfirmedAsync(host, old);
        await bed.AnvilAsync("evm_setAutomine", false);
        var sent = await LedgerTestBed.AddAsync(host);
        await bed.ReachesAsync(host, "submitted", sent);
        var port = bed.Anvil.Url.Port;
        await bed.Anvil.DisposeAsync();
        var waiting = await LedgerTestBed.AddAsync(host);
        await host.Pump.RunRoundAsync(Cancellation);
        bed.Anvil = await AnvilProcess.StartAsync(port, "--timestamp", "1700000001");

        await bed.ConfirmedAsync(host, sent, waiting);
        await bed.AssertOnChainOnceAsync(sent, waiting);
        // The anchor on the old chain stays confirmed.
        var row = await bed.RowAsync(old);
        Assert.Equal("confirmed", row.Status);
        Assert.Empty(await bed.FindAsync(row.ContractAddress!, old));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Anchors_that_the_chain_lost_are_submitted_again(bool contractIsLostToo)
    {
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        var host = bed.StartHost();
        var start = await bed.AnvilAsync("evm_snapshot");
        var kept = await LedgerTestBed.AddAsync(host, 3);
        await bed.ConfirmedAsync(host, kept);
        var middle = await bed.AnvilAsync("evm_snapshot");
        var lost = await LedgerTestBed.AddAsync(host, 25);
        await bed.ConfirmedAsync(host, lost);
        await bed.AnvilAsync("evm_revert", contractIsLostToo ? start : middle);

        var next = bed.StartHost();
        await Eventually.HoldsAsync("the lost anchors to be on the chain", async () =>
        {
            await next.Pump.RunRoundAsync(Cancellation);
            foreach (var cycle in lost)
            {
                var row = await bed.RowAsync(cycle);
                if (row.Status != "confirmed" || (await bed.FindAsync(row.ContractAddress!, cycle)).Count == 0)
                {
                    return false;
                }
            }

            return true;
        });
        await bed.AssertOnChainOnceAsync([.. kept, .. lost]);
    }
}
