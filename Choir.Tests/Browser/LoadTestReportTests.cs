using Choir.LoadTest.Comparing;
using Choir.LoadTest.Reports;
using Choir.Tests.Support;
using Microsoft.Playwright;

namespace Choir.Tests.Browser;

/// <summary>The HTML report of a load test in a browser.</summary>
public sealed class LoadTestReportTests : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_report_fits_wide_and_narrow_screens_in_light_and_dark_without_an_error_or_request()
    {
        Assert.SkipWhen(ChromiumBrowser.Program is null, ChromiumBrowser.Need);
        var now = SampleLoadReport.Create(seed: 2);
        var report = now with { Comparison = RunComparer.Compare(SampleLoadReport.Create(seed: 1), now, calibration: null) };
        await ReportFiles.WriteAsync(report, new DirectoryInfo(_folder.Path), TestContext.Current.CancellationToken);
        await using var browser = await ChromiumBrowser.StartAsync(Timeout);
        List<string> requests = [];
        browser.Page.Request += (_, request) => requests.Add(request.Url);
        var address = new Uri(_folder.File(ReportFiles.Html)).AbsoluteUri;

        foreach (var (width, scheme) in from width in (int[])[1280, 390] from scheme in (ColorScheme[])[ColorScheme.Light, ColorScheme.Dark] select (width, scheme))
        {
            await browser.Page.SetViewportSizeAsync(width, 900);
            await browser.Page.EmulateMediaAsync(new() { ColorScheme = scheme });
            await browser.Page.GotoAsync(address);
            await browser.Page.ScreenshotAsync(new()
            {
                Path = Path.Combine(Dashboard.Screenshots.FullName, $"load-test-{width}-{scheme}.png".ToLowerInvariant()), FullPage = true,
            });

            // Only tables may scroll sideways, not the page.
            Assert.Equal(width, await browser.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        }

        Assert.Empty(browser.Errors);
        Assert.All(requests, url => Assert.True(url == address || url.StartsWith("data:", StringComparison.Ordinal), url));
    }
}
