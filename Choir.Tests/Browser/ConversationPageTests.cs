using Choir.Tests.Integration.EndToEnd;
using Choir.Tests.Support;

namespace Choir.Tests.Browser;

/// <summary>The live pages of a whole Choir.</summary>
public sealed class ConversationPageTests(RunningChoir choir)
{
    private const string Question = "A sextant measures the height of the sun above the horizon.";

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task A_question_is_asked_answered_traced_and_anchored_on_the_live_pages()
    {
        Assert.SkipWhen(ChromiumBrowser.Program is null, ChromiumBrowser.Need);
        using var gateway = await choir.GatewayAsync();
        await using var browser = await LivePages.OpenAsync(choir, gateway, Timeout);
        var page = browser.Page;
        await page.ClickAsync("nav.pages a:has-text('Conversations')");
        await page.FillAsync("[data-part=ask] textarea", Question);
        await page.ClickAsync("[data-part=ask] button");
        await page.WaitForSelectorAsync($"[data-figure=answer]:has-text('{Question}')");
        await page.WaitForSelectorAsync("[data-part=cycle] dd:has-text('confirmed in block')");
        await page.WaitForSelectorAsync($"[data-part=cycles] tr:has-text(' UTC') a:has-text('{Question}')");
        await page.ScreenshotAsync(new() { Path = Path.Combine(Dashboard.Screenshots.FullName, "observatory-conversation.png"), FullPage = true });

        await page.ClickAsync("[data-part=ask] a:has-text('All conversations')");
        await page.WaitForSelectorAsync($"[data-part=threads] a:has-text('{Question}')");
        await page.ScreenshotAsync(new() { Path = Path.Combine(Dashboard.Screenshots.FullName, "observatory-conversations.png"), FullPage = true });
        await page.ClickAsync("nav.pages a:has-text('Now')");
        await page.WaitForSelectorAsync("[data-part=work] dd:has-text('cycles')");
        await page.ScreenshotAsync(new() { Path = Path.Combine(Dashboard.Screenshots.FullName, "observatory-choir-now.png"), FullPage = true });

        await page.SetViewportSizeAsync(1_280, 900);
        await page.ClickAsync("nav.pages a:has-text('Flow')");
        await page.WaitForSelectorAsync("[data-node=YieldPhaseActor]");
        await page.ScreenshotAsync(new() { Path = Path.Combine(Dashboard.Screenshots.FullName, "observatory-choir-flow.png"), FullPage = true });
        Assert.True(await page.EvaluateAsync<bool>("(graph => graph.scrollWidth <= graph.clientWidth)(document.querySelector('.flow-scroll'))"), "The flow is wider than the window.");

        await page.ClickAsync("nav.pages a:has-text('Conversations')");
        await page.ClickAsync($"[data-part=threads] a:has-text('{Question}')");
        await page.ClickAsync("[data-part=cycle] dd a");
        await page.WaitForSelectorAsync("text=YieldPhaseActor");
        await page.ScreenshotAsync(new() { Path = Path.Combine(Dashboard.Screenshots.FullName, "observatory-conversation-trace.png"), FullPage = true });
        Assert.Empty(browser.Errors);
    }
}
