using System.Text;
using Microsoft.Extensions.Logging;

namespace Choir.Tests.Integration.Gateway;

public sealed class InputValidationTests : IAsyncLifetime
{
    private const string Inputs = "/threads/0192f7a0-1b2c-7d3e-8f40-5a6b7c8d9e0f/inputs";

    private GatewayUnderTest _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayUnderTest.BorrowAsync();

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Theory]
    [InlineData("{\"content\": ", "not valid JSON (line 1, byte")]
    [InlineData("{\"content\": \"a\"} and more", "not valid JSON")]
    [InlineData("", "body is empty")]
    [InlineData("null", "body is empty or null")]
    [InlineData("[]", "The body must be a JSON object")]
    [InlineData("\"text\"", "The body must be a JSON object")]
    [InlineData("{}", "must have 'content'")]
    [InlineData("{\"contents\": \"a\"}", "must have 'content'")]
    [InlineData("{\"content\": 42}", "\"content\" must be a string, not a number (line 1, byte")]
    [InlineData("{\"content\": [\"a\"]}", "\"content\" must be a string")]
    [InlineData("{\"content\": null}", "\"content\" must not be null")]
    [InlineData("{\"content\": \"a\", \"content\": \"b\"}", "\"content\" twice")]
    [InlineData("{\"content\": \"\"}", "empty or only white space")]
    [InlineData("{\"content\": \" \\n\\t \"}", "empty or only white space")]
    [InlineData("{\"content\": \"a\\u0000b\"}", "U+0000 at 2")]
    [InlineData("{\"content\": \"a\\ud83d\"}", "\"content\" is not valid Unicode text")]
    public async Task Invalid_content_is_answered_with_400_and_the_reason(string body, string detail)
    {
        var answer = await _gateway.PostAsync(Inputs, body);
        answer.AssertProblem(400, "invalid_request", detail);
        AssertNothingWasSentAndNobodyAlarmed();
    }

    [Fact]
    public async Task Invalid_UTF8_is_answered_with_400()
    {
        byte[] body = [.. "{\"content\": \"a"u8, 0xC3, 0x28, .. "\"}"u8];
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new("application/json");
        var answer = await _gateway.PostAsync(Inputs, content);
        answer.AssertProblem(400, "invalid_request", "\"content\" is not valid Unicode text");
        AssertNothingWasSentAndNobodyAlarmed();
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    public async Task Another_content_type_is_answered_with_415(string type)
    {
        var answer = await _gateway.PostAsync(Inputs, new StringContent("{\"content\": \"a\"}", Encoding.UTF8, type));
        answer.AssertProblem(415, "unsupported_media_type", "Content-Type: application/json");
        AssertNothingWasSentAndNobodyAlarmed();
    }

    [Theory]
    [InlineData("?wait=31", "?wait= must be from 0 to 30")]
    [InlineData("?wait=-1", "?wait= must be from 0 to 30")]
    [InlineData("?wait=soon", "The parameter \"wait\" cannot have the value \"soon\"")]
    public async Task A_wait_out_of_range_is_answered_with_400(string query, string detail)
    {
        var answer = await _gateway.PostAsync(Inputs + query, "{\"content\": \"a\"}");
        answer.AssertProblem(400, "invalid_request", detail);
        AssertNothingWasSentAndNobodyAlarmed();
    }

    [Theory]
    [InlineData("/threads?limt=5", "There is no query parameter \"limt\" here; this route has limit, before.")]
    [InlineData("/load-tests?profile=load&Limit=5&page=2", "There is no query parameter \"page\" here; this route has profile, limit, before.")]
    [InlineData("/load-tests/profiles?limit=5", "There is no query parameter \"limit\" here; this route has none.")]
    public async Task An_unknown_query_parameter_is_answered_with_400_and_the_known_ones(string path, string detail)
    {
        var answer = await _gateway.GetAsync(path);
        answer.AssertProblem(400, "invalid_request", detail);
        Assert.Equal(detail, answer.Text("detail"));
    }

    [Fact]
    public async Task A_misspelt_wait_is_answered_with_400_and_nothing_is_sent()
    {
        var answer = await _gateway.PostAsync(Inputs + "?wiat=30", "{\"content\": \"a\"}");
        answer.AssertProblem(400, "invalid_request", "There is no query parameter \"wiat\" here; this route has wait.");
        AssertNothingWasSentAndNobodyAlarmed();
    }

    [Theory]
    [InlineData("/alive?x=1")]
    [InlineData("/load-tests/trends?x=1")]
    public async Task Probes_and_pages_ignore_query_parameters(string path) =>
        Assert.Equal(200, (await _gateway.GetAsync(path)).Status);

    [Theory]
    [InlineData("/threads?limit=abc", "The parameter \"limit\" cannot have the value \"abc\"; it must be a whole number.")]
    [InlineData("/threads?limit=1&limit=2", "The parameter \"limit\" cannot have the value \"1,2\"; it must be a whole number.")]
    [InlineData("/dead-letters?limit=%22.", "The parameter \"limit\" cannot have the value \"\".\"; it must be a whole number.")]
    public async Task A_parameter_of_the_wrong_type_is_answered_with_400_and_what_it_must_be(string path, string detail)
    {
        var answer = await _gateway.GetAsync(path);
        answer.AssertProblem(400, "invalid_request", detail);
        Assert.Equal(detail, answer.Text("detail"));
    }

    [Theory]
    [InlineData(70, "data is nested more than 56 levels deep.")]
    [InlineData(130, "The body is nested more than 128 levels deep (line 1, byte")]
    public async Task A_body_that_is_nested_too_deeply_is_answered_with_400_and_the_limit(int levels, string detail)
    {
        var body = $$"""{"type": "PING", "data": {{new string('[', levels)}}{{new string(']', levels)}}}""";
        var answer = await _gateway.PostAsync("/actors/test_actor/a/messages", body);
        answer.AssertProblem(400, "invalid_request", detail);
        AssertNothingWasSentAndNobodyAlarmed();
    }

    [Fact]
    public async Task Two_idempotency_keys_are_answered_with_400()
    {
        var answer = await _gateway.RawAsync("POST", Inputs, "{\"content\": \"a\"}", "Idempotency-Key: a", "Idempotency-Key: b");
        answer.AssertProblem(400, "invalid_request", "The request has the header Idempotency-Key 2 times. Send one key.");
        AssertNothingWasSentAndNobodyAlarmed();
    }

    [Fact]
    public async Task A_long_idempotency_key_is_answered_with_400()
    {
        _gateway.Http.DefaultRequestHeaders.Add("Idempotency-Key", new string('k', 201));
        var answer = await _gateway.PostAsync(Inputs, "{\"content\": \"a\"}");
        answer.AssertProblem(400, "invalid_request", "Idempotency-Key must have 1 to 200");
        AssertNothingWasSentAndNobodyAlarmed();
    }

    [Theory]
    [InlineData("/threads/no-uuid")]
    [InlineData("/threads/no-uuid/events")]
    [InlineData("/threads/0192f7a0-1b2c-7d3e-8f40-5a6b7c8d9e0f/cycles/42")]
    [InlineData("/threads?before=42")]
    [InlineData("/dead-letters?before=42")]
    public async Task An_id_that_is_not_a_UUID_is_answered_with_400(string path) =>
        (await _gateway.GetAsync(path)).AssertProblem(400, "invalid_request", "must be a UUID");

    [Theory]
    [InlineData("/threads?limit=0")]
    [InlineData("/threads?limit=201")]
    [InlineData("/dead-letters?limit=1000")]
    public async Task A_limit_out_of_range_is_answered_with_400(string path) =>
        (await _gateway.GetAsync(path)).AssertProblem(400, "invalid_request", "?limit= must be from 1 to 200");

    [Fact]
    public async Task Content_over_one_MiB_of_UTF8_is_answered_with_413()
    {
        // Three bytes each: the number of characters is below the limit.
        var content = new string('界', (1 << 20) / 3 + 1);
        var answer = await _gateway.PostAsync(Inputs, $"{{\"content\": \"{content}\"}}");
        answer.AssertProblem(413, "payload_too_large", "the maximum is 1048576");
        AssertNothingWasSentAndNobodyAlarmed();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_of_5_MB_is_answered_with_413_with_and_without_a_content_length(bool chunked)
    {
        for (var i = 0; i < 5; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, Inputs)
            {
                Content = new StringContent($"{{\"content\": \"{new string('a', 5_000_000)}\"}}", Encoding.UTF8, "application/json"),
            };
            request.Headers.TransferEncodingChunked = chunked;
            using var response = await _gateway.Http.SendAsync(request, TestContext.Current.CancellationToken);
            (await Answer.OfAsync(response)).AssertProblem(413, "payload_too_large", "limit of 2097152 bytes");
        }

        AssertNothingWasSentAndNobodyAlarmed();
    }

    private void AssertNothingWasSentAndNobodyAlarmed()
    {
        Assert.Empty(_gateway.Actors.Asked);
        // Tests that used the gateway before may have logged too much at once.
        Assert.DoesNotContain(_gateway.Logs.Records, record =>
            record.Level >= LogLevel.Warning && record.Event != "records_suppressed" && record.Category.StartsWith("Choir.Gateway", StringComparison.Ordinal));
        Assert.DoesNotContain(_gateway.Logs.Records, record => record.Level >= LogLevel.Error);
    }
}
