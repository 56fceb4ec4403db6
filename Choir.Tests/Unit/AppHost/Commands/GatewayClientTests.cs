using System.Net;
using System.Text;
using Choir.AppHost.Commands;
using Choir.Contracts.Threads;
using Microsoft.Extensions.Time.Testing;

namespace Choir.Tests.Unit.AppHost.Commands;

public class GatewayClientTests
{
    private const string Key = "the-key";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_requests_of_a_command_have_the_key_and_one_sampled_trace()
    {
        var requests = new List<HttpRequestMessage>();
        using var client = Client(request =>
        {
            requests.Add(request);
            return Json(HttpStatusCode.Created, """{"threadId":"t"}""");
        });
        await client.CreateThreadAsync(Cancellation);
        await client.CreateThreadAsync(Cancellation);
        Assert.All(requests, request => Assert.Equal($"Bearer {Key}", request.Headers.Authorization?.ToString()));
        var parent = Assert.Single(requests.Select(request => request.Headers.GetValues("traceparent").Single()).Distinct());
        Assert.Matches("^00-[0-9a-f]{32}-[0-9a-f]{16}-01$", parent);
    }

    [Fact]
    public async Task An_id_is_escaped_in_the_path()
    {
        Uri? asked = null;
        using var client = Client(request =>
        {
            asked = request.RequestUri;
            return Json(HttpStatusCode.NotFound, "{}");
        });
        await Assert.ThrowsAsync<CommandException>(() => client.CycleAsync("a/b?c", "d#e", Cancellation));
        Assert.Equal("/threads/a%2Fb%3Fc/cycles/d%23e", asked?.PathAndQuery);
    }

    [Theory]
    [InlineData("""{"title":"Not Found","detail":"There is no thread."}""", "Not Found: There is no thread. (404)")]
    [InlineData("""{"title":7,"detail":"There is no thread."}""", "There is no thread. (404)")]
    [InlineData("[]", "The gateway answered 404 Not Found.")]
    [InlineData("<html>", "The gateway answered 404 Not Found.")]
    public async Task A_problem_is_reported_with_its_title_and_detail(string body, string message)
    {
        using var client = Client(_ => Json(HttpStatusCode.NotFound, body));
        Assert.Equal(message, (await Assert.ThrowsAsync<CommandException>(() => client.FlowAsync(Cancellation))).Message);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("<html>")]
    [InlineData("""{"windowSeconds":"long"}""")]
    public async Task An_invalid_response_is_reported(string body)
    {
        using var client = Client(_ => Json(HttpStatusCode.OK, body));
        var failure = await Assert.ThrowsAsync<CommandException>(() => client.FlowAsync(Cancellation));
        Assert.StartsWith("The gateway's response is not valid", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unreachable_gateway_is_reported()
    {
        using var client = Client(_ => throw new HttpRequestException("Connection refused"));
        var failure = await Assert.ThrowsAsync<CommandException>(() => client.StuckAsync(Cancellation));
        Assert.StartsWith("The gateway does not answer at http://gateway.test/: Connection refused", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Asking_waits_for_the_anchor_and_reads_the_inputs_of_the_sources()
    {
        var polls = 0;
        using var client = Client(request => request.RequestUri!.AbsolutePath switch
        {
            "/threads" => Json(HttpStatusCode.Created, """{"threadId":"t"}"""),
            "/threads/t/inputs" => Json(HttpStatusCode.OK, Cycle("pending")),
            "/threads/t/cycles/c" => Json(HttpStatusCode.OK, Cycle(++polls < 3 ? "submitted" : "confirmed")),
            "/threads/s/cycles/s1" => Json(HttpStatusCode.OK, Cycle("confirmed", "An earlier question")),
            _ => Json(HttpStatusCode.NotFound, "{}"),
        });
        var outcome = await AskAsync(client);
        Assert.Equal(3, polls);
        Assert.Equal(AnchorStatus.Confirmed, outcome.Cycle?.Anchor?.Status);
        Assert.Equal(["An earlier question", null], outcome.Sources.Select(source => source.Input));
    }

    [Fact]
    public async Task An_anchor_that_takes_too_long_is_shown_as_pending()
    {
        using var client = Client(request => request.RequestUri!.AbsolutePath switch
        {
            "/threads" => Json(HttpStatusCode.Created, """{"threadId":"t"}"""),
            _ => Json(HttpStatusCode.OK, Cycle("pending")),
        });
        Assert.Equal(AnchorStatus.Pending, (await AskAsync(client)).Cycle?.Anchor?.Status);
    }

    /// <summary>Asks with a clock that advances automatically on each delay.</summary>
    private static async Task<ConversationOutcome> AskAsync(GatewayClient client)
    {
        var clock = new FakeTimeProvider();
        var asking = new Conversation(client, clock).AskAsync("Why?", threadId: null, Cancellation);
        while (!asking.IsCompleted)
        {
            clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        return await asking;
    }

    private static GatewayClient Client(Func<HttpRequestMessage, HttpResponseMessage> answer) =>
        new(new Uri("http://gateway.test"), Key, new Answers(answer));

    private static HttpResponseMessage Json(HttpStatusCode status, string body) =>
        new(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };

    private static string Cycle(string anchor, string content = "Why?") => $$"""
        {
          "threadId": "t", "cycleId": "c", "correlationId": "x", "traceId": null, "status": "completed",
          "content": "{{content}}", "acceptedAt": "2026-11-28T00:00:00Z", "completedAt": null, "phases": [],
          "result": { "content": "Because.", "sources": [
            { "threadId": "s", "cycleId": "s1", "rank": 1 }, { "threadId": "s", "cycleId": "gone", "rank": 0.5 }] },
          "anchor": { "status": "{{anchor}}", "transactionHash": null, "blockNumber": null, "gasUsed": null,
            "cycleHash": null, "contract": null, "error": null },
          "error": null
        }
        """;

    private sealed class Answers(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(answer(request));
    }
}
