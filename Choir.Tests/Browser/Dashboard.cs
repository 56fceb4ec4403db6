using System.Text.RegularExpressions;
using Choir.Tests.Support;
using Microsoft.Playwright;

namespace Choir.Tests.Browser;

/// <summary>Aspire's dashboard in a browser.</summary>
internal sealed partial class Dashboard(IPage page)
{
    private const float TimeoutMilliseconds = 120_000;

    /// <summary>The folder for screenshots, beside the other test results.</summary>
    public static DirectoryInfo Screenshots { get; } = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "TestResults", "screenshots"));

    /// <summary>Opens the dashboard with the sign-in link, and waits until a resource is running.</summary>
    public async Task OpenAsync(Uri link, string resource)
    {
        await page.GotoAsync(link.AbsoluteUri);
        await Assertions.Expect(Row(resource).GetByText("Running", new() { Exact = true })).ToBeVisibleAsync(Within);
    }

    /// <summary>Goes to a page by the navigation's link.</summary>
    public async Task GoToAsync(string title)
    {
        await page.GetByRole(AriaRole.Link, new() { Name = title, Exact = true }).First.ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = title, Level = 1 })).ToBeVisibleAsync(Within);
    }

    /// <summary>Asks a question with the gateway's command, and waits for the answer.</summary>
    /// <returns>The trace id from the link in the answer.</returns>
    public async Task<string> AskAsync(string text)
    {
        var dialog = page.Locator("fluent-dialog");
        await OpenAskAsync(dialog);
        await dialog.GetByRole(AriaRole.Textbox).First.FillAsync(text);
        await PictureAsync("ask");
        await dialog.Locator("fluent-button").Filter(new() { HasTextRegex = AskButton }).ClickAsync();

        foreach (var title in (string[])["Answer", "Sources", "Phases", "Trace", "Anchor on the chain", "Thread"])
        {
            await Assertions.Expect(dialog.GetByRole(AriaRole.Heading, new() { Name = title, Exact = true })).ToBeVisibleAsync(Within);
        }

        await Assertions.Expect(dialog.GetByRole(AriaRole.Blockquote)).ToContainTextAsync(text);
        var link = await dialog.GetByRole(AriaRole.Link, new() { Name = "Open it in the dashboard" }).GetAttributeAsync("href");
        await PictureAsync("answer");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await Assertions.Expect(dialog).ToHaveCountAsync(0, new() { Timeout = TimeoutMilliseconds });
        return TraceAddress.Match(link!).Groups["id"].Value;
    }

    // The dashboard loses a click on a row that it renders again at that moment.
    private async Task OpenAskAsync(ILocator dialog)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (await dialog.CountAsync() == 0)
            {
                await Row("gateway").GetByRole(AriaRole.Button, new() { Name = "Asks Choir a question" }).ClickAsync();
            }

            try
            {
                await dialog.GetByRole(AriaRole.Textbox).First.WaitForAsync(new() { Timeout = TimeoutMilliseconds / 4 });
                return;
            }
            catch (TimeoutException) when (attempt < 4)
            {
                // Clicked again if there is no dialog.
            }
        }
    }

    /// <summary>Waits until a trace on the traces page has spans of these resources with any replica names.</summary>
    public Task ShowsTraceAsync(string traceId, params string[] resources) => Eventually.HoldsAsync(
        $"the trace {traceId} to have spans of {string.Join(", ", resources)}",
        async () => (await ResourcesOfAsync(traceId)) is var found && resources.All(name => found.Any(resource => resource.StartsWith(name, StringComparison.Ordinal))),
        TimeSpan.FromMilliseconds(TimeoutMilliseconds));

    /// <summary>The names of the resources that have spans in a trace on the page of traces.</summary>
    public async Task<IReadOnlyList<string>> ResourcesOfAsync(string traceId)
    {
        // Including those that do not fit into the column.
        var titles = await TraceRow(traceId).Locator("fluent-overflow .trace-service-tag").EvaluateAllAsync<string[]>("tags => tags.map(tag => tag.title)");
        return [.. titles.Select(title => title.Split(" spans")[0])];
    }

    /// <summary>The number of traces on the traces page.</summary>
    public Task<int> CountTracesAsync() => page.Locator("tr:has(.trace-name-container)").CountAsync();

    /// <summary>Opens a trace on the traces page, and waits until it shows these spans, given by resource and name.</summary>
    public async Task OpenTraceAsync(string traceId, params string[] spans)
    {
        await TraceRow(traceId).GetByText("gateway:").ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new Regex($"/traces/detail/{traceId}"), new() { Timeout = TimeoutMilliseconds });
        var names = page.GetByRole(AriaRole.Region, new() { Name = "Trace detail" }).Locator("tr > td:first-child[title]");
        foreach (var span in spans)
        {
            await Assertions.Expect(names.And(page.Locator($"[title*='{span}']")).First).ToBeVisibleAsync(Within);
        }
    }

    /// <summary>Opens the log records of an open trace, and waits for records of these resources.</summary>
    public async Task OpenRecordsOfTraceAsync(string traceId, params string[] resources)
    {
        await page.GetByRole(AriaRole.Group, new() { Name = "Page toolbar" }).GetByRole(AriaRole.Button, new() { Name = "Actions" }).ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Structured logs" }).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new Regex($"/structuredlogs.*traceId={traceId}"), new() { Timeout = TimeoutMilliseconds });
        // The trace page, which may still be shown, has rows of the same resources, but no links to traces.
        var links = page.Locator("td a[href*='/traces/detail/']");
        await Assertions.Expect(links.First).ToBeVisibleAsync(Within);
        foreach (var resource in resources)
        {
            await Assertions.Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = resource }).First).ToBeVisibleAsync(Within);
        }

        var addresses = await links.EvaluateAllAsync<string[]>("links => links.map(link => link.href)");
        Assert.All(addresses, address => Assert.Contains(traceId, address, StringComparison.Ordinal));
    }

    /// <summary>Selects a resource and an instrument on the metrics page, and waits for its graph.</summary>
    public async Task OpenInstrumentAsync(string resource, string meter, string instrument)
    {
        await page.GetByRole(AriaRole.Combobox).First.ClickAsync();
        await page.Locator("fluent-option").Filter(new() { HasText = resource }).First.ClickAsync();
        await Assertions.Expect(page.Locator($"fluent-tree-item[title='{meter}']")).ToBeVisibleAsync(Within);
        await page.Locator($"fluent-tree-item[id$='{meter}-{instrument}']").ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = instrument })).ToBeVisibleAsync(Within);
        await Assertions.Expect(page.Locator(".js-plotly-plot .plot-container").First).ToBeVisibleAsync(Within);
    }

    /// <summary>Saves a screenshot of the page.</summary>
    public Task PictureAsync(string name) => page.ScreenshotAsync(new() { Path = Path.Combine(Screenshots.FullName, $"{name}.png") });

    private ILocator Row(string resource) => page.GetByRole(AriaRole.Row).Filter(new() { Has = page.Locator($"td[title$=': {resource}']") });

    private ILocator TraceRow(string traceId) => page.GetByRole(AriaRole.Row).Filter(new() { Has = page.Locator($"td[title*='{traceId}']") });

    private static LocatorAssertionsToBeVisibleOptions Within { get; } = new() { Timeout = TimeoutMilliseconds };

    [GeneratedRegex(@"^\s*Ask\s*$")]
    private static partial Regex AskButton { get; }

    [GeneratedRegex("/traces/detail/(?<id>[0-9a-f]{32})$")]
    private static partial Regex TraceAddress { get; }
}
