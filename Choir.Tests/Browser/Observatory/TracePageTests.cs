using Choir.Actors;
using Choir.Tests.Support;
using Choir.Tests.Unit.Actors.Inspection;
using Choir.Tests.Unit.Actors.Support;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Choir.Tests.Browser.Observatory;

/// <summary>The pages of traces and waits in a browser.</summary>
public sealed class TracePageTests(ObservatoryUnderTest pages) : IClassFixture<ObservatoryUnderTest>
{
    [Fact]
    public async Task A_pasted_id_opens_the_trace_with_its_messages_in_order_and_their_details()
    {
        Assert.SkipWhen(ChromiumBrowser.Program is null, ChromiumBrowser.Need);
        var correlation = await SendAsync("trace-first", "trace-<b>second</b>", "trace-third");
        await using var browser = await pages.OpenAsync("traces");
        await browser.Page.FillAsync("[data-part=by-id] input", $" {correlation:N} ");
        await browser.Page.ClickAsync("[data-part=by-id] button");
        await browser.Page.WaitForSelectorAsync("button.hop");
        Assert.Equal(
            ["ErrandActor/trace-first", "ErrandActor/trace-<b>second</b>", "ErrandActor/trace-third"],
            await browser.Page.Locator("button.hop .actor").AllTextContentsAsync());
        Assert.Equal(3, await browser.Page.Locator("button.hop.on-path").CountAsync());
        Assert.StartsWith("Of ", await browser.Page.Locator("[data-part=summary] p").TextContentAsync(), StringComparison.Ordinal);

        await browser.Page.Locator("button.hop").Nth(1).ClickAsync();
        var details = await browser.Page.Locator("[data-part=details]").TextContentAsync();
        Assert.Contains($"{correlation}", details, StringComparison.Ordinal);
        Assert.Contains("ErrandActor/trace-first", details, StringComparison.Ordinal);
        foreach (var (width, scheme) in ((int, ColorScheme)[])[(1280, ColorScheme.Light), (390, ColorScheme.Dark)])
        {
            await browser.Page.SetViewportSizeAsync(width, 900);
            await browser.Page.EmulateMediaAsync(new() { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
            await browser.Page.ScreenshotAsync(new()
            {
                Path = Path.Combine(Dashboard.Screenshots.FullName, $"observatory-trace-{width}-{scheme}.png".ToLowerInvariant()), FullPage = true,
            });
            Assert.Equal(width, await browser.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
            var grave = (await browser.Page.RunAxe()).Violations.Where(one => one.Impact is "serious" or "critical").ToArray();
            Assert.True(grave.Length == 0, string.Join('\n', grave.Select(one => $"{one.Id}: {string.Join(" | ", one.Nodes.Take(3).Select(node => node.Html))}")));
        }

        Assert.Empty(browser.Errors);
    }

    [Fact]
    public async Task The_log_records_are_beside_the_messages_and_details_do_not_cover_the_message_that_they_belong_to()
    {
        Assert.SkipWhen(ChromiumBrowser.Program is null, ChromiumBrowser.Need);
        var correlation = Guid.CreateVersion7();
        string[] chain = [.. Enumerable.Range(0, 12).Select(i => $"beside-{i}")];
        var gate = $"{Guid.NewGuid()}";
        Gates.Of(gate).Open();
        await pages.Cluster.AskAsync(nameof(ErrandActor), chain[0], "GO", new Errand(chain[1..], gate), new SendOptions { CorrelationId = correlation });
        await pages.Cluster.AskAsync(nameof(TalkativeActor), "beside", "FAIL", new Work("", "as told"), new SendOptions { CorrelationId = correlation });
        await using var browser = await pages.OpenAsync("traces");
        await browser.Page.SetViewportSizeAsync(390, 700);
        await browser.Page.GotoAsync(new Uri(pages.Address, $"traces/trace?id={correlation}").AbsoluteUri);
        await browser.Page.WaitForSelectorAsync("[data-part=logs] tr[data-level=Error]:has-text('as told')");
        foreach (var index in (int[])[10, 6, 12])
        {
            var row = browser.Page.Locator("button.hop").Nth(index);
            await row.ClickAsync();
            await browser.Page.WaitForSelectorAsync($"button.hop.selected[data-hop='{await row.GetAttributeAsync("data-hop")}']");
            await browser.Page.WaitForFunctionAsync(
                "() => { const [row, cover] = ['button.hop.selected', '.hop-details'].map(one => document.querySelector(one)?.getBoundingClientRect());"
                + " return row && cover && row.top >= 0 && row.bottom <= cover.top + 1; }");
        }

        await browser.Page.WaitForSelectorAsync("[data-part=logs] tr.selected[data-level=Error]");
        await browser.Page.ScreenshotAsync(new() { Path = Path.Combine(Dashboard.Screenshots.FullName, "observatory-trace-details-390.png") });
        Assert.Empty(browser.Errors);
    }

    [Fact]
    public async Task A_search_is_in_the_address_and_finds_what_it_asks_for()
    {
        Assert.SkipWhen(ChromiumBrowser.Program is null, ChromiumBrowser.Need);
        var correlation = await SendAsync("search-first", "search-second");
        await using var browser = await pages.OpenAsync("traces?type=ErrandActor");
        await browser.Page.Locator("[data-part=search] label:has-text('Actor id') input").FillAsync("search-second");
        await browser.Page.ClickAsync("[data-part=search] button");
        await browser.Page.WaitForFunctionAsync("end => location.href.endsWith(end)", "/traces?type=ErrandActor&actor=search-second");
        await browser.Page.WaitForSelectorAsync("[data-part=found] tbody tr:only-child");
        Assert.Equal($"traces/trace?id={correlation}", await browser.Page.Locator("[data-part=found] tbody a").First.GetAttributeAsync("href"));

        await browser.Page.GotoAsync(new Uri(pages.Address, "traces?slower=soon").AbsoluteUri);
        await browser.Page.WaitForSelectorAsync("text=The time must be a number of milliseconds");
        await browser.Page.GotoAsync(new Uri(pages.Address, "traces/trace?id=x").AbsoluteUri);
        await browser.Page.WaitForSelectorAsync("text=This is no id");
        await browser.Page.GotoAsync(new Uri(pages.Address, $"traces/trace?id={Guid.NewGuid()}").AbsoluteUri);
        await browser.Page.WaitForSelectorAsync("text=No host has a record");
        Assert.Empty(browser.Errors);
    }

    [Fact]
    public async Task An_actor_that_waits_for_another_is_on_the_page_of_waits_until_it_has_its_reply()
    {
        Assert.SkipWhen(ChromiumBrowser.Program is null, ChromiumBrowser.Need);
        var gate = $"{Guid.NewGuid()}";
        var running = pages.Cluster.AskAsync(nameof(ErrandActor), "waits-first", "GO", new Errand(["waits-second"], gate));
        await using var browser = await pages.OpenAsync("waiting");
        await browser.Page.WaitForSelectorAsync("[data-part=waits] tr:has-text('waits-first') td:has-text('ErrandActor/waits-second')");
        Gates.Of(gate).Open();
        await running;
        await browser.Page.WaitForSelectorAsync("[data-part=waits] tr:has-text('waits-first')", new() { State = WaitForSelectorState.Detached });
        Assert.Empty(browser.Errors);
    }

    private async Task<Guid> SendAsync(params string[] actors)
    {
        var (gate, correlation) = ($"{Guid.NewGuid()}", Guid.CreateVersion7());
        Gates.Of(gate).Open();
        await pages.Cluster.AskAsync(
            nameof(ErrandActor), actors[0], "GO", new Errand(actors[1..], gate), new SendOptions { CorrelationId = correlation });
        return correlation;
    }
}
