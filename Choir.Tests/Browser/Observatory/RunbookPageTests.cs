using Choir.Tests.Support;
using Choir.Tests.Unit.Actors.Inspection;
using Choir.Tests.Unit.Actors.Support;

namespace Choir.Tests.Browser.Observatory;

/// <summary>The pages of alerts and their runbooks, and dashboards of queries, in a browser.</summary>
public sealed class RunbookPageTests(ObservatoryUnderTest pages) : IClassFixture<ObservatoryUnderTest>
{
    [Fact]
    public async Task Each_query_of_a_runbook_has_its_result_or_the_reason_beside_it()
    {
        Assert.SkipWhen(ChromiumBrowser.Program is null, ChromiumBrowser.Need);
        await using var browser = await pages.OpenAsync("alerts/runbook?alert=StuckActors");
        await browser.Page.WaitForSelectorAsync("text=Results as of");
        string[] results = [.. (await browser.Page.Locator(".result").AllInnerTextsAsync()).Select(text => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)))];
        Assert.Equal(8, results.Length);
        Assert.StartsWith("sum by (actor_type) (actor_stuck) 11 table <b>11</b> 10 table <b>10</b>", results[0], StringComparison.Ordinal);
        Assert.EndsWith("The highest 10 of 12 series are shown.", results[0], StringComparison.Ordinal);
        Assert.Equal("rate(nothing[5m]) No series has a value now.", results[1]);
        Assert.Contains($"{nameof(ErrandActor)} 4", results[2], StringComparison.Ordinal);
        Assert.Contains("count", results[2], StringComparison.Ordinal);
        Assert.DoesNotContain("errorShare", results[2], StringComparison.Ordinal);
        Assert.Contains("GET /actors/SecretiveActor/a%2Fb%252F", results[3], StringComparison.Ordinal);
        Assert.Contains("no host holds records of it", results[4], StringComparison.Ordinal);
        Assert.Equal("sum( Prometheus answered 400: parse error.", results[5]);
        Assert.Contains("12", results[6], StringComparison.Ordinal);
        Assert.Contains("This page cannot ask this route.", results[7], StringComparison.Ordinal);
        var text = await browser.Page.Locator(".runbook").InnerTextAsync();
        Assert.Contains($"curl -sS {pages.Address.Authority}/actors", text, StringComparison.Ordinal);
        Assert.DoesNotContain("localhost:5080", text, StringComparison.Ordinal);
        Assert.DoesNotContain("token-of-the-state", await browser.Page.ContentAsync(), StringComparison.Ordinal);
        Assert.Empty(browser.Errors);
    }

    [Fact]
    public async Task Alerts_that_fire_are_pending_or_have_ended_are_listed_apart()
    {
        Assert.SkipWhen(ChromiumBrowser.Program is null, ChromiumBrowser.Need);
        await using var browser = await pages.OpenAsync("alerts");
        await browser.Page.WaitForSelectorAsync("[data-part=ended] td:has-text('HostDown')");
        Assert.Equal("StuckActors", await browser.Page.TextContentAsync("[data-part=firing] td:first-child"));
        Assert.Equal("HotActor", await browser.Page.TextContentAsync("[data-part=pending] td:first-child"));
        Assert.Empty(browser.Errors);
    }

    [Fact]
    public async Task A_dashboard_shows_values_of_queries_and_says_what_fails_or_is_not_kept_so_long()
    {
        Assert.SkipWhen(ChromiumBrowser.Program is null, ChromiumBrowser.Need);
        await using var browser = await pages.OpenAsync("dashboards?show=Database&minutes=360");
        await browser.Page.WaitForSelectorAsync("figure:has-text('Storage Usage') .legend:has-text('cycles 3 MiB')");
        Assert.Contains("Prometheus answered 503.", await browser.Page.TextContentAsync("figure:has-text('Odd')"), StringComparison.Ordinal);
        Assert.Contains("Kept for the last hour only.", await browser.Page.TextContentAsync("figure:has-text('Query Rate')"), StringComparison.Ordinal);
        Assert.Empty(browser.Errors);
    }
}
