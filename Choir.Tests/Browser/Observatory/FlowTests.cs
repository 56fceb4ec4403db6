using Choir.Tests.Support;
using Choir.Tests.Unit.Actors.Inspection;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Choir.Tests.Browser.Observatory;

/// <summary>The message flow in a browser.</summary>
public sealed class FlowTests(ObservatoryUnderTest pages) : IClassFixture<ObservatoryUnderTest>
{
    private const string Details = "[data-part=details]";

    [Fact]
    public async Task A_link_is_selected_by_keyboard_and_released_by_escape()
    {
        Assert.SkipWhen(ChromiumBrowser.Program is null, ChromiumBrowser.Need);
        await pages.Cluster.AskAsync(nameof(ErrandActor), "errand-hot", "IDLE");
        await using var browser = await pages.OpenAsync("flow");
        var link = browser.Page.GetByRole(AriaRole.Button, new() { Name = "Messages from gateway to ErrandActor" });
        await link.FocusAsync();
        await browser.Page.Keyboard.PressAsync("Enter");
        await browser.Page.WaitForSelectorAsync($"{Details} a[href*='errand-']");
        Assert.EndsWith("flow?from=gateway&to=ErrandActor", browser.Page.Url, StringComparison.Ordinal);
        Assert.Equal("true", await link.GetAttributeAsync("aria-pressed"));
        Assert.Contains("unknown type", await browser.Page.TextContentAsync(Details), StringComparison.Ordinal);

        await browser.Page.Keyboard.PressAsync("Escape");
        await browser.Page.WaitForSelectorAsync(Details, new() { State = WaitForSelectorState.Detached });
        Assert.EndsWith("/flow", browser.Page.Url, StringComparison.Ordinal);
        Assert.Empty(browser.Errors);
    }

    [Fact]
    public async Task A_selection_and_a_window_can_be_linked()
    {
        Assert.SkipWhen(ChromiumBrowser.Program is null, ChromiumBrowser.Need);
        await using var browser = await pages.OpenAsync($"flow?window=1h&node={nameof(ErrandActor)}");
        await browser.Page.WaitForSelectorAsync($"{Details}:has-text('Last messages') tbody a");
        Assert.Equal("true", await browser.Page.GetAttributeAsync("[data-window='1h']", "aria-pressed"));
        Assert.Equal("true", await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Actor type ErrandActor" }).GetAttributeAsync("aria-pressed"));
        var grave = (await browser.Page.RunAxe()).Violations.Where(one => one.Impact is "serious" or "critical");
        Assert.Empty(grave.Select(one => $"{one.Id}: {one.Help}: {one.Nodes[0].Html}"));
    }

    [Fact]
    public async Task Nodes_stay_at_their_places_when_figures_change()
    {
        Assert.SkipWhen(ChromiumBrowser.Program is null, ChromiumBrowser.Need);
        const string Places = "[...document.querySelectorAll('.flow .node')].map(node => node.dataset.node + node.getAttribute('transform')).join()";
        await using var browser = await pages.OpenAsync("flow");
        await browser.Page.WaitForSelectorAsync("[data-node=ErrandActor]");
        var (before, figure) = (await browser.Page.EvaluateAsync<string>(Places), await browser.Page.TextContentAsync("[data-node=ErrandActor] .figures"));
        for (var i = 0; i < 50; i++)
        {
            await pages.Cluster.AskAsync(nameof(ErrandActor), "busy", "IDLE");
        }

        await browser.Page.WaitForFunctionAsync("text => document.querySelector('[data-node=ErrandActor] .figures').textContent !== text", figure);
        Assert.Equal(before, await browser.Page.EvaluateAsync<string>(Places));
    }
}
