using System.Collections.Concurrent;
using Choir.AppHost.Infrastructure;
using Choir.Tests.Support;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(ChromiumBrowser.Ending))]

namespace Choir.Tests.Support;

/// <summary>A page in a headless Chromium. It collects the errors in the page's console.</summary>
internal sealed class ChromiumBrowser : IAsyncDisposable
{
    /// <summary>The reason for skipping a test without Chromium.</summary>
    public const string Need = "Chromium is not installed; Debian's package chromium has it.";

    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ];

    private static readonly SemaphoreSlim Starting = new(1, 1);
    private static (IPlaywright Playwright, IBrowser Browser)? _process;

    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly ConcurrentQueue<string> _requests = new();

    private ChromiumBrowser(IBrowserContext context, IPage page)
    {
        (_context, Page) = (context, page);
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                _errors.Enqueue($"{page.Url}: {message.Text}");
            }
        };
        page.PageError += (_, error) => _errors.Enqueue($"{page.Url}: {error}");
        page.Request += (_, request) => _requests.Enqueue(request.Url);
    }

    /// <summary>The program's path; null if it is not installed.</summary>
    public static string? Program { get; } = Tool.Find("chromium");

    public IPage Page { get; }

    /// <summary>The errors in the page's console and its unhandled exceptions.</summary>
    public IReadOnlyCollection<string> Errors => _errors;

    /// <summary>The addresses of all that the page has asked for.</summary>
    public IReadOnlyCollection<string> Requests => _requests;

    /// <param name="timeout">The timeout of the page's actions.</param>
    public static async Task<ChromiumBrowser> StartAsync(TimeSpan timeout)
    {
        var context = await (await ProcessAsync()).NewContextAsync(new() { ViewportSize = new() { Width = 1280, Height = 800 } });
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout((float)timeout.TotalMilliseconds);
        return new ChromiumBrowser(context, page);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _context.DisposeAsync();

    // Its start takes longer than many a test: all tests share one process, and each has cookies and a cache of its own.
    private static async Task<IBrowser> ProcessAsync()
    {
        await Starting.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (_process is not { Browser.IsConnected: true })
            {
                await EndAsync();
                var playwright = await Playwright.CreateAsync();
                _process = (playwright, await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Program, Headless = true, Args = Arguments }));
            }

            return _process.Value.Browser;
        }
        finally
        {
            Starting.Release();
        }
    }

    private static async Task EndAsync()
    {
        if (_process is var (playwright, browser))
        {
            _process = null;
            await browser.CloseAsync();
            playwright.Dispose();
        }
    }

    /// <summary>Ends the browser's process after the last test.</summary>
    public sealed class Ending : IAsyncDisposable
    {
        /// <inheritdoc/>
        public async ValueTask DisposeAsync() => await EndAsync();
    }
}
