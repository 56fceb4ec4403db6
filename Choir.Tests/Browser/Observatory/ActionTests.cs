using Choir.Tests.Support;
using Choir.Tests.Unit.Actors.Inspection;
using Choir.Tests.Unit.Actors.Support;
using Microsoft.Playwright;

namespace Choir.Tests.Browser.Observatory;

/// <summary>What operators do to actors on the pages: what is recorded and shown of it, and where the focus is afterwards.</summary>
public sealed class ActionTests(ObservatoryUnderTest pages) : IClassFixture<ObservatoryUnderTest>
{
    [Fact]
    public async Task What_came_of_a_quarantine_is_recorded_with_what_was_chosen_and_a_refused_one_is_not_said_to_be_done()
    {
        Assert.SkipWhen(ChromiumBrowser.Program is null, ChromiumBrowser.Need);
        await using var browser = await pages.OpenAsync("actors/actor?type=ErrandActor&id=audited");
        await ChooseAsync(browser.Page, "Quarantine");
        await browser.Page.SelectOptionAsync("[data-part=confirm] select", "Skip");
        await browser.Page.FillAsync("[data-part=confirm] input[type=number]", "5");
        await ReasonAsync("   ");
        await browser.Page.WaitForSelectorAsync(".notice.bad:has-text('\"reason\" must be a sentence')");
        Assert.Equal(["observatory_action", "observatory_action_refused"], Records().Select(record => record.Event));
        Assert.DoesNotContain(Records(), record => record.Message.Contains("did this", StringComparison.Ordinal));

        await ReasonAsync("as told");
        await browser.Page.WaitForSelectorAsync(".notice.good:has-text('In quarantine for 5 min')");
        Assert.Equal(("observatory_action_done", true), (Records()[^1].Event, Records()[^1].Message.EndsWith(
            "did this on the live pages: Quarantine ErrandActor/audited, Skip, 5 min: as told", StringComparison.Ordinal)));

        await ChooseAsync(browser.Page, "End the quarantine");
        await SubmitAsync(browser.Page);
        await browser.Page.WaitForSelectorAsync("button:has-text('End the quarantine')", new() { State = WaitForSelectorState.Detached });
        await FocusIsOnAsync(browser.Page, "Quarantine");
        Assert.Equal("observatory_action_done", Records()[^1].Event);
        Assert.Empty(browser.Errors);

        LogRecord[] Records() => [.. pages.Logs.Records.Where(record => record.Message.Contains("ErrandActor/audited", StringComparison.Ordinal))];

        async Task ReasonAsync(string reason)
        {
            await browser.Page.FillAsync("[data-part=confirm] label:has-text('Why') input", reason);
            await SubmitAsync(browser.Page);
        }
    }

