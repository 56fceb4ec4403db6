using System.Collections.Concurrent;
using Choir.AppHost.Infrastructure;
using Microsoft.Playwright;

namespace Choir.Tests.Support;

/// <summary>A headless Chromium with one page. It collects the errors in the page's console.</summary>
internal sealed class ChromiumBrowser : IAsyncDisposable
{
    /// <summary>The reason for skipping a test without Chromium.</summary>
    public const string Need = "Chromium is not installed; Debian's package chromium has it.";

    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ];

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;
    private readonly ConcurrentQueue<string> _errors = new();

    private ChromiumBrowser(IPlaywright playwright, IBrowser browser, IPage page)
    {
        (_playwright, _browser, Page) = (playwright, browser, page);
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                _errors.Enqueue($"{page.Url}: {message.Text}");
            }
        };
        page.PageError += (_, error) => _errors.Enqueue($"{page.Url}: {error}");
    }

    /// <summary>The program's path; null if it is not installed.</summary>
    public static string? Program { get; } = Tool.Find("chromium");

    public IPage Page { get; }

    /// <summary>The errors in the page's console and its unhandled exceptions.</summary>
    public IReadOnlyCollection<string> Errors => _errors;

    /// <param name="timeout">The timeout of the page's actions.</param>
    public static async Task<ChromiumBrowser> StartAsync(TimeSpan timeout)
    {
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Program, Headless = true, Args = Arguments });
        var page = await browser.NewPageAsync(new() { ViewportSize = new() { Width = 1280, Height = 800 } });
        page.SetDefaultTimeout((float)timeout.TotalMilliseconds);
        return new ChromiumBrowser(playwright, browser, page);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _browser.CloseAsync();
        _playwright.Dispose();
    }
}
