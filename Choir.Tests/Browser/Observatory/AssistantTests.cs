using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Choir.Actors;
using Choir.Tests.Support;
using Choir.Tests.Unit.Actors.Inspection;
using Choir.Tests.Unit.Actors.Support;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace Choir.Tests.Browser.Observatory;

/// <summary>What assistants read over the Model Context Protocol.</summary>
public sealed class AssistantTests(ObservatoryUnderTest pages) : IClassFixture<ObservatoryUnderTest>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private Uri Endpoint => new(pages.Address, "/mcp");

    [Theory]
    [InlineData(null, "?token=assistant-token")]
    [InlineData(ObservatoryUnderTest.ReaderKey, "")]
    public async Task Assistants_read_the_same_figures_with_a_key_or_the_token(string? key, string query)
    {
        await using var client = await ConnectAsync(key, query);
        var tools = await client.ListToolsAsync(cancellationToken: Cancellation);
        Assert.Contains(tools, tool => tool.Name == "why");
        Assert.All(tools, tool => Assert.True(tool.ProtocolTool.Annotations?.ReadOnlyHint, tool.Name));

        var told = await CallAsync(client, "actor_type", ("type", nameof(ErrandActor)));
        var known = await pages.Inspection.TypeAsync(nameof(ErrandActor), Cancellation);
        var figures = told.GetProperty("figures");
        Assert.Equal(known.Figures.Messages, figures.GetProperty("messages").GetInt64());
        Assert.Equal(known.Figures.Rejected, figures.GetProperty("rejected").GetInt64());
        Assert.Equal(known.Figures.Count, figures.GetProperty("count").GetInt64());
    }

    [Fact]
    public async Task Every_tool_that_needs_nothing_answers()
    {
        await using var client = await ConnectAsync(ObservatoryUnderTest.OperatorKey, "");
        foreach (var tool in (string[])["logs", "changes", "health", "work", "why", "actor_types", "flow", "stuck", "hosts", "messages", "alerts", "history"])
        {
            Assert.NotEqual(JsonValueKind.Undefined, (await CallAsync(client, tool)).ValueKind);
        }
    }

    [Theory]
    [InlineData("actor_type", "type", "Nobody", "There is no actor type")]
    [InlineData("trace", "id", "x", "must be a UUID")]
    [InlineData("runbook", "alert", "Nobody", "no runbook")]
    [InlineData("history", "name", "nothing", "no figure")]
    public async Task A_wrong_argument_is_answered_with_a_sentence(string tool, string name, string value, string sentence)
    {
        await using var client = await ConnectAsync(ObservatoryUnderTest.OperatorKey, "");
        var answer = await client.CallToolAsync(tool, new Dictionary<string, object?> { [name] = value }, cancellationToken: Cancellation);
        Assert.True(answer.IsError);
        Assert.Contains(sentence, Text(answer), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("logs", "minLevel", "There is no argument minLevel. The arguments are: type, id, level, correlationId, limit.")]
    [InlineData("why", "type", "There is no argument type. This tool takes none.")]
    [InlineData("actor", "type", "The argument id is missing. The arguments are: type, id.")]
    public async Task Arguments_that_are_unknown_or_missing_are_named(string tool, string name, string sentence)
    {
        await using var client = await ConnectAsync(ObservatoryUnderTest.OperatorKey, "");
        var answer = await client.CallToolAsync(tool, new Dictionary<string, object?> { [name] = "error" }, cancellationToken: Cancellation);
        Assert.True(answer.IsError);
        Assert.Equal(sentence, Text(answer));
    }

    [Theory]
    [InlineData("messages", "limit", "many", "The argument limit must be a whole number.")]
    [InlineData("messages", "limit", 5_000_000_000, "The argument limit must be a whole number.")]
    [InlineData("messages", "slowerThanMs", "NaN", "The argument slowerThanMs must be a number.")]
    [InlineData("messages", "failedOnly", "yes", "The argument failedOnly must be true or false.")]
    [InlineData("actor_type", "type", 5, "The argument type must be a text.")]
    [InlineData("logs", "level", "loud", "The argument level must be one of trace, debug, information, warning, error, critical")]
    public async Task Arguments_that_are_something_else_are_named_with_what_they_must_be(string tool, string name, object value, string sentence)
    {
        await using var client = await ConnectAsync(ObservatoryUnderTest.OperatorKey, "");
        var answer = await client.CallToolAsync(tool, new Dictionary<string, object?> { [name] = value }, cancellationToken: Cancellation);
        Assert.True(answer.IsError);
        Assert.StartsWith(sentence, Text(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_null_argument_is_the_same_as_none()
    {
        await using var client = await ConnectAsync(ObservatoryUnderTest.OperatorKey, "");
        Assert.NotEqual(JsonValueKind.Undefined, (await CallAsync(client, "messages", ("limit", null), ("failedOnly", null))).ValueKind);
        var answer = await client.CallToolAsync("actor_type", new Dictionary<string, object?> { ["type"] = null }, cancellationToken: Cancellation);
        Assert.True(answer.IsError);
        Assert.StartsWith("The argument type is missing.", Text(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task States_are_without_secrets()
    {
        await using var client = await ConnectAsync(ObservatoryUnderTest.OperatorKey, "");
        var answer = await client.CallToolAsync(
            "actor", new Dictionary<string, object?> { ["type"] = nameof(SecretiveActor), ["id"] = ObservatoryUnderTest.OddId }, cancellationToken: Cancellation);
        Assert.Contains("bold", Text(answer), StringComparison.Ordinal);
        Assert.DoesNotContain("token-of-the-state", Text(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_that_is_no_call_is_not_led_to_a_page()
    {
        using var client = pages.NewClient();
        using var answer = await client.GetAsync(new Uri(Endpoint, "?token=assistant-token"), Cancellation);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
    }

    [Theory]
    [InlineData(null, "")]
    [InlineData("wrong", "")]
    [InlineData(null, "?token=wrong")]
    [InlineData(null, "?token=")]
    public async Task Without_a_key_or_the_token_nothing_is_answered(string? key, string query)
    {
        using var client = pages.NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Endpoint, query))
        {
            Content = new StringContent("""{"jsonrpc":"2.0","id":1,"method":"tools/list"}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.Accept.ParseAdd("application/json, text/event-stream");
        if (key is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        using var answer = await client.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task The_log_records_of_an_actor_are_read()
    {
        await using var client = await ConnectAsync(ObservatoryUnderTest.ReaderKey, "");
        await pages.Cluster.AskAsync(nameof(TalkativeActor), "assisted", "FAIL", new Work("", "password=hunter2hunter2"));
        var told = await CallAsync(client, "logs", ("type", nameof(TalkativeActor)), ("id", "assisted"), ("level", "error"), ("correlationId", null));
        var record = Assert.Single(told.GetProperty("records").EnumerateArray());
        Assert.Equal("message_processing_failed", record.GetProperty("event").GetString());
        Assert.DoesNotContain("hunter2", told.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_actions_allowed_an_operators_key_acts_and_it_is_logged_and_other_keys_cannot()
    {
        using var logs = new LogCollector();
        var (app, address) = await ObservatoryUnderTest.StartPagesAsync(pages.Cluster, logs, firstToken: null, assistantActions: true);
        await using (app)
        {
            var endpoint = new Uri(address, "/mcp");
            (string, object?)[] actor = [("type", nameof(SecretiveActor)), ("id", "assisted")];
            foreach (var (key, query) in new[] { (ObservatoryUnderTest.ReaderKey, ""), (null, "?token=assistant-token") })
            {
                await using var reader = await ConnectAsync(endpoint, key, query);
                foreach (var tool in (string[])["ping_actor", "restart_actor", "quarantine_actor", "end_quarantine", "log_and_trace"])
                {
                    var refused = await reader.CallToolAsync(tool, Arguments(tool == "quarantine_actor" ? [.. actor, ("reason", "why")] : actor), cancellationToken: Cancellation);
                    Assert.True(refused.IsError);
                    Assert.Contains("key of an operator", Text(refused), StringComparison.Ordinal);
                }
            }

            Assert.DoesNotContain(logs.Records, record => record.Event == "observatory_action");
            await using var client = await ConnectAsync(endpoint, ObservatoryUnderTest.OperatorKey, "");
            Assert.Contains("restarted", await TextOfAsync("restart_actor"), StringComparison.Ordinal);
            Assert.Contains("10 minutes", await TextOfAsync("quarantine_actor", ("reason", "as told")), StringComparison.Ordinal);
            var known = await pages.Inspection.ActorAsync(new ActorAddress(nameof(SecretiveActor), "assisted"), Cancellation);
            Assert.Equal(("as told", $"assistant with {ObservatoryUnderTest.NameOf(ObservatoryUnderTest.OperatorKey)}"), known.Quarantines.Select(one => (one.Reason, one.By)).Single());
            await TextOfAsync("end_quarantine");
            Assert.Empty((await pages.Inspection.ActorAsync(new ActorAddress(nameof(SecretiveActor), "assisted"), Cancellation)).Quarantines);
            await TextOfAsync("log_and_trace", ("minutes", 5));
            Assert.Single((await pages.Inspection.DiagnosticsAsync(nameof(SecretiveActor), "assisted", Cancellation)).Overrides);
            await TextOfAsync("log_and_trace", ("minutes", 0));
            Assert.Empty((await pages.Inspection.DiagnosticsAsync(nameof(SecretiveActor), "assisted", Cancellation)).Overrides);
            foreach (var (tool, name, value, sentence) in new (string, string, object, string)[]
                { ("quarantine_actor", "reason", " ", "1 to 256 characters"), ("quarantine_actor", "reason", "a\0b", "without control characters"),
                  ("quarantine_actor", "reason", "a\nb", "without control characters"), ("log_and_trace", "minutes", 1_441, "from 1 to 1440"), ("restart_actor", "id", "", "id is empty") })
            {
                var wrong = await client.CallToolAsync(tool, Arguments([.. actor.Where(one => one.Item1 != name), (name, value)]), cancellationToken: Cancellation);
                Assert.True(wrong.IsError, Text(wrong));
                Assert.Contains(sentence, Text(wrong), StringComparison.Ordinal);
            }

            Assert.All(
                logs.Records.Where(record => record.Event is "observatory_action" or "observatory_assistant_acted"),
                record => Assert.StartsWith(
                    $"assistant with {ObservatoryUnderTest.NameOf(ObservatoryUnderTest.OperatorKey)} {(record.Event == "observatory_action" ? "requested: " : "did this: ")}", record.Message, StringComparison.Ordinal));
            Assert.Equal(
                ["Restart", "Quarantine", "Release", "Log", "EndLog"],
                logs.Records.Where(record => record.Event == "observatory_action" && record.Message.Contains("SecretiveActor/assisted", StringComparison.Ordinal))
                    .Select(record => record.Message.Split(": ")[1].Split(' ')[0]).Take(5));
            Assert.Contains(logs.Records, record => record.Event == "observatory_assistant_acted" && record.Message.EndsWith("Quarantine SecretiveActor/assisted, Pause, 10 min: as told", StringComparison.Ordinal));
            Assert.Contains(logs.Records, record => record.Event == "observatory_assistant_refused" && record.Message.Contains("key of an operator", StringComparison.Ordinal));
            Assert.Contains(logs.Records, record => record.Event == "observatory_assistant_refused" && record.Message.Contains("Quarantine SecretiveActor/assisted: \"reason\"", StringComparison.Ordinal));

            async Task<string> TextOfAsync(string tool, params (string, object?)[] further)
            {
                var answer = await client.CallToolAsync(tool, Arguments([.. actor, .. further]), cancellationToken: Cancellation);
                Assert.False(answer.IsError ?? false, Text(answer));
                return Text(answer);
            }
        }
    }

    private static Dictionary<string, object?> Arguments((string Name, object? Value)[] arguments) =>
        arguments.ToDictionary(one => one.Name, one => one.Value);

    private static Task<McpClient> ConnectAsync(Uri endpoint, string? key, string query) => McpClient.CreateAsync(
        new HttpClientTransport(new HttpClientTransportOptions
        {
            Endpoint = new Uri(endpoint, query),
            AdditionalHeaders = key is null ? null : new Dictionary<string, string> { ["Authorization"] = $"Bearer {key}" },
        }),
        cancellationToken: Cancellation);

    private Task<McpClient> ConnectAsync(string? key, string query) => ConnectAsync(Endpoint, key, query);

    private static async Task<JsonElement> CallAsync(McpClient client, string tool, params (string Name, object? Value)[] arguments)
    {
        var answer = await client.CallToolAsync(tool, arguments.ToDictionary(one => one.Name, one => one.Value), cancellationToken: Cancellation);
        Assert.False(answer.IsError ?? false, Text(answer));
        return JsonElement.Parse(Text(answer));
    }

    private static string Text(CallToolResult answer) => string.Concat(answer.Content.OfType<TextContentBlock>().Select(block => block.Text));
}
