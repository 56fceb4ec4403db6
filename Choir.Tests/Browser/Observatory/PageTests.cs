using System.Globalization;
using Choir.Actors;
using Choir.Actors.Operations;
using Choir.Tests.Support;
using Choir.Tests.Unit.Actors.Inspection;
using Choir.Tests.Unit.Actors.Support;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace Choir.Tests.Browser.Observatory;

/// <summary>The pages in a browser.</summary>
public sealed class PageTests(ObservatoryUnderTest pages) : IClassFixture<ObservatoryUnderTest>
{
    private static readonly string[] Grave = ["serious", "critical"];

    public static TheoryData<string, string> Pages => new()
    {
        { "now", "" },
        { "flow", "flow" },
        { "actors", "actors" },
        { "type", "actors/type?name=ErrandActor" },
        { "actor", $"actors/actor?type=SecretiveActor&id={Uri.EscapeDataString(ObservatoryUnderTest.OddId)}" },
        { "traces", "traces" },
        { "waiting", "waiting" },
        { "alerts", "alerts" },
        { "runbook", "alerts/runbook?alert=StuckActors" },
        { "dead-letters", "dead-letters" },
        { "dashboards", "dashboards" },
        { "dashboards-performance", "dashboards?show=Performance" },
        { "dashboards-database", "dashboards?show=Database&minutes=1440" },
        { "not-found", "not-found" },
    };

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task A_page_fits_and_is_accessible_in_both_themes_and_widths_without_an_error(string name, string path)
    {
        Assert.SkipWhen(ChromiumBrowser.Program is null, ChromiumBrowser.Need);
        await using var browser = await pages.OpenAsync(path);
        await browser.Page.WaitForFunctionAsync("() => ![...document.querySelectorAll('main p.empty')].some(text => text.innerText.startsWith('Reading the'))");
        foreach (var (width, scheme, check) in ((int, ColorScheme, bool)[])
            [(1280, ColorScheme.Light, true), (1280, ColorScheme.Dark, true), (390, ColorScheme.Dark, true), (390, ColorScheme.Light, false)])
        {
            // At 390, contrasts in tables are not checked: the shadow that says that a table goes on is a gradient.
            await browser.Page.SetViewportSizeAsync(width, 900);
            await browser.Page.EmulateMediaAsync(new() { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
            await browser.Page.ScreenshotAsync(new()
            {
                Path = Path.Combine(Dashboard.Screenshots.FullName, $"observatory-{name}-{width}-{scheme}.png".ToLowerInvariant()), FullPage = true,
            });

            // Only tables and drawings may scroll sideways, not the page.
            Assert.Equal(width, await browser.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
            if (width == 1280)
            {
                Assert.Equal(0, await browser.Page.Locator("table.tight").EvaluateAllAsync<int>("tables => tables.filter(table => table.offsetWidth > table.parentElement.clientWidth).length"));
            }

            if (check)
            {
                var grave = (await browser.Page.RunAxe()).Violations.Where(one => Grave.Contains(one.Impact)).ToArray();
                Assert.True(grave.Length == 0, string.Join('\n', grave.Select(Describe)));
            }
        }

        Assert.Empty(browser.Errors);
        Assert.All(browser.Requests, url => Assert.True(
            url.StartsWith(pages.Address.AbsoluteUri, StringComparison.Ordinal) || url.StartsWith("data:", StringComparison.Ordinal), url));
    }

    [Theory]
    [InlineData(390)]
    [InlineData(900)]
    [InlineData(1280)]
    public async Task The_text_of_charts_can_be_read_and_is_inside_of_them(int width)
    {
        Assert.SkipWhen(ChromiumBrowser.Program is null, ChromiumBrowser.Need);
        await using var browser = await pages.OpenAsync("dashboards?show=Database&minutes=1440");
        await browser.Page.SetViewportSizeAsync(width, 900);
        await browser.Page.WaitForSelectorAsync(".chart text.scale");
        var texts = await browser.Page.Locator(".chart text").EvaluateAllAsync<float[][]>("""
            texts => texts.map(text => {
              const [size, chart, box] = [parseFloat(getComputedStyle(text).fontSize), text.closest('figure').getBoundingClientRect(), text.getBoundingClientRect()];
              return [size * text.getScreenCTM().a, box.left - chart.left, chart.right - box.right];
            })
            """);
        Assert.NotEmpty(texts);
        Assert.All(texts, text =>
        {
            Assert.InRange(text[0], 9.5, 15);
            Assert.InRange(text[1], -1, width);
            Assert.InRange(text[2], -1, width);
        });
    }

    [Fact]
    public async Task The_figures_are_those_of_the_scripted_messages()
    {
        Assert.SkipWhen(ChromiumBrowser.Program is null, ChromiumBrowser.Need);
        var before = (await pages.Inspection.TypeAsync(nameof(ErrandActor), TestContext.Current.CancellationToken)).Figures;
        for (var i = 0; i < 7; i++)
        {
            await pages.Cluster.AskAsync(nameof(ErrandActor), "counted", "IDLE");
        }

        await pages.Cluster.AskAsync(nameof(ErrandActor), "counted", "NOBODY_HANDLES_THIS");
        await using var browser = await pages.OpenAsync("actors/type?name=ErrandActor");
        var expected = (before.Messages + 8).ToString(CultureInfo.InvariantCulture);
        await browser.Page.WaitForSelectorAsync($"text={expected} since the hosts started");
        var api = (await pages.Inspection.TypeAsync(nameof(ErrandActor), TestContext.Current.CancellationToken)).Figures;
        Assert.Equal((before.Messages + 8, before.Rejected + 1, before.Errors), (api.Messages, api.Rejected, api.Errors));
        Assert.Equal($"{api.Count}", await browser.Page.TextContentAsync("[data-figure=count]"));
        Assert.Equal($"{api.Errors}", await browser.Page.TextContentAsync("[data-figure=errors]"));
        Assert.Contains($"{api.Rejected} refused", await browser.Page.TextContentAsync("main"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ids_and_states_are_shown_as_text_without_secrets()
    {
        Assert.SkipWhen(ChromiumBrowser.Program is null, ChromiumBrowser.Need);
        await using var browser = await pages.OpenAsync("actors/type?name=SecretiveActor");
        await browser.Page.FillAsync("[data-part=search] input", "SCRIPT");
        await browser.Page.ClickAsync("[data-part=search] button");
        await browser.Page.ClickAsync($"[data-part=search] a:has-text('{ObservatoryUnderTest.OddId}')");
        await browser.Page.WaitForSelectorAsync("[data-part=state] .tree");
        Assert.Equal(ObservatoryUnderTest.OddId, await browser.Page.TextContentAsync("h1"));
        var state = await browser.Page.TextContentAsync("[data-part=state]");
        Assert.Contains("<b>bold</b>", state?.Replace("\\u003C", "<", StringComparison.Ordinal).Replace("\\u003E", ">", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("token-of-the-state", await browser.Page.ContentAsync(), StringComparison.Ordinal);
        Assert.Empty(browser.Errors);
    }

    [Fact]
    public async Task An_operator_sends_a_message_after_a_question_and_it_is_logged()
    {
        Assert.SkipWhen(ChromiumBrowser.Program is null, ChromiumBrowser.Need);
        await using var browser = await pages.OpenAsync("actors/actor?type=ErrandActor&id=by-hand");
        await browser.Page.ClickAsync("button:has-text('Send a message')");
        await browser.Page.FillAsync("[data-part=confirm] input", "IDLE");
        await browser.Page.ClickAsync("[data-part=confirm] button.primary");
        await browser.Page.WaitForSelectorAsync(".notice.good[role=status]");
        var actor = await pages.Inspection.ActorAsync(new ActorAddress(nameof(ErrandActor), "by-hand"), TestContext.Current.CancellationToken);
        Assert.Equal("IDLE", Assert.Single(actor.Messages).MessageType);
        Assert.Contains(pages.Logs.Records, record => record.Message.Contains("Send ErrandActor/by-hand IDLE", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Escape_closes_the_form_of_an_action_and_the_focus_returns_to_its_button()
    {
        Assert.SkipWhen(ChromiumBrowser.Program is null, ChromiumBrowser.Need);
        await using var browser = await pages.OpenAsync("actors/actor?type=ErrandActor&id=errand-1");
        foreach (var (button, focused) in new[] { ("Restart", "BUTTON"), ("Quarantine", "SELECT"), ("Send a message", "INPUT") })
        {
            await browser.Page.ClickAsync($"[data-part=actions] button:has-text('{button}')");
            await browser.Page.WaitForFunctionAsync("tag => document.activeElement.closest('[data-part=confirm]') && document.activeElement.tagName === tag", focused);
            await browser.Page.Keyboard.PressAsync("Escape");
            await browser.Page.WaitForSelectorAsync("[data-part=confirm]", new() { State = WaitForSelectorState.Detached });
            await browser.Page.WaitForFunctionAsync("text => document.activeElement.textContent === text", button);
        }

        Assert.Empty(browser.Errors);
    }

    [Fact]
    public async Task Logging_and_tracing_is_shown_with_its_records_and_can_be_ended_early()
    {
        Assert.SkipWhen(ChromiumBrowser.Program is null, ChromiumBrowser.Need);
        await using var browser = await pages.OpenAsync("actors/actor?type=TalkativeActor&id=logged");
        await browser.Page.ClickAsync("button:has-text('Log and trace')");
        await browser.Page.ClickAsync("[data-part=confirm] button.primary");
        await browser.Page.WaitForSelectorAsync("[data-part=diagnostics]:has-text('All its log records are written and all its messages are traced until')");
        await pages.Cluster.AskAsync(nameof(TalkativeActor), "logged", "SAY", new Work("", "<i>hello</i>"));
        await pages.Cluster.AskAsync(nameof(TalkativeActor), "logged", "FAIL", new Work("", "as told"));
        await browser.Page.WaitForSelectorAsync("[data-part=logs] tr[data-level=Error] summary:has-text('as told')");
        Assert.Contains("Said <i>hello</i>", await browser.Page.TextContentAsync("[data-part=logs]"), StringComparison.Ordinal);

        await browser.Page.ClickAsync("button:has-text('End logging and tracing')");
        await browser.Page.ClickAsync("[data-part=confirm] button.primary");
        await browser.Page.WaitForSelectorAsync("[data-part=diagnostics]", new() { State = WaitForSelectorState.Detached });
        Assert.Contains(pages.Logs.Records, record => record.Message.Contains("EndLog TalkativeActor/logged", StringComparison.Ordinal));
        Assert.Empty(browser.Errors);
    }

    [Fact]
    public async Task A_change_of_the_state_is_shown_value_by_value()
    {
        Assert.SkipWhen(ChromiumBrowser.Program is null, ChromiumBrowser.Need);
        await pages.Cluster.AskAsync(nameof(SecretiveActor), "changed", "KEEP", new Secretive("before", "token-before", "same"));
        await using var browser = await pages.OpenAsync("actors/actor?type=SecretiveActor&id=changed");
        await browser.Page.WaitForSelectorAsync("[data-part=state] .tree");
        await pages.Cluster.AskAsync(nameof(SecretiveActor), "changed", "KEEP", new Secretive("after", "token-after", "same"));
        await browser.Page.WaitForSelectorAsync("[data-part=difference]:has-text('version 1 to 2') tr:has-text('name') del:has-text('before')");
        var changes = await browser.Page.TextContentAsync("[data-part=changes]");
        Assert.Contains("\"after\"", changes, StringComparison.Ordinal);
        Assert.DoesNotContain("token-", changes, StringComparison.Ordinal);
        await ScreenshotsAsync(browser.Page, "actor-changed");
        Assert.Empty(browser.Errors);
    }

    [Fact]
    public async Task What_changed_lately_and_the_facts_of_the_application_are_on_the_first_page()
    {
        Assert.SkipWhen(ChromiumBrowser.Program is null, ChromiumBrowser.Need);
        await using var browser = await pages.OpenAsync("");
        await browser.Page.WaitForSelectorAsync("[data-part=work] dd:has-text('12 orders at most 500')");
        Assert.Contains("<b>not known</b>", await browser.Page.TextContentAsync("[data-part=work]"), StringComparison.Ordinal);
        var operations = pages.Cluster.Cluster.Client.ServiceProvider.GetRequiredService<IActorOperations>();
        await operations.SetQuarantineAsync(
            new Quarantine(nameof(WorkerActor), "lately", null, QuarantineMode.Pause, "as told", "the tests", default), TimeSpan.FromMinutes(10), TestContext.Current.CancellationToken);
        await browser.Page.WaitForSelectorAsync("[data-part=events] tr:has-text('WorkerActor/lately is paused until')");
        await browser.Page.WaitForSelectorAsync(".figure .spark .mark", new() { State = WaitForSelectorState.Attached });
        await operations.EndQuarantineAsync(nameof(WorkerActor), "lately", null, TestContext.Current.CancellationToken);
        await browser.Page.WaitForSelectorAsync("[data-part=events] tr:first-child:has-text('The quarantine of WorkerActor/lately ended')");
        await ScreenshotsAsync(browser.Page, "now-changed");
        Assert.Empty(browser.Errors);
    }

    [Fact]
    public async Task Changes_and_messages_of_an_actor_scroll_so_that_its_logs_are_not_far_below()
    {
        Assert.SkipWhen(ChromiumBrowser.Program is null, ChromiumBrowser.Need);
        for (var i = 0; i < 50; i++)
        {
            await pages.Cluster.AskAsync(nameof(SecretiveActor), "long", "KEEP", new Secretive($"name {i}", "token-long", "same"));
        }

        await using var browser = await pages.OpenAsync("actors/actor?type=SecretiveActor&id=long");
        foreach (var part in (string[])["changes", "messages"])
        {
            await browser.Page.WaitForFunctionAsync("part => document.querySelectorAll(`[data-part=${part}] tbody tr`).length >= 50", part);
            Assert.True(await browser.Page.EvaluateAsync<bool>(
                "part => (table => table.clientHeight <= innerHeight / 2 && table.scrollHeight > table.clientHeight)(document.querySelector(`[data-part=${part}] .scroll.long`))", part), part);
        }
    }

    private static async Task ScreenshotsAsync(IPage page, string name)
    {
        foreach (var (width, scheme) in ((int, ColorScheme)[])[(1280, ColorScheme.Light), (390, ColorScheme.Dark)])
        {
            await page.SetViewportSizeAsync(width, 900);
            await page.EmulateMediaAsync(new() { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
            await page.ScreenshotAsync(new()
            {
                Path = Path.Combine(Dashboard.Screenshots.FullName, $"observatory-{name}-{width}-{scheme}.png".ToLowerInvariant()), FullPage = true,
            });
            Assert.Equal(width, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        }
    }

    [Fact]
    public async Task A_reader_sees_everything_and_can_change_nothing()
    {
        Assert.SkipWhen(ChromiumBrowser.Program is null, ChromiumBrowser.Need);
        await using var browser = await pages.OpenAsync("actors/actor?type=ErrandActor&id=errand-0", ObservatoryUnderTest.ReaderKey);
        await browser.Page.WaitForSelectorAsync("[data-part=messages] table");
        Assert.Equal(0, await browser.Page.Locator("[data-part=actions]").CountAsync());
        await browser.Page.GotoAsync(new Uri(pages.Address, "dead-letters").AbsoluteUri);
        await browser.Page.WaitForSelectorAsync("text=Nobody handles it.");
        Assert.Equal(0, await browser.Page.Locator("table input[type=checkbox]").CountAsync());
    }

    [Fact]
    public async Task The_chosen_theme_stays()
    {
        Assert.SkipWhen(ChromiumBrowser.Program is null, ChromiumBrowser.Need);
        await using var browser = await pages.OpenAsync("");
        await browser.Page.SelectOptionAsync("select[aria-label=Theme]", "dark");
        await browser.Page.WaitForSelectorAsync("body[data-theme=dark]");
        await browser.Page.GotoAsync(new Uri(pages.Address, "actors").AbsoluteUri);
        await browser.Page.WaitForSelectorAsync("body[data-theme=dark]");
    }

    [Theory]
    [InlineData(1280)]
    [InlineData(390)]
    public async Task Alerts_have_the_whole_width_and_links_beside_other_text_are_underlined(int width)
    {
        Assert.SkipWhen(ChromiumBrowser.Program is null, ChromiumBrowser.Need);
        await using var browser = await pages.OpenAsync("");
        await browser.Page.SetViewportSizeAsync(width, 900);
        await browser.Page.WaitForSelectorAsync("[data-part=alerts] tbody a");
        Assert.True(await browser.Page.EvaluateAsync<bool>("document.querySelector('[data-part=alerts]').offsetWidth === document.querySelector('.columns').offsetWidth"));
        Assert.True(await browser.Page.EvaluateAsync<bool>("(table => table.scrollWidth <= table.clientWidth)(document.querySelector('[data-part=alerts] .scroll'))"));
        await pages.Cluster.AskAsync(nameof(ErrandActor), "wide", "IDLE");
        await browser.Page.WaitForSelectorAsync("[data-part=edges] tbody a");
        Assert.Equal("underline", await browser.Page.EvaluateAsync<string>("getComputedStyle(document.querySelector('[data-part=edges] tbody a')).textDecorationLine"));
    }

    private static string Describe(AxeResultItem item) =>
        $"{item.Impact} {item.Id}: {item.Help}: {string.Join(" | ", item.Nodes.Take(3).Select(node => node.Html))}";
}
