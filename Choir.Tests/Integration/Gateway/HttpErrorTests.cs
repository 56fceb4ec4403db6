using System.IO.Compression;
using System.Text;
using Choir.Tests.Support;
using Microsoft.Extensions.Logging;

namespace Choir.Tests.Integration.Gateway;

/// <summary>What a caller gets for requests that are wrong as HTTP, in Development as in Production.</summary>
public sealed class HttpErrorTests : IAsyncLifetime
{
    private const string Messages = "/actors/counter/a/messages";
    private const string Ping = """{"type":"PING"}""";

    private GatewayUnderTest _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayUnderTest.BorrowAsync("environment=Development", "Telemetry:Sampling=0");

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Theory]
    [InlineData("text/event-stream")]
    [InlineData("text/html,application/xhtml+xml")]
    [InlineData("application/xml;q=0.9, image/*")]
    [InlineData("application/json;q=0")]
    [InlineData("nonsense")]
    [InlineData("")]
    public async Task A_problem_is_answered_as_JSON_whatever_the_request_accepts(string accept)
    {
        string[] headers = [$"Accept: {accept}"];
        (await _gateway.RawAsync("POST", Messages, """{"type":"ping"}""", headers)).AssertProblem(400, "invalid_request", "upper snake case");
        (await _gateway.RawAsync("GET", "/threads/42/events", null, headers)).AssertProblem(400, "invalid_request", "must be a UUID");
        (await _gateway.RawAsync("GET", "/nothing-here", null, headers)).AssertProblem(404, "not_found", "There is no route");
        (await _gateway.RawAsync("DELETE", "/threads", null, headers)).AssertProblem(405, "method_not_allowed", "allowed:");
        AssertNoErrorIsLogged();
    }

    [Theory]
    [InlineData("application/json; charset=nonsense")]
    [InlineData("application/json; charset=\"\"")]
    [InlineData("application/json; charset=utf-7")]
    [InlineData("application/json, application/json")]
    [InlineData("application")]
    public async Task A_body_in_an_unknown_format_is_answered_with_415(string type)
    {
        (await _gateway.RawAsync("POST", Messages, Ping, $"Content-Type: {type}"))
            .AssertProblem(415, "unsupported_media_type", "Content-Type: application/json");
        AssertNoErrorIsLogged();
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/json; charset=UTF-8")]
    [InlineData("application/json; charset=\"utf-8\"")]
    [InlineData("application/json; charset=iso-8859-1")]
    public async Task A_body_in_a_known_format_is_read(string type) =>
        Assert.Equal(200, (await _gateway.RawAsync("POST", Messages, Ping, $"Content-Type: {type}")).Status);

    [Fact]
    public async Task A_compressed_body_is_answered_with_415_and_never_expanded()
    {
        using var bomb = new MemoryStream();
        await using (var gzip = new GZipStream(bomb, CompressionLevel.Optimal, leaveOpen: true))
        {
            await gzip.WriteAsync(new byte[8 << 20], TestContext.Current.CancellationToken);
        }

        byte[][] parts =
        [
            RawHttp.Head("POST", Messages,
            [
                "Host: a", "Connection: close", $"Authorization: Bearer {GatewayUnderTest.Key}", "Content-Type: application/json",
                "Content-Encoding: gzip", $"Content-Length: {bomb.Length}",
            ]),
            bomb.ToArray(),
        ];
        Answer.Of(await RawHttp.SendAsync(_gateway.Address, parts))
            .AssertProblem(415, "unsupported_media_type", "without the header Content-Encoding");
    }

    [Fact]
    public async Task An_exception_shows_neither_a_stack_trace_nor_a_header_in_Development()
    {
        _gateway.Actors.Answer = (_, _, _, _) => throw new InvalidOperationException("secret");
        var answer = await _gateway.RawAsync("POST", Messages, Ping, "Accept: text/html", "X-Mine: of-the-caller");
        answer.AssertProblem(500, "internal_error", "trace id");
        Assert.DoesNotContain("secret", answer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("of-the-caller", answer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain(GatewayUnderTest.Key, answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OPTIONS_of_the_whole_server_is_named_as_it_was_asked()
    {
        var answer = Answer.Of(await RawHttp.SendAsync(_gateway.Address, "OPTIONS", "*", [$"Authorization: Bearer {GatewayUnderTest.Key}"]));
        Assert.StartsWith("* does not allow OPTIONS; allowed: ", answer.Text("detail"), StringComparison.Ordinal);
        Assert.Equal("*", answer.Text("instance"));
    }

    [Theory]
    [InlineData("/alive")]
    [InlineData("/ready")]
    [InlineData("/health")]
    [InlineData("/metrics")]
    [InlineData("/metrics/targets")]
    [InlineData("/runbooks")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/start")]
    public async Task HEAD_is_answered_like_GET_without_a_key_and_without_a_body(string path)
    {
        var get = await RawHttp.SendAsync(_gateway.Address, "GET", path, []);
        var head = await RawHttp.SendAsync(_gateway.Address, "HEAD", path, []);
        Assert.Equal((get.Status, get.Headers.GetValueOrDefault("Content-Type"), ""), (head.Status, head.Headers.GetValueOrDefault("Content-Type"), head.Body));
    }

    [Fact]
    public async Task HEAD_needs_the_key_where_GET_does()
    {
        Assert.Equal(401, (await RawHttp.SendAsync(_gateway.Address, "HEAD", "/alerts", [])).Status);
        Assert.Equal((200, ""), await OfAsync("/alerts"));
        Assert.Equal((404, ""), await OfAsync("/nothing-here"));

        async Task<(int Status, string Body)> OfAsync(string path)
        {
            var answer = await _gateway.RawAsync("HEAD", path);
            return (answer.Status, answer.Body);
        }
    }

    [Theory]
    [InlineData("?limit=99999999999999999999", "limit")]
    [InlineData("?limit=1e3", "limit")]
    [InlineData("?limit=1&limit=2", "limit")]
    [InlineData("?limit=%00", "limit")]
    [InlineData("?before=%ff%fe", "UUID")]
    public async Task A_parameter_of_the_wrong_kind_is_answered_with_400(string query, string detail)
    {
        (await _gateway.RawAsync("GET", "/threads" + query)).AssertProblem(400, "invalid_request", detail);
        AssertNoErrorIsLogged();
    }

    [Fact]
    public async Task A_problem_has_a_limited_length_whatever_it_repeats()
    {
        var name = new string('n', 100_000);
        var deep = string.Concat(Enumerable.Repeat($$"""{"{{name}}":""", 10)) + "\"\\u0000\"" + new string('}', 10);
        var answer = await _gateway.RawAsync("POST", Messages, $$"""{"type":"PING","data":{{deep}}}""");
        answer.AssertProblem(400, "invalid_request", "U+0000");
        Assert.InRange(answer.Body.Length, 1, 10_000);

        answer = await _gateway.RawAsync("GET", "/" + new string('p', 7_000));
        answer.AssertProblem(404, "not_found", "There is no route");
        Assert.InRange(answer.Body.Length, 1, 10_000);
    }

    [Fact]
    public async Task A_million_values_below_a_long_name_are_checked_in_passing()
    {
        var body = new StringBuilder($$"""{"type":"PING","data":{"{{new string('n', 500_000)}}":[0""");
        body.Insert(body.Length, ",0", 600_000).Append("]}}");
        Assert.Equal(200, (await _gateway.RawAsync("POST", Messages, body.ToString())).Status);
    }

    [Fact]
    public async Task A_body_that_ends_early_and_a_chunked_one_without_end_are_refused_with_4xx()
    {
        string[] headers = ["Host: a", "Connection: close", $"Authorization: Bearer {GatewayUnderTest.Key}", "Content-Type: application/json"];

        // Sent again until it is logged: the gateway records ten requests of a route and second, and other tests send some.
        var logged = await Eventually.GivesAsync("a record of the request", async () =>
        {
            var truncated = await RawHttp.SendAsync(
                _gateway.Address, [RawHttp.Head("POST", Messages, [.. headers, "Content-Length: 500"]), "{"u8.ToArray()], closesAfterSending: true);

            // A client that has closed its side may or may not get the answer.
            Assert.True(truncated.Status is 0 or 400, $"{truncated.Status}");
            return _gateway.Logs.Records.FirstOrDefault(record => record.Event == "request_processed");
        });
        Assert.InRange((int)logged.Fields["status_code"]!, 400, 499);
        Assert.Empty(_gateway.Actors.Asked);

        var chunk = Encoding.ASCII.GetBytes($"10000\r\n{new string(' ', 0x10000)}\r\n");
        var endless = await RawHttp.SendAsync(
            _gateway.Address,
            [RawHttp.Head("POST", Messages, [.. headers, "Transfer-Encoding: chunked"]), .. Enumerable.Repeat(chunk, 100)],
            isEnough: text => text.Contains("\r\n\r\n", StringComparison.Ordinal));
        Assert.Equal(413, endless.Status);
        AssertNoErrorIsLogged();
    }

    [Fact]
    public async Task A_body_whose_chunks_are_not_valid_is_answered_with_400_and_the_reason()
    {
        string[] headers =
        [
            "Host: a", "Connection: close", $"Authorization: Bearer {GatewayUnderTest.Key}", "Content-Type: application/json",
            "Transfer-Encoding: chunked",
        ];
        Answer.Of(await RawHttp.SendAsync(_gateway.Address, [RawHttp.Head("POST", Messages, headers), "ZZ\r\n{}\r\n0\r\n\r\n"u8.ToArray()]))
            .AssertProblem(400, "invalid_request", "its chunks are not valid");
        AssertNoErrorIsLogged();
    }

    [Fact]
    public async Task A_client_that_expects_100_continue_is_told_before_it_sends_a_body_that_is_too_large()
    {
        var answer = await RawHttp.SendAsync(_gateway.Address,
        [
            RawHttp.Head("POST", Messages,
            [
                "Host: a", "Connection: close", $"Authorization: Bearer {GatewayUnderTest.Key}", "Content-Type: application/json",
                "Expect: 100-continue", "Content-Length: 5000000",
            ]),
        ]);
        Answer.Of(answer).AssertProblem(413, "payload_too_large", "limit of 2097152 bytes");
    }

    private void AssertNoErrorIsLogged() => Assert.DoesNotContain(_gateway.Logs.Records, record => record.Level >= LogLevel.Error);
}
