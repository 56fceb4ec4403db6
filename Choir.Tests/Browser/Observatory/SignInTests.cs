using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Choir.Tests.Support;

namespace Choir.Tests.Browser.Observatory;

/// <summary>Who may open the pages.</summary>
public sealed class SignInTests(ObservatoryUnderTest pages) : IClassFixture<ObservatoryUnderTest>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("")]
    [InlineData("actors")]
    [InlineData("actors/actor?type=ErrandActor&id=errand-0")]
    [InlineData("nowhere")]
    public async Task A_page_leads_to_the_sign_in_page(string path)
    {
        using var client = pages.NewClient();
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.StartsWith("/observatory/sign-in", answer.Headers.Location!.PathAndQuery, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POST", "_blazor/negotiate?negotiateVersion=1")]
    [InlineData("GET", "_blazor?id=1")]
    public async Task Without_sign_in_nothing_else_is_answered(string method, string path)
    {
        using var client = pages.NewClient();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var answer = await client.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task The_first_link_signs_in_once_as_operator()
    {
        using var client = pages.NewClient();
        using var first = await client.GetAsync(new Uri($"sign-in?token={pages.FirstToken}", UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.Redirect, first.StatusCode);
        var cookie = Assert.Single(first.Headers.GetValues("Set-Cookie"), value => value.StartsWith("choir.observatory.", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("path=/observatory", cookie, StringComparison.OrdinalIgnoreCase);
        using var page = await client.GetAsync(new Uri("actors", UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);

        using var other = pages.NewClient();
        using var second = await other.GetAsync(new Uri($"sign-in?token={pages.FirstToken}", UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, second.StatusCode);
        Assert.Contains("used already", await second.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_makes_a_link_with_at_most_its_own_role()
    {
        using var client = pages.NewClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ObservatoryUnderTest.ReaderKey);
        using var tooMuch = await client.PostAsync(new Uri("sign-in-links?role=operator", UriKind.Relative), null, Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, tooMuch.StatusCode);

        using var made = await client.PostAsync(new Uri("sign-in-links", UriKind.Relative), null, Cancellation);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        var path = (await made.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("path").GetString()!;
        using var used = await client.GetAsync(new Uri(path, UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.Redirect, used.StatusCode);
    }

    [Fact]
    public async Task An_address_that_does_not_exist_is_answered_with_404_and_a_page()
    {
        using var client = await pages.SignInAsync(ObservatoryUnderTest.ReaderKey);

        using var answer = await client.GetAsync(new Uri("nowhere/at/all", UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("There is no such page", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("actors/type")]
    [InlineData("actors/type?name=Nobody")]
    [InlineData("actors/actor")]
    [InlineData("actors/actor?id=x")]
    [InlineData("actors/actor?type=ErrandActor&id=%0Ax")]
    [InlineData("alerts/runbook")]
    [InlineData("alerts/runbook?alert=..%2F..%2Fsecret")]
    [InlineData("traces?slower=NaN&failed=perhaps")]
    [InlineData("traces/trace")]
    [InlineData("traces/trace?id=x")]
    [InlineData("flow?node=Nobody&window=7d")]
    [InlineData("flow?from=a&to=b")]
    [InlineData("dashboards?minutes=1e3&show=Nothing")]
    public async Task A_page_without_or_with_odd_parameters_is_shown(string path)
    {
        using var client = await pages.SignInAsync(ObservatoryUnderTest.ReaderKey);

        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var page = await answer.Content.ReadAsStringAsync(Cancellation);
        Assert.Contains("<h1", page, StringComparison.Ordinal);
        Assert.DoesNotContain("This page has failed. The log", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Bearer wrong")]
    [InlineData("Basic operator-key")]
    [InlineData("")]
    public async Task A_wrong_key_makes_no_link(string authorization)
    {
        using var client = pages.NewClient();
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", authorization);
        using var answer = await client.PostAsync(new Uri("sign-in-links", UriKind.Relative), null, Cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task A_session_that_was_ended_is_not_signed_in_any_more()
    {
        var cookies = new CookieContainer();
        using var client = await pages.SignInAsync(ObservatoryUnderTest.OperatorKey, cookies);

        var copied = cookies.GetCookieHeader(pages.Address);
        using (await client.PostAsync(new Uri("sign-out", UriKind.Relative), null, Cancellation))
        {
        }

        using var other = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(pages.Address, "actors"));
        request.Headers.Add("Cookie", copied);
        using var answer = await other.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
    }

    [Fact]
    public async Task A_form_without_its_token_is_refused()
    {
        using var client = pages.NewClient();
        using var form = new FormUrlEncodedContent([new("key", ObservatoryUnderTest.OperatorKey)]);
        using var answer = await client.PostAsync(new Uri("sign-in", UriKind.Relative), form, Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Users_stay_signed_in_when_the_application_restarts()
    {
        var cookies = new CookieContainer();
        using var client = await pages.SignInAsync(ObservatoryUnderTest.OperatorKey, cookies);

        Assert.Equal(HttpStatusCode.OK, await StatusAtAsync("secret of the tests"));
        Assert.Equal(HttpStatusCode.Redirect, await StatusAtAsync("another secret"));
        Assert.Equal(HttpStatusCode.Redirect, await StatusAtAsync(null));

        // Another process with the same address: cookies do not depend on the port.
        async Task<HttpStatusCode> StatusAtAsync(string? secret)
        {
            var (app, address) = await ObservatoryUnderTest.StartPagesAsync(pages.Cluster, new LogCollector(), null, secret);
            await using (app)
            {
                using var answer = await client.GetAsync(new Uri(address, "actors"), Cancellation);
                return answer.StatusCode;
            }
        }
    }

    [Fact]
    public async Task Pages_load_nothing_from_elsewhere_and_are_not_framed()
    {
        using var client = pages.NewClient();
        using var answer = await client.GetAsync(new Uri("sign-in", UriKind.Relative), Cancellation);
        var policy = string.Join(' ', answer.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
    }

    [Theory]
    [InlineData("https://example.com/")]
    [InlineData("//example.com/")]
    [InlineData("/\\example.com")]
    [InlineData("/elsewhere")]
    public async Task After_sign_in_no_other_site_is_opened(string returnUrl)
    {
        Assert.SkipWhen(ChromiumBrowser.Program is null, ChromiumBrowser.Need);
        await using var browser = await ChromiumBrowser.StartAsync(TimeSpan.FromMinutes(1));
        await browser.Page.GotoAsync(new Uri(pages.Address, $"sign-in?returnUrl={Uri.EscapeDataString(returnUrl)}").AbsoluteUri);
        await browser.Page.FillAsync("#key", ObservatoryUnderTest.ReaderKey);
        await browser.Page.ClickAsync("button[type=submit]");
        await browser.Page.WaitForSelectorAsync("h1:has-text('Now')");
        Assert.Equal(pages.Address.AbsoluteUri, browser.Page.Url);
    }
}