    [Fact]
    public async Task The_error_of_a_message_is_shown_and_recorded_without_secrets()
    {
        Assert.SkipWhen(ChromiumBrowser.Program is null, ChromiumBrowser.Need);
        await using var browser = await pages.OpenAsync("actors/actor?type=TalkativeActor&id=told");
        await SendAsync(browser.Page, "FAIL", """{"gate":"","note":"password=secret123 is wrong"}""");
        await browser.Page.WaitForSelectorAsync(".notice.bad:has-text('handler_failed: ')");
        Assert.Contains("password=[redacted]", await browser.Page.TextContentAsync(".notice.bad"), StringComparison.Ordinal);
        Assert.DoesNotContain("secret123", await browser.Page.ContentAsync(), StringComparison.Ordinal);
        var records = pages.Logs.Records.Where(record => record.Message.Contains("TalkativeActor/told", StringComparison.Ordinal)).ToArray();
        Assert.Contains(records, record => record.Event == "observatory_action_refused" && record.Message.Contains("Send TalkativeActor/told FAIL: handler_failed", StringComparison.Ordinal));
        Assert.DoesNotContain(records, record => record.Message.Contains("secret123", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_message_type_that_is_white_space_is_refused_in_the_words_of_the_form()
    {
        Assert.SkipWhen(ChromiumBrowser.Program is null, ChromiumBrowser.Need);
        await using var browser = await pages.OpenAsync("actors/actor?type=TalkativeActor&id=untyped");
        await SendAsync(browser.Page, "   ", "{}");
        await browser.Page.WaitForSelectorAsync(".notice.bad:has-text('\"Message type\" must be in upper snake case')");
        Assert.DoesNotContain("(Parameter", await browser.Page.TextContentAsync("main"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_restart_that_waits_says_for_what_and_keeps_the_focus_until_it_is_done()
    {
        Assert.SkipWhen(ChromiumBrowser.Program is null, ChromiumBrowser.Need);
        await using var browser = await pages.OpenAsync("actors/actor?type=ErrandActor&id=busy");
        var busy = pages.Cluster.AskAsync(nameof(ErrandActor), "busy", "GO", new Errand([], "page-restart"));
        await browser.Page.WaitForSelectorAsync("[data-part=facts] dd:has-text('GO for')");
        await ChooseAsync(browser.Page, "Restart");
        await SubmitAsync(browser.Page);
        await browser.Page.WaitForSelectorAsync("[data-part=running]:has-text('Waiting until the messages before it are handled')");
        Assert.True(await browser.Page.EvaluateAsync<bool>("document.activeElement.matches('[data-part=confirm] button[type=submit][aria-disabled=true]')"));
        await browser.Page.Keyboard.PressAsync("Escape");
        await browser.Page.Keyboard.PressAsync("Enter");
        Gates.Of("page-restart").Open();
        await busy;
        await browser.Page.WaitForSelectorAsync(".notice.good:has-text('It was restarted')");
        await FocusIsOnAsync(browser.Page, "Restart");
        Assert.Single(pages.Logs.Records, record => record.Event == "observatory_action" && record.Message.EndsWith("Restart ErrandActor/busy", StringComparison.Ordinal));
        Assert.Empty(browser.Errors);
    }

    [Fact]
    public async Task An_actor_that_is_being_loaded_is_not_said_to_wait_for_its_next_message()
    {
        Assert.SkipWhen(ChromiumBrowser.Program is null, ChromiumBrowser.Need);
        var id = ErrandActor.IdThatStartsAt("page-loading");
        var asked = pages.Cluster.AskAsync(nameof(ErrandActor), id, "IDLE");
        await using var browser = await pages.OpenAsync($"actors/actor?type=ErrandActor&id={Uri.EscapeDataString(id)}");
        await browser.Page.WaitForSelectorAsync("[data-part=loading]:has-text('It is being loaded, for')");
        Assert.DoesNotContain("not in memory", await browser.Page.TextContentAsync("main"), StringComparison.Ordinal);
        Gates.Of("page-loading").Open();
        await asked;
        await browser.Page.WaitForSelectorAsync("[data-part=facts] dt:has-text('In memory')");
    }

    [Fact]
    public async Task The_focus_is_on_the_button_that_begins_logging_after_it_was_ended()
    {
        Assert.SkipWhen(ChromiumBrowser.Program is null, ChromiumBrowser.Need);
        await using var browser = await pages.OpenAsync("actors/actor?type=ErrandActor&id=focused");
        await ChooseAsync(browser.Page, "Log and trace");
        await SubmitAsync(browser.Page);
        await ChooseAsync(browser.Page, "End logging and tracing");
        await SubmitAsync(browser.Page);
        await browser.Page.WaitForSelectorAsync("button:has-text('End logging')", new() { State = WaitForSelectorState.Detached });
        await FocusIsOnAsync(browser.Page, "Log and trace for 10 minutes");
    }

    [Fact]
    public async Task A_page_that_is_still_open_after_a_sign_out_refuses_and_says_so_as_a_failure()
    {
        Assert.SkipWhen(ChromiumBrowser.Program is null, ChromiumBrowser.Need);
        await using var browser = await pages.OpenAsync("actors/actor?type=ErrandActor&id=signed-out");
        await browser.Page.APIRequest.PostAsync(new Uri(pages.Address, "sign-out").AbsoluteUri, new() { MaxRedirects = 0 });
        await ChooseAsync(browser.Page, "Restart");
        await SubmitAsync(browser.Page);
        await browser.Page.WaitForSelectorAsync(".notice.bad:has-text('Only operators may do this.')");
        Assert.Equal(
            ["observatory_action_refused"],
            pages.Logs.Records.Where(record => record.Message.Contains("ErrandActor/signed-out", StringComparison.Ordinal)).Select(record => record.Event));
    }

    [Fact]
    public async Task Dead_letters_that_are_alike_are_replayed_with_one_choice_and_the_focus_is_on_what_came_of_it()
    {
        Assert.SkipWhen(ChromiumBrowser.Program is null, ChromiumBrowser.Need);
        await using var browser = await pages.OpenAsync("dead-letters");
        await browser.Page.ClickAsync("[data-part=group] button:has-text('Show each message')");
        await browser.Page.WaitForFunctionAsync("() => document.querySelectorAll('tr.part').length === 30");
        await browser.Page.ClickAsync("[data-part=group] input[type=checkbox]");
        await browser.Page.ClickAsync("button:has-text('Replay 30 chosen')");
        await browser.Page.WaitForFunctionAsync("() => document.activeElement.textContent === 'Replay'");
        await browser.Page.Keyboard.PressAsync("Enter");
        await browser.Page.WaitForFunctionAsync("() => document.activeElement.matches('.notice.good') && document.activeElement.textContent.startsWith('30 sent again.')");
        Assert.Empty(browser.Errors);
    }

    private static Task ChooseAsync(IPage page, string button) => page.ClickAsync($"[data-part=actions] button:has-text('{button}')");

    private static Task SubmitAsync(IPage page) => page.ClickAsync("[data-part=confirm] button.primary");

    private static async Task SendAsync(IPage page, string type, string data)
    {
        await ChooseAsync(page, "Send a message");
        await page.FillAsync("[data-part=confirm] input", type);
        await page.FillAsync("[data-part=confirm] textarea", data);
        await SubmitAsync(page);
    }

    private static async Task FocusIsOnAsync(IPage page, string button) =>
        await page.WaitForFunctionAsync("text => document.activeElement.textContent === text", button);
}
