using Choir.Tests.Support;
using Choir.Tests.Unit.Actors.Inspection;
using Choir.Tests.Unit.Actors.Support;
using Deque.AxeCore.Playwright;

namespace Choir.Tests.Browser.Observatory;

/// <summary>Where stuck handlers stand and which deadlocks are possible, in a browser.</summary>
public sealed class WaitingPageTests(ObservatoryUnderTest pages) : IClassFixture<ObservatoryUnderTest>
{
    private const string Stack = "[data-part=handlers] tr:has(a:text-is('ErrandActor/stands')) [data-part=stack]";
    private const string Possible = "[data-part=possible-deadlocks]";

    [Fact]
    public async Task A_slow_handler_shows_the_line_at_which_it_stands_and_what_it_awaits()
    {
        Assert.SkipWhen(ChromiumBrowser.Program is null, ChromiumBrowser.Need);
        var gate = $"{Guid.NewGuid()}";
        var asked = pages.Cluster.AskAsync(nameof(ErrandActor), "stands", "GO", new Errand(["stands/<b>2"], gate));
        await using var browser = await pages.OpenAsync("waiting");
        await browser.Page.WaitForSelectorAsync($"{Stack} summary:has-text('awaits GO from ErrandActor/stands/<b>2 at InspectedActors.cs:')");
        await browser.Page.ClickAsync($"{Stack} summary");
        Assert.Equal(
            ["Choir.Tests.Unit.Actors.Inspection.ErrandActor.Go", "ErrandActor/stands/<b>2"],
            await browser.Page.Locator($"{Stack} li code").AllTextContentsAsync());

        // It stays open when the page is shown anew.
        var seen = await browser.Page.TextContentAsync("[data-part=handlers] tbody");
        await browser.Page.WaitForFunctionAsync("text => document.querySelector('[data-part=handlers] tbody').textContent !== text", seen);
        Assert.True(await browser.Page.Locator($"{Stack} li").First.IsVisibleAsync());
        await AssertAccessibleAsync(browser, "waiting-stack");
        Gates.Of(gate).Open();
        Assert.False((await asked).IsError);
        await browser.Page.WaitForSelectorAsync("[data-part=handlers] .empty");
        Assert.Empty(browser.Errors);
    }

    [Fact]
    public async Task Types_that_ask_each_other_are_a_warning_on_both_pages()
    {
        Assert.SkipWhen(ChromiumBrowser.Program is null, ChromiumBrowser.Need);
        await pages.Cluster.AskAsync(nameof(LeftActor), "1", "CALL", new Call(nameof(RightActor), "1"));
        await using var browser = await pages.OpenAsync("flow");
        await browser.Page.WaitForSelectorAsync(".flow .edge[data-from=LeftActor][data-to=RightActor]");
        Assert.Equal(0, await browser.Page.Locator(".flow .edge.in-cycle").CountAsync());

        await pages.Cluster.AskAsync(nameof(RightActor), "1", "CALL", new Call(nameof(LeftActor), "2"));
        await browser.Page.WaitForSelectorAsync($"{Possible}:has-text('LeftActor asks RightActor (ANSWER), RightActor asks LeftActor (ANSWER).')");
        Assert.Equal(2, await browser.Page.Locator(".flow .edge.in-cycle").CountAsync());
        await AssertAccessibleAsync(browser, "flow-cycle");

        await browser.Page.GotoAsync(new Uri(pages.Address, "waiting").AbsoluteUri);
        await browser.Page.WaitForSelectorAsync($"{Possible}:has-text('LeftActor asks RightActor (ANSWER), RightActor asks LeftActor (ANSWER).')");
        await AssertAccessibleAsync(browser, "waiting-cycle");
        Assert.Empty(browser.Errors);
    }

    private static async Task AssertAccessibleAsync(ChromiumBrowser browser, string name)
    {
        foreach (var width in new[] { 1280, 390 })
        {
            await browser.Page.SetViewportSizeAsync(width, 900);
            await browser.Page.ScreenshotAsync(new() { Path = Path.Combine(Dashboard.Screenshots.FullName, $"observatory-{name}-{width}.png"), FullPage = true });
            Assert.Equal(width, await browser.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        }

        var grave = (await browser.Page.RunAxe()).Violations.Where(one => one.Impact is "serious" or "critical");
        Assert.Empty(grave.Select(one => $"{one.Id}: {one.Help}: {one.Nodes[0].Html}"));
    }
}
