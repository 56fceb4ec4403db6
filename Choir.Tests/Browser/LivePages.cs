using Choir.Tests.Integration.EndToEnd;
using Choir.Tests.Support;

namespace Choir.Tests.Browser;

/// <summary>The live pages of a whole Choir.</summary>
internal static class LivePages
{
    /// <summary>Opens a browser that has signed in.</summary>
    public static async Task<ChromiumBrowser> OpenAsync(RunningChoir choir, HttpClient gateway, TimeSpan timeout)
    {
        var link = (await choir.ExecuteAsync("gateway", "observatory-link")).Data!.Value!;
        var path = link[link.IndexOf("/observatory/", StringComparison.Ordinal)..link.IndexOf(')', StringComparison.Ordinal)];
        var browser = await ChromiumBrowser.StartAsync(timeout);
        await browser.Page.GotoAsync(new Uri(gateway.BaseAddress!, path).AbsoluteUri);
        await browser.Page.WaitForSelectorAsync(".freshness[data-interactive]:has-text('Live')");
        return browser;
    }
}
