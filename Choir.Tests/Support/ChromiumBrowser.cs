using System.Collections.Concurrent;
using Choir.AppHost.Infrastructure;
using Microsoft.Playwright;

namespace Choir.Tests.Support;

/// <summary>A real Chromium without a window, with one page open. It keeps every error that the page writes to its console.</summary>
internal sealed class ChromiumBrowser : IAsyncDisposable
{
    /// <summary>Why a test that needs it is skipped where it is not.</summary>
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

    /// <summary>The program; null where it is not installed.</summary>
    public static string? Program { get; } = Tool.Find("chromium");

    /// <summary>The page.</summary>
    public IPage Page { get; }

    /// <summary>What the page has written to its console as an error so far, and exceptions that nobody caught.</summary>
    public IReadOnlyCollection<string> Errors => _errors;

    /// <summary>Starts it.</summary>
    /// <param name="patience">How long the page waits for what it is asked to find or to click.</param>
    public static async Task<ChromiumBrowser> StartAsync(TimeSpan patience)
    {
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Program, Headless = true, Args = Arguments });
        var page = await browser.NewPageAsync(new() { ViewportSize = new() { Width = 1280, Height = 800 } });
        page.SetDefaultTimeout((float)patience.TotalMilliseconds);
        return new ChromiumBrowser(playwright, browser, page);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _browser.CloseAsync();
        _playwright.Dispose();
    }
}
