using Choir.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Playwright;

namespace Choir.Tests.Browser.Observatory;

/// <summary>An open page while the application is away.</summary>
public sealed class ReconnectTests(ObservatoryUnderTest pages) : IClassFixture<ObservatoryUnderTest>
{
    private const string Notice = "#components-reconnect-modal";

    [Fact]
    public async Task An_open_page_says_that_there_is_no_connection_and_shows_live_figures_again_after_a_restart()
    {
        Assert.SkipWhen(ChromiumBrowser.Program is null, ChromiumBrowser.Need);
        using var logs = new LogCollector();
        var port = Loopback.FreePort();
        var (first, address) = await ObservatoryUnderTest.StartPagesAsync(pages.Cluster, logs, firstToken: null, port: port);
        await using var browser = await ObservatoryUnderTest.OpenAsync(address, "", ObservatoryUnderTest.OperatorKey);
        var page = browser.Page;
        await StopAsync(first);

        await page.WaitForSelectorAsync($"{Notice}:has-text('No connection to the application since')");
        Assert.False(await page.Locator(".freshness").IsVisibleAsync());
        Assert.NotEqual("", await page.TextContentAsync("[data-figure=rate]"));
        foreach (var (width, scheme) in ((int, ColorScheme)[])[(1280, ColorScheme.Light), (390, ColorScheme.Dark)])
        {
            await page.SetViewportSizeAsync(width, 900);
            await page.EmulateMediaAsync(new() { ColorScheme = scheme });
            await page.ScreenshotAsync(new() { Path = Path.Combine(Dashboard.Screenshots.FullName, $"observatory-no-connection-{width}.png") });
        }

        var (second, _) = await ObservatoryUnderTest.StartPagesAsync(pages.Cluster, logs, firstToken: null, port: port);
        await using (second)
        {
            await page.WaitForSelectorAsync("body:not(.no-connection) .freshness[data-interactive]:has-text('Live')");
            Assert.False(await page.Locator(Notice).IsVisibleAsync());
            var seen = await page.TextContentAsync(".freshness");
            await page.WaitForFunctionAsync("text => document.querySelector('.freshness').textContent !== text", seen);
            Assert.Equal(address.AbsoluteUri, page.Url);
        }
    }

    [Fact]
    public async Task A_page_that_hears_nothing_more_says_so_although_its_connection_is_open()
    {
        Assert.SkipWhen(ChromiumBrowser.Program is null, ChromiumBrowser.Need);
        await using var browser = await pages.OpenAsync("actors");
        var page = browser.Page;
        var isSilent = false;
        await page.RouteWebSocketAsync(_ => true, route =>
        {
            var application = route.ConnectToServer();
            application.OnMessage(frame =>
            {
                if (Volatile.Read(ref isSilent))
                {
                    return;
                }

                if (frame.Binary is { } bytes)
                {
                    route.Send(bytes);
                }
                else
                {
                    route.Send(frame.Text!);
                }
            });
        });
        await page.ReloadAsync();
        await page.WaitForSelectorAsync(".freshness[data-interactive]:has-text('Live')");
        await page.Clock.InstallAsync();
        Volatile.Write(ref isSilent, true);
        await page.Clock.FastForwardAsync(25_000);
        await page.WaitForSelectorAsync($"{Notice}:has-text('No connection')");
        Volatile.Write(ref isSilent, false);
        await page.WaitForSelectorAsync("body:not(.no-connection) .freshness:has-text('Live')");
    }

    private static async Task StopAsync(WebApplication app)
    {
        await app.StopAsync(TestContext.Current.CancellationToken);
        await app.DisposeAsync();
    }
}
