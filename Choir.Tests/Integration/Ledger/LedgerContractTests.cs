using Choir.Tests.Support;

namespace Choir.Tests.Integration.Ledger;

/// <summary>The contract across restarts, and on chains that are begun anew or go back.</summary>
public sealed class LedgerContractTests(PostgresFixture postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_restarted_host_goes_on_with_the_contract_that_is_there()
    {
        await using var bed = await LedgerBed.CreateAsync(postgres);
        var first = await bed.StartHost().Contracts.AttachAsync(Cancellation);
        var host = bed.StartHost();
        var second = await host.Contracts.AttachAsync(Cancellation);
        Assert.Equal(first.Stored, second.Stored);
        Assert.Equal(1, await host.Node.MinedCountAsync());
    }

    [Fact]
    public async Task A_chain_that_was_begun_anew_gets_a_contract_and_what_was_not_anchored_yet()
    {
        await using var bed = await LedgerBed.CreateAsync(postgres, "--timestamp", "1700000000");
        var host = bed.StartHost();
        var old = await LedgerBed.AddAsync(host);
        await bed.ConfirmedAsync(host, old);
        await bed.AnvilAsync("evm_setAutomine", false);
        var sent = await LedgerBed.AddAsync(host);
        await bed.ReachesAsync(host, "submitted", sent);
        var port = bed.Anvil.Url.Port;
        await bed.Anvil.DisposeAsync();
        var waiting = await LedgerBed.AddAsync(host);
        await host.Pump.RunRoundAsync(Cancellation);
        bed.Anvil = await AnvilProcess.StartAsync(port, "--timestamp", "1700000001");

        await bed.ConfirmedAsync(host, sent, waiting);
        await bed.AssertOnChainOnceAsync(sent, waiting);
        // The old anchor was of the old chain, and stays what it was.
        var row = await bed.RowAsync(old);
        Assert.Equal("confirmed", row.Status);
        Assert.Empty(await bed.FindAsync(row.ContractAddress!, old));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Anchors_that_the_chain_lost_are_made_again(bool contractIsLostToo)
    {
        await using var bed = await LedgerBed.CreateAsync(postgres);
        var host = bed.StartHost();
        var start = await bed.AnvilAsync("evm_snapshot");
        var kept = await LedgerBed.AddAsync(host, 3);
        await bed.ConfirmedAsync(host, kept);
        var middle = await bed.AnvilAsync("evm_snapshot");
        var lost = await LedgerBed.AddAsync(host, 25);
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
