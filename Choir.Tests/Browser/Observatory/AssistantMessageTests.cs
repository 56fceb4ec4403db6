using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Choir.Tests.Browser.Observatory;

/// <summary>Odd messages of the Model Context Protocol: the caller is told what is wrong with them.</summary>
public sealed class AssistantMessageTests(ObservatoryUnderTest pages) : IClassFixture<ObservatoryUnderTest>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private Uri Endpoint => new(pages.Address, "/mcp");

    [Theory]
    [InlineData(-32_700, "")]
    [InlineData(-32_700, "{")]
    [InlineData(-32_700, "\"half")]
    [InlineData(-32_600, """[{"jsonrpc":"2.0","id":1,"method":"tools/list"}]""")]
    [InlineData(-32_600, "null")]
    [InlineData(-32_600, "5")]
    [InlineData(-32_600, "{}")]
    [InlineData(-32_600, """{"jsonrpc":"2.0","id":{},"method":"tools/list"}""")]
    [InlineData(-32_600, """{"jsonrpc":"2.0","id":null,"method":"tools/list"}""")]
    [InlineData(-32_600, """{"jsonrpc":"2.0","id":1.5,"method":"tools/list"}""")]
    [InlineData(-32_600, """{"jsonrpc":"2.0","id":1000000000000000000000000000000,"method":"tools/list"}""")]
    [InlineData(-32_600, """{"jsonrpc":"2.0","id":"\ud800","method":"tools/list"}""")]
    [InlineData(-32_600, """{"id":1,"method":"tools/list"}""")]
    [InlineData(-32_600, """{"jsonrpc":"1.0","id":1,"method":"tools/list"}""")]
    [InlineData(-32_600, """{"jsonrpc":2.0,"id":1,"method":"tools/list"}""")]
    [InlineData(-32_600, """{"jsonrpc":"2.0","id":1,"method":7}""")]
    [InlineData(-32_600, """{"jsonrpc":"2.0","id":1,"method":"\udc00"}""")]
    [InlineData(-32_600, """{"jsonrpc":"2.0","id":1}""")]
    public async Task A_body_that_is_no_message_is_an_error_of_the_caller(int code, string body)
    {
        var (status, answer) = await PostAsync(body);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("id").ValueKind);
        Assert.Equal(code, answer.GetProperty("error").GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task A_body_that_is_nested_too_deeply_is_an_error_of_the_caller()
    {
        var nested = new string('[', 200) + new string(']', 200);
        var (status, answer) = await PostAsync("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"why","arguments":{"x":NESTED}}}""".Replace("NESTED", nested, StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(-32_700, answer.GetProperty("error").GetProperty("code").GetInt32());
    }

    [Theory]
    [InlineData("tools/call", "[]")]
    [InlineData("tools/call", "5")]
    [InlineData("tools/call", """{"name":null}""")]
    [InlineData("tools/call", """{"name":"actor","arguments":{"type":"\ud800","id":"x"}}""")]
    [InlineData("tools/call", """{"name":"actor","arguments":{"type":"a","id":"x","\ud800":1}}""")]
    [InlineData("tools/call", """{"name":"actor","arguments":[]}""")]
    [InlineData("tools/list", "[]")]
    [InlineData("logging/setLevel", """{"level":"nope"}""")]
    public async Task Parameters_that_cannot_be_read_are_an_error_of_the_caller(string method, string parameters)
    {
        var (status, answer) = await PostAsync($$"""{"jsonrpc":"2.0","id":"one","method":"{{method}}","params":{{parameters}}}""");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("one", answer.GetProperty("id").GetString());
        Assert.Equal(-32_602, answer.GetProperty("error").GetProperty("code").GetInt32());
    }

    [Theory]
    [InlineData("application/json", "gzip")]
    [InlineData("application/json", "br")]
    [InlineData("application/json", "identity, deflate")]
    [InlineData("application/json; charset=utf-16", null)]
    [InlineData("application/json; charset=\"made-up\"", null)]
    public async Task A_compressed_body_or_one_in_another_charset_is_refused_as_by_the_other_routes(string type, string? encoding)
    {
        var (status, answer) = await PostAsync("""{"jsonrpc":"2.0","id":1,"method":"tools/list"}""", type, encoding);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, status);
        Assert.Contains(encoding is null ? "charset" : "Content-Encoding", answer.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/json; charset=\"UTF-8\"", null)]
    [InlineData("application/json", "identity")]
    public async Task A_body_that_is_named_as_what_it_is_is_answered(string type, string? encoding) =>
        Assert.Equal(HttpStatusCode.OK, (await PostAsync("""{"jsonrpc":"2.0","id":1,"method":"tools/list"}""", type, encoding)).Status);

    [Theory]
    [InlineData(59, HttpStatusCode.OK)]
    [InlineData(64, HttpStatusCode.BadRequest)]
    public async Task A_body_has_at_most_64_levels(int levels, HttpStatusCode expected)
    {
        var nested = new string('[', levels) + new string(']', levels);
        var (status, answer) = await PostAsync("""{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{"x":NESTED}}}""".Replace("NESTED", nested, StringComparison.Ordinal));
        Assert.True(status == expected, answer.GetRawText());
    }

    [Theory]
    [InlineData("\"one\"")]
    [InlineData("7")]
    public async Task A_cursor_that_is_not_known_is_an_error_of_the_caller(string id)
    {
        var (_, answer) = await PostAsync($$$"""{"jsonrpc":"2.0","id":{{{id}}},"method":"tools/list","params":{"cursor":"x"}}""");
        Assert.Equal((id, -32_602), (answer.GetProperty("id").GetRawText(), answer.GetProperty("error").GetProperty("code").GetInt32()));
    }

    [Theory]
    [InlineData("\"one\"", """{"jsonrpc":"2.0","id":"one","method":"tools/list","foo":1}""")]
    [InlineData("7", """{"jsonrpc":"2.0","id":7,"method":"initialize","params":{"protocolVersion":"x","capabilities":5}}""")]
    public async Task An_error_of_a_message_with_an_id_has_it(string id, string body)
    {
        var (_, answer) = await PostAsync(body);
        Assert.Equal((id, -32_602), (answer.GetProperty("id").GetRawText(), answer.GetProperty("error").GetProperty("code").GetInt32()));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("5")]
    [InlineData("""{"protocolVersion":7}""")]
    public async Task Parameters_of_the_first_message_that_cannot_be_read_are_an_error_of_the_caller(string parameters)
    {
        var (status, answer) = await PostAsync($$"""{"jsonrpc":"2.0","id":1,"method":"initialize","params":{{parameters}}}""");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(1, answer.GetProperty("id").GetInt32());
        Assert.Equal(-32_602, answer.GetProperty("error").GetProperty("code").GetInt32());
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"why","name":"why"}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping","params":null}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"initialize"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"9999","capabilities":null,"clientInfo":null}}""")]
    public async Task Other_odd_messages_do_not_end_in_an_error_of_this_application(string body)
    {
        var (status, answer) = await PostAsync(body);
        Assert.True(status < HttpStatusCode.InternalServerError, status.ToString());
        Assert.False(answer.TryGetProperty("error", out var error) && error.GetProperty("code").GetInt32() == -32_603, answer.GetRawText());
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/list"}""")]
    [InlineData("\uFEFF{\"jsonrpc\":\"2.0\",\"id\":-9223372036854775808,\"method\":\"tools/list\",\"params\":{}}")]
    public async Task A_message_in_plain_JSON_is_answered(string body)
    {
        var (status, answer) = await PostAsync(body);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.NotEqual(0, answer.GetProperty("result").GetProperty("tools").GetArrayLength());
    }

    private async Task<(HttpStatusCode Status, JsonElement Answer)> PostAsync(string body, string type = "application/json; charset=utf-8", string? encoding = null)
    {
        using var client = pages.NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, Endpoint) { Content = new StringContent(body, Encoding.UTF8) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        if (encoding is not null)
        {
            request.Content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        }

        request.Headers.Accept.ParseAdd("application/json, text/event-stream");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", ObservatoryUnderTest.ReaderKey);
        using var answer = await client.SendAsync(request, Cancellation);
        var text = await answer.Content.ReadAsStringAsync(Cancellation);

        // An answer to a call is an event.
        return (answer.StatusCode, JsonElement.Parse(text.StartsWith('{') ? text : text.Split("data: ")[1]));
    }
}
