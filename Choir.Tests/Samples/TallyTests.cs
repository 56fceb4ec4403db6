using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Choir.Tests.Browser;
using Choir.Tests.Support;
using Choir.Tests.Support.Hostile;
using Choir.Tests.Support.Otlp;

namespace Choir.Tests.Samples;

/// <summary>Runs the sample: a web application on Orleans that uses the actor library and the pages only.</summary>
public sealed class TallyTests
{
    private const int Messages = 25;

    [Fact]
    public async Task An_Orleans_application_gets_actors_metrics_and_traces_with_two_calls()
    {
        await using var receiver = await HostileCollector.StartAsync();
        await using var tally = await SampleSite.StartAsync("Tally", receiver.Variables());
        Assert.Equal(Messages, await AddAsync(tally));

        // The program exports all metrics and spans before it ends.
        Assert.Equal(0, await tally.StopAsync());
        var metrics = receiver.Inbox.Metrics(scope => scope == "Choir.Actors");
        var handled = Assert.Single(metrics["actor.messages"].Sum.DataPoints, point => IsAdd(point.Attributes) && point.AsInt > 0);
        Assert.Equal((Messages, "ok"), (handled.AsInt, handled.Attributes.Text("outcome")));
        var processing = Assert.Single(metrics["actor.message.processing"].Histogram.DataPoints, point => IsAdd(point.Attributes));
        Assert.Equal(Messages, (int)processing.Count);
        Assert.Equal(Messages, Assert.Single(metrics["actor.state.changes"].Sum.DataPoints).AsInt);

        var spans = receiver.Inbox.Spans.Select(one => one.Span).Where(span => span.Name == "process_message ADD").ToList();
        Assert.Equal(Messages, spans.Count);
        var requests = receiver.Inbox.Spans.Select(one => one.Span).Where(span => span.Name.StartsWith("POST", StringComparison.Ordinal)).ToDictionary(span => span.SpanId.Hex());
        Assert.All(spans, span => Assert.Equal(requests[span.ParentSpanId.Hex()].TraceId.Hex(), span.TraceId.Hex()));

        static bool IsAdd(IEnumerable<KeyValue> attributes) => attributes.Text("message.type") == "ADD";
    }

    [Fact]
    public async Task One_line_gives_it_the_live_pages()
    {
        Assert.SkipWhen(ChromiumBrowser.Program is null, ChromiumBrowser.Need);
        await using var receiver = await HostileCollector.StartAsync();
        await using var tally = await SampleSite.StartAsync("Tally", receiver.Variables());
        await AddAsync(tally);
        await using var browser = await ChromiumBrowser.StartAsync(TimeSpan.FromMinutes(1));
        await browser.Page.GotoAsync(tally.Link.AbsoluteUri);
        await browser.Page.WaitForSelectorAsync(".freshness[data-interactive]:has-text('Live')");
        await browser.Page.ClickAsync("nav.pages a:has-text('Actors')");
        await browser.Page.ClickAsync("[data-part=types] a:has-text('TallyActor')");
        await browser.Page.WaitForSelectorAsync($"text={Messages} since the hosts started");
        await browser.Page.ScreenshotAsync(new() { Path = Path.Combine(Dashboard.Screenshots.FullName, "observatory-tally.png"), FullPage = true });
        await browser.Page.FillAsync("[data-part=search] input", "apple");
        await browser.Page.ClickAsync("[data-part=search] button");
        await browser.Page.ClickAsync("[data-part=search] a:has-text('apples')");
        await browser.Page.WaitForSelectorAsync("[data-part=state] .tree");
        Assert.Contains($"count: {Messages}", await browser.Page.TextContentAsync("[data-part=state]"), StringComparison.Ordinal);
        Assert.Empty(browser.Errors);

        // The program exports all spans before it ends. Those of an open page would bury the application's.
        Assert.Equal(0, await tally.StopAsync());
        Assert.NotEmpty(receiver.Inbox.Spans);
        Assert.DoesNotContain(receiver.Inbox.SpanScopes, scope => scope.StartsWith("Microsoft.AspNetCore.SignalR", StringComparison.Ordinal) || scope.StartsWith("Microsoft.AspNetCore.Components", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Its_inspection_routes_read_and_change_nothing()
    {
        await using var tally = await SampleSite.StartAsync("Tally");
        await AddAsync(tally);
        using var http = ClientOf(tally);
        var actor = await http.GetFromJsonAsync<JsonElement>(new Uri("/actors/TallyActor/apples", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(Messages, actor.GetProperty("state").GetProperty("count").GetInt32());
        using var change = await http.PutAsJsonAsync(new Uri("/actors/TallyActor/quarantine", UriKind.Relative), new { mode = "skip", reason = "No." }, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, change.StatusCode);
        Assert.Equal(0, await tally.StopAsync());
    }

    // Without the trace of this process, which other tests sample or not.
    private static HttpClient ClientOf(SampleSite tally) =>
        new(new SocketsHttpHandler { ActivityHeadersPropagator = null, UseProxy = false }) { BaseAddress = new Uri(tally.Link.GetLeftPart(UriPartial.Authority)) };

    private static async Task<int> AddAsync(SampleSite tally)
    {
        using var http = ClientOf(tally);
        var count = 0;
        for (var i = 0; i < Messages; i++)
        {
            using var answer = await http.PostAsJsonAsync(new Uri("/tallies/apples", UriKind.Relative), new { amount = 1 }, TestContext.Current.CancellationToken);
            count = (await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("count").GetInt32();
        }

        return count;
    }
}
