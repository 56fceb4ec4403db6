using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Choir.Tests.Unit.Actors.Inspection;
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
        foreach (var tool in (string[])["why", "actor_types", "flow", "stuck", "hosts", "messages", "alerts", "history"])
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

    private Task<McpClient> ConnectAsync(string? key, string query) => McpClient.CreateAsync(
        new HttpClientTransport(new HttpClientTransportOptions
        {
            Endpoint = new Uri(Endpoint, query),
            AdditionalHeaders = key is null ? null : new Dictionary<string, string> { ["Authorization"] = $"Bearer {key}" },
        }),
        cancellationToken: Cancellation);

    private static async Task<JsonElement> CallAsync(McpClient client, string tool, params (string Name, object? Value)[] arguments)
    {
        var answer = await client.CallToolAsync(tool, arguments.ToDictionary(one => one.Name, one => one.Value), cancellationToken: Cancellation);
        Assert.False(answer.IsError ?? false, Text(answer));
        return JsonElement.Parse(Text(answer));
    }

    private static string Text(CallToolResult answer) => string.Concat(answer.Content.OfType<TextContentBlock>().Select(block => block.Text));
}
