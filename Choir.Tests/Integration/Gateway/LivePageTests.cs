using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Choir.Gateway.LivePages;
using Choir.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Choir.Tests.Integration.Gateway;

/// <summary>The live pages at the gateway.</summary>
public sealed class LivePageTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_api_key_opens_the_pages_and_they_say_when_no_host_answers()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var browser = Browser(gateway);
        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync(await LinkAsync(gateway), Cancellation)).StatusCode);
        var text = await Eventually.GivesAsync("the sentence that no host answers", async () =>
        {
            using var page = await browser.GetAsync(new Uri("/observatory/", UriKind.Relative), Cancellation);
            Assert.Equal(HttpStatusCode.OK, page.StatusCode);
            var shown = await page.Content.ReadAsStringAsync(Cancellation);
            return shown.Contains("No actor host answers.", StringComparison.Ordinal) ? shown : null;
        });
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_of_the_application_is_part_of_them()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var browser = Browser(gateway);
        using (await browser.GetAsync(await LinkAsync(gateway), Cancellation))
        {
        }

        using var page = await browser.GetAsync(new Uri("/observatory/conversations", UriKind.Relative), Cancellation);
        var text = await page.Content.ReadAsStringAsync(Cancellation);
        Assert.Contains("Ask, in a new conversation", text, StringComparison.Ordinal);

        // There is no database here.
        Assert.Contains("role=\"alert\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_key_itself_is_not_enough_for_a_page()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var page = await gateway.Http.GetAsync(new Uri("/observatory/_blazor", UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, page.StatusCode);
    }

    [Fact]
    public async Task Refused_requests_are_counted_on_the_pages_although_neither_the_database_nor_a_host_answers()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(settings: "Gateway:MaxEventStreams=0");
        Assert.Equal(503, (await gateway.GetAsync("/threads")).Status);
        Assert.Equal(503, (await gateway.GetAsync("/flow")).Status);
        Assert.Equal(404, (await gateway.GetAsync("/nothing-here")).Status);
        var facts = await ActivatorUtilities.CreateInstance<LiveFacts>(gateway.Services).FactsAsync(Cancellation);
        Assert.Equal(("Cycles", null), (facts[0].Name, facts[0].Value));
        Assert.Equal(2, facts[1].Value);
        Assert.Equal("1 actor_unavailable: no actor host answers, or one was lost; 1 database_unavailable: the database cannot be used", facts[1].Detail);
    }

    private static HttpClient Browser(GatewayUnderTest gateway) =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { BaseAddress = gateway.Address };

    private static async Task<Uri> LinkAsync(GatewayUnderTest gateway)
    {
        using var made = await gateway.Http.PostAsync(new Uri("/observatory/sign-in-links", UriKind.Relative), null, Cancellation);
        return new Uri((await made.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("path").GetString()!, UriKind.Relative);
    }
}
