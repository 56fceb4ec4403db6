using System.Text;
using System.Text.Json.Nodes;
using Choir.Gateway.LoadTests;
using Choir.Tests.Support;
using Microsoft.Extensions.Logging;

namespace Choir.Tests.Integration.Gateway;

public sealed class LoadTestTests(DatabaseFixture database) : IClassFixture<DatabaseFixture>, IAsyncLifetime
{
    private GatewayUnderTest _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayUnderTest.StartAsync(database.ConnectionString);

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        Assert.DoesNotContain(_gateway.Logs.Records, record => record.Level >= LogLevel.Error);
    }

    [Fact]
    public async Task A_result_is_stored_once_and_listed_by_profile()
    {
        var (older, newer) = (Result("stored", minutesAgo: 1), Result("stored"));
        Assert.Equal(201, (await _gateway.PostAsync("/load-tests", older)).Status);
        var created = await _gateway.PostAsync("/load-tests", newer);
        var id = created.Text("id");
        Assert.Equal((201, $"/load-tests/{id}"), (created.Status, created.Headers.Location!.OriginalString));

        var repeated = await _gateway.PostAsync("/load-tests", newer.Replace("48.2", "7", StringComparison.Ordinal));
        Assert.Equal(200, repeated.Status);
        Assert.Equal(48.2, repeated.Json.GetProperty("figures")[0].GetProperty("value").GetDouble());

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(created.Body), JsonNode.Parse((await _gateway.GetAsync($"/load-tests/{id}")).Body)));
        var page = (await _gateway.GetAsync("/load-tests?profile=stored&limit=1")).Json;
        Assert.Equal(id, page.GetProperty("loadTests")[0].GetProperty("id").GetString());
        page = (await _gateway.GetAsync($"/load-tests?profile=stored&limit=2&before={page.GetProperty("next").GetString()}")).Json;
        Assert.Equal(JsonNode.Parse(older)!["id"]!.GetValue<string>(), page.GetProperty("loadTests")[0].GetProperty("id").GetString());
        var profiles = (await _gateway.GetAsync("/load-tests/profiles")).Json.GetProperty("profiles").EnumerateArray();
        Assert.Contains(profiles, profile => profile.GetProperty("name").GetString() == "stored" && profile.GetProperty("results").GetInt32() == 2);
    }

    [Theory]
    [InlineData("\"profile\": \"spike\"", "\"profile\": \"My profile\"", "\"profile\" must have 1 to 64 lower-case letters")]
    [InlineData("\"kind\": \"spike\"", "\"kind\": 7", "\"kind\" must be load, stress, endurance or spike.")]
    [InlineData("\"kind\": \"spike\"", "\"kind\": \"other\"", "\"kind\"")]
    [InlineData("\"seconds\": 60", "\"seconds\": 1e999", "\"seconds\" must be from 0")]
    [InlineData("48.2", "-1e999", "\"figures[0].value\" must be a finite number.")]
    [InlineData("\"figures\": [", "\"figures\": [null,", "\"figures[0]\" must be an object.")]
    [InlineData("\"notes\":", "\"noted\":", "must have 'notes'")]
    [InlineData("0192f7a0-1b2c-7d3e", "0192f7a0-1b2c-4d3e", "\"id\" must be a UUIDv7")]
    public async Task A_result_that_is_not_valid_is_answered_with_400_and_the_field(string part, string instead, string detail) =>
        (await _gateway.PostAsync("/load-tests", LoadTestExamples.Result.Replace(part, instead, StringComparison.Ordinal)))
            .AssertProblem(400, "invalid_request", detail);

    [Fact]
    public async Task A_body_over_256_KiB_is_answered_with_413()
    {
        var body = Result("large").Replace("\"notes\":", $"\"ignored\": \"{new string('x', 256 << 10)}\", \"notes\":", StringComparison.Ordinal);
        (await _gateway.PostAsync("/load-tests", body)).AssertProblem(413, "payload_too_large", "limit of 262144 bytes");

        // Without a Content-Length.
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(body));
        using var content = new StreamContent(stream);
        content.Headers.ContentType = new("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/load-tests") { Content = content, Headers = { TransferEncodingChunked = true } };
        using var response = await _gateway.Http.SendAsync(request, TestContext.Current.CancellationToken);
        (await Answer.OfAsync(response)).AssertProblem(413, "payload_too_large", "limit of 262144 bytes");
    }

    [Theory]
    [InlineData("/load-tests?profile=My%20profile", 400, "?profile= must have")]
    [InlineData("/load-tests?profile=%00", 400, "?profile= must have")]
    [InlineData("/load-tests?before=x", 400, "cursor in ?before=")]
    [InlineData("/load-tests/x", 400, "load test's id must be a UUID")]
    [InlineData("/load-tests/0192f7a0-1b2c-7d3e-8f40-000000000000", 404, "There is no result of a load test 0192f7a0")]
    public async Task A_wrong_question_is_answered_with_its_problem(string path, int status, string detail) =>
        (await _gateway.GetAsync(path)).AssertProblem(status, status == 404 ? "not_found" : "invalid_request", detail);

    [Fact]
    public async Task The_page_of_trends_may_load_only_its_own_files_and_needs_no_key()
    {
        _gateway.Http.DefaultRequestHeaders.Authorization = null;
        var page = await _gateway.GetAsync("/load-tests/trends");
        Assert.Equal((200, "text/html"), (page.Status, page.ContentType));
        Assert.Contains("script-src 'self'", string.Join(' ', page.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.DoesNotContain("style=", page.Body, StringComparison.Ordinal);
        Assert.Equal("text/javascript", (await _gateway.GetAsync("/load-tests/trends/chart.js")).ContentType);
        Assert.Contains("href=\"/load-tests/trends\"", (await _gateway.GetAsync("/start")).Body, StringComparison.Ordinal);
    }

    private static string Result(string profile, int minutesAgo = 0) => LoadTestExamples.Result
        .Replace("0192f7a0-1b2c-7d3e-8f40-5a6b7c8d9e0f", Guid.CreateVersion7(TimeProvider.System.GetUtcNow().AddMinutes(-minutesAgo)).ToString(), StringComparison.Ordinal)
        .Replace("\"profile\": \"spike\"", $"\"profile\": \"{profile}\"", StringComparison.Ordinal);
}
