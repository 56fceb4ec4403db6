using System.Text;
using Choir.Storage;
using Choir.Tests.Support;
using Choir.Tests.Support.Hostile;

namespace Choir.Tests.Integration.Ledger;

/// <summary>Cycles that the chain has recorded by transactions that the outbox does not know.</summary>
public sealed class LedgerSearchTests(PostgresFixture postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(200)]
    [InlineData(413)]
    public async Task A_recorded_cycle_is_found_although_the_provider_returns_events_of_few_blocks(int status)
    {
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        await using var node = await HostileNode.StartAsync(bed.Anvil.Url);
        var host = bed.StartHost(("Url", node.Url.ToString()));
        var (cycle, transaction) = await bed.RecordedAndForgottenAsync(host);
        await bed.MineAsync(1_200);

        node.On("eth_getLogs", async call => await Answer.LogsOfAtMost(500)(call) is var reply
            && status != 200 && Encoding.UTF8.GetString(reply.Body.Span).Contains("exceeds", StringComparison.Ordinal)
            ? HttpReply.Text("Payload Too Large", status, "text/plain")
            : reply);
        await bed.ConfirmedAsync(host, cycle);
        Assert.Equal(transaction, (await bed.RowAsync(cycle)).TransactionHash);
        Assert.InRange(node.Calls("eth_getLogs"), 3, 8);
    }

    [Fact]
    public async Task A_cycle_whose_event_is_refused_says_so_and_holds_up_no_other()
    {
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        await using var node = await HostileNode.StartAsync(bed.Anvil.Url);
        var host = bed.StartHost(("Url", node.Url.ToString()));
        using var measured = new Measurements(host.Meters);
        var (cycle, transaction) = await bed.RecordedAndForgottenAsync(host);
        node.On("eth_getLogs", Answer.Error(-32005, "query returned more than 10000 results", status: 400));

        var others = await bed.AnchorAsync(host, 3);
        var row = await bed.RowAsync(host, cycle, "the reason", one => one.StuckReason is not null);
        Assert.Equal(("pending", AnchorProblem.Search), (row.Status, row.StuckReason));
        Assert.Contains("more than 10000 results", row.LastError, StringComparison.Ordinal);
        Assert.Contains("more than 10000 results", await host.Monitor.ProblemAsync(Cancellation), StringComparison.Ordinal);
        await host.Gauges.RefreshAsync(Cancellation);
        Assert.Equal(1, Assert.Single(
            measured.Look("blockchain.outbox.stuck"), one => one.Tags["reason"] == AnchorProblem.Search).Value);

        node.Reset();
        await bed.ConfirmedAsync(host, cycle);
        Assert.Equal(transaction, (await bed.RowAsync(cycle)).TransactionHash);
        Assert.Null(await host.Monitor.ProblemAsync(Cancellation));
    }

    [Theory]
    [InlineData(200)]
    [InlineData(429)]
    public async Task A_limit_of_the_number_of_requests_delays_the_search_and_does_not_narrow_it(int status)
    {
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        await using var node = await HostileNode.StartAsync(bed.Anvil.Url);
        var host = bed.StartHost(("Url", node.Url.ToString()));
        var (cycle, transaction) = await bed.RecordedAndForgottenAsync(host);
        await bed.MineAsync(1_200);
        var limited = status == 200
            ? Answer.Error(-32007, "50/second request limit reached")
            : Answer.Body("Too Many Requests", status, "text/plain");
        node.On("eth_getLogs", limited, limited, limited, limited, Answer.Pass);

        var other = await bed.AnchorAsync(host);
        await bed.ConfirmedAsync(host, cycle);
        Assert.Equal(transaction, (await bed.RowAsync(cycle)).TransactionHash);
        Assert.Equal(5, node.Calls("eth_getLogs"));
    }

    [Fact]
    public async Task The_search_asks_for_more_blocks_again_after_successes()
    {
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        await using var node = await HostileNode.StartAsync(bed.Anvil.Url);
        var host = bed.StartHost(("Url", node.Url.ToString()));
        var (cycle, transaction) = await bed.RecordedAndForgottenAsync(host);
        await bed.MineAsync(2_048);

        // Halved to 64 blocks; with that range all blocks take 32 requests.
        node.On("eth_getLogs", [.. Enumerable.Repeat(Answer.LogsOfAtMost(100), 8), Answer.Pass]);
        await bed.ConfirmedAsync(host, cycle);
        Assert.Equal(transaction, (await bed.RowAsync(cycle)).TransactionHash);
        Assert.InRange(node.Calls("eth_getLogs"), 9, 30);
    }

    [Fact]
    public async Task A_recorded_cycle_that_waits_for_blocks_has_not_failed()
    {
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        await using var node = await HostileNode.StartAsync(bed.Anvil.Url);
        var (cycle, transaction) = await bed.RecordedAndForgottenAsync(bed.StartHost());
        var host = bed.StartHost(("Url", node.Url.ToString()), ("ConfirmationBlocks", "5"));
        await Eventually.HoldsAsync("five attempts", async () =>
        {
            await host.Pump.RunRoundAsync(Cancellation);
            return node.Calls("eth_estimateGas") >= 5;
        });
        var waiting = await bed.RowAsync(cycle);
        Assert.Equal(("pending", 0, null, null), (waiting.Status, waiting.Attempts, waiting.LastError, waiting.StuckReason));

        await bed.MineAsync(4);
        await bed.ConfirmedAsync(host, cycle);
        Assert.Equal(transaction, (await bed.RowAsync(cycle)).TransactionHash);
    }
}
