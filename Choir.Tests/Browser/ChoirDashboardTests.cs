using System.Net.Http.Json;
using System.Text.Json;
using Choir.Tests.Integration.EndToEnd;
using Choir.Tests.Support;

namespace Choir.Tests.Browser;

/// <summary>The dashboards and runbooks of a whole Choir, without Prometheus.</summary>
public sealed class ChoirDashboardTests(RunningChoir choir)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task The_database_the_chain_and_the_model_have_their_figures_and_what_needs_Prometheus_says_so()
    {
        Assert.SkipWhen(ChromiumBrowser.Program is null, ChromiumBrowser.Need);
        using var gateway = await choir.GatewayAsync();
        using var created = await gateway.PostAsync(new Uri("/threads", UriKind.Relative), null, TestContext.Current.CancellationToken);
        var thread = (await created.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("threadId").GetString();
        using var accepted = await gateway.PostAsJsonAsync(
            new Uri($"/threads/{thread}/inputs?wait=30", UriKind.Relative), new { content = "A barometer measures the pressure of the air." }, TestContext.Current.CancellationToken);
        await using var browser = await LivePages.OpenAsync(choir, gateway, Timeout);

        await ShowAsync("Database", "Query Rate", "select");
        await browser.Page.WaitForSelectorAsync("figure:has-text('Connection Pool') .legend:has-text('at most')");
        await browser.Page.WaitForSelectorAsync("[data-part=unavailable]:has-text('Storage Usage')");
        await ShowAsync("Blockchain", "Transaction Latency", "record");
        await browser.Page.WaitForSelectorAsync("[data-part=unavailable]:has-text('Gas Usage')");
        await ShowAsync("Performance", "p95 of calls outside of the actors", "database");

        await browser.Page.GotoAsync(new Uri(gateway.BaseAddress!, "/observatory/alerts/runbook?alert=OutboxStuck").AbsoluteUri);
        await browser.Page.WaitForSelectorAsync(".result:has-text('GET /actors/LedgerActor/main'):has-text('yes')");
        await browser.Page.WaitForSelectorAsync(".step:has-text('max(blockchain_outbox_pending)'):has-text('The 2 queries in PromQL need Prometheus')");
        await PictureAsync("runbook");
        Assert.Empty(browser.Errors);

        async Task ShowAsync(string dashboard, string panel, string line)
        {
            await browser.Page.GotoAsync(new Uri(gateway.BaseAddress!, $"/observatory/dashboards?show={Uri.EscapeDataString(dashboard)}&minutes=5").AbsoluteUri);
            await browser.Page.WaitForSelectorAsync($"figure:has-text('{panel}') .legend:has-text('{line}')");
            await PictureAsync(dashboard);
        }

        Task PictureAsync(string name) => browser.Page.ScreenshotAsync(new()
        {
            Path = Path.Combine(Dashboard.Screenshots.FullName, $"observatory-choir-{name}.png".ToLowerInvariant()), FullPage = true,
        });
    }
}
