using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Choir.Tests.Browser;
using Choir.Tests.Support;

namespace Choir.Tests.Samples;

/// <summary>Runs the web application with the grains of the shop, which know nothing of Choir, and looks at its pages.</summary>
public sealed class ShopObservedTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Its_pages_and_routes_show_the_scripted_calls()
    {
        Assert.SkipWhen(ChromiumBrowser.Program is null, ChromiumBrowser.Need);
        await using var shop = await SampleSite.StartAsync("ShopObserved");
        using var http = ClientOf(shop);
        using var orders = await http.PostAsync(new Uri("/orders", UriKind.Relative), null, Token);
        Assert.Equal(ShopScript.Answers, (await orders.Content.ReadFromJsonAsync<string[]>(Token))!);

        // Nobody waits for the one-way calls.
        await Eventually.HoldsAsync("all calls to be counted", async () => await FlowAsync(http) is var flow && flow.SequenceEqual(ShopScript.OfProgram()));
        await using var browser = await ChromiumBrowser.StartAsync(TimeSpan.FromMinutes(1));
        var page = browser.Page;
        await page.GotoAsync(shop.Link.AbsoluteUri);
        await page.WaitForSelectorAsync(".freshness[data-interactive]:has-text('Live')");
        await OpenAsync("Flow");
        foreach (var (source, type, method, _, _) in ShopScript.OfProgram())
        {
            await page.WaitForSelectorAsync($"[data-part=flow-table] tr:has-text('{method}'):has-text('{source}'):has-text('{type}')");
        }

        await page.WaitForSelectorAsync("[data-part=flow-table] tr:has-text('Stream.OnNextAsync'):has-text('stream'):has-text('sales')");
        await PictureAsync("flow");
        await OpenAsync("Actors");
        Assert.Equal(["customer", "order", "payment", "price", "sales", "stock"], (await page.Locator("[data-part=types] tbody tr td:first-child").AllInnerTextsAsync()).Order(StringComparer.Ordinal));
        await page.ClickAsync("[data-part=types] a:has-text('stock')");
        await page.WaitForSelectorAsync("text=9 since the hosts started");
        await PictureAsync("type");
        await page.ClickAsync("[data-part=hottest] a:has-text('apples')");
        await page.WaitForSelectorAsync("[data-part=messages] :text('IStock.FillAsync')");
        Assert.Equal(0, await page.Locator("[data-figure=queue]").CountAsync());

        // Its number is its key, also where Orleans writes 6A.
        await page.GotoAsync(new Uri(shop.Link, "/observatory/actors/actor?type=order&id=106").AbsoluteUri);
        await page.WaitForSelectorAsync("[data-part=messages] :text('IOrder.PlaceAsync')");
        using var other = await http.GetAsync(new Uri("/actors/order/6A", UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);

        // The trace of an order that somebody could not pay: each call beneath the one that made it.
        var order = await http.GetFromJsonAsync<JsonElement>(new Uri("/actors/order/106", UriKind.Relative), Token);
        var correlation = order.GetProperty("messages").EnumerateArray().Single(hop => hop.GetProperty("messageType").GetString() == "IOrder.PlaceAsync").GetProperty("correlationId").GetString();
        await page.GotoAsync(new Uri(shop.Link, $"/observatory/traces/trace?id={correlation}").AbsoluteUri);
        await page.WaitForSelectorAsync("[data-part=waterfall] :text('ICustomer.TellAsync')");
        await PictureAsync("trace");
        var hops = (await http.GetFromJsonAsync<JsonElement>(new Uri($"/traces/{correlation}", UriKind.Relative), Token)).GetProperty("hops").EnumerateArray().ToArray();
        var first = hops.Single(hop => hop.GetProperty("causationId").ValueKind == JsonValueKind.Null);
        Assert.Equal("IOrder.PlaceAsync", first.GetProperty("messageType").GetString());
        Assert.All(hops.Where(hop => hop.GetProperty("messageId").GetString() != first.GetProperty("messageId").GetString()), hop =>
            Assert.Equal((first.GetProperty("messageId").GetString(), "order", "106"), (hop.GetProperty("causationId").GetString(), hop.GetProperty("sourceType").GetString(), hop.GetProperty("sourceId").GetString())));
        Assert.Empty(browser.Errors);
        Assert.Equal(0, await shop.StopAsync());

        async Task OpenAsync(string name)
        {
            await page.ClickAsync($"nav.pages a:has-text('{name}')");
            await page.WaitForSelectorAsync($"h1:has-text('{name}')");
        }

        Task PictureAsync(string name) => page.ScreenshotAsync(new() { Path = Path.Combine(Dashboard.Screenshots.FullName, $"observatory-shop-{name}.png"), FullPage = true });
    }

    [Fact]
    public async Task Calls_that_wait_for_a_bank_that_does_not_answer_are_shown_with_who_waits_and_why()
    {
        Assert.SkipWhen(ChromiumBrowser.Program is null, ChromiumBrowser.Need);
        await using var shop = await SampleSite.StartAsync(
            "ShopObserved", [("BankTime", "01:00:00"), ("ResponseTimeout", "01:00:00"), ("Choir__Observability__SlowAfter", "00:00:00.5")]);
        using var http = ClientOf(shop);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var orders = http.PostAsync(new Uri("/orders", UriKind.Relative), null, end.Token);
        var why = await Eventually.GivesAsync("the cause", async () =>
        {
            // Unavailable while the silo starts.
            using var answer = await http.GetAsync(new Uri("/why", UriKind.Relative), Token);
            return answer.IsSuccessStatusCode && (await answer.Content.ReadFromJsonAsync<JsonElement>(Token)) is var found && found.GetProperty("findings").EnumerateArray().Any()
                ? found.GetRawText()
                : null;
        });
        Assert.Contains("payment/Ann has been handling IPayment.PayAsync", why, StringComparison.Ordinal);

        await using var browser = await ChromiumBrowser.StartAsync(TimeSpan.FromMinutes(1));
        await browser.Page.GotoAsync(shop.Link.AbsoluteUri);
        await browser.Page.WaitForSelectorAsync("[data-part=why]:has-text('payment/Ann')");
        await browser.Page.ClickAsync("nav.pages a:has-text('Waiting')");
        await browser.Page.WaitForSelectorAsync("[data-part=chains] :text('holds up the others')");
        await browser.Page.WaitForSelectorAsync("[data-part=handlers] :text('Task.Delay at PaymentGrain.cs')");
        await browser.Page.ScreenshotAsync(new() { Path = Path.Combine(Dashboard.Screenshots.FullName, "observatory-shop-waiting.png"), FullPage = true });
        Assert.Empty(browser.Errors);
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => orders);
    }

    private static HttpClient ClientOf(SampleSite shop) => new(new SocketsHttpHandler { ActivityHeadersPropagator = null, UseProxy = false })
    {
        BaseAddress = new Uri(shop.Link.GetLeftPart(UriPartial.Authority)), Timeout = Timeout.InfiniteTimeSpan,
    };

    private static async Task<IEnumerable<(string? Source, string? Type, string? Method, string? Outcome, int Count)>> FlowAsync(HttpClient http) =>
        (await http.GetFromJsonAsync<JsonElement>(new Uri("/flow", UriKind.Relative), Token)).GetProperty("edges").EnumerateArray()
            .Where(edge => ShopScript.IsAwaited(edge.GetProperty("messageType").GetString()))
            .SelectMany(edge => edge.GetProperty("outcomes").EnumerateObject().Select(outcome => (
                edge.GetProperty("sourceType").GetString(), edge.GetProperty("actorType").GetString(), edge.GetProperty("messageType").GetString(),
                (string?)outcome.Name, Count: outcome.Value.GetInt32())))
            .Where(one => one.Count > 0).Order();
}
