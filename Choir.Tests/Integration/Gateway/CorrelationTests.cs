using Choir.Actors;
using Choir.Gateway;
using Choir.Gateway.Requests;
using Choir.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Choir.Tests.Integration.Gateway;

/// <summary>What identifies the messages of a request, and their sender.</summary>
public sealed class CorrelationTests : IAsyncLifetime
{
    private const string Ping = """{"type":"PING"}""";

    private GatewayUnderTest _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayUnderTest.BorrowAsync();

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task The_answer_to_a_message_has_its_correlation_id_in_header_and_body()
    {
        var answer = await _gateway.PostAsync("/actors/counter/a/messages", Ping);
        var correlation = Assert.Single(answer.Headers.GetValues("X-Correlation-Id"));
        Assert.Equal(correlation, answer.Text("correlationId"));
        Assert.Equal(Guid.Parse(correlation), _gateway.Actors.Options[^1]!.CorrelationId);
    }

    [Theory]
    [InlineData("handler_failed", 422)]
    [InlineData("mailbox_full", 503)]
    [InlineData("timeout", 504)]
    public async Task A_problem_has_the_correlation_id_of_the_message_that_failed(string code, int status)
    {
        _gateway.Actors.Replies(ActorReply.Failure(code, "no"));
        var answer = await _gateway.PostAsync("/actors/counter/a/messages", Ping);
        answer.AssertProblem(status, code, "no");
        Assert.Equal(Assert.Single(answer.Headers.GetValues("X-Correlation-Id")), answer.Text("correlationId"));
    }

    [Fact]
    public async Task An_invalid_request_sends_no_message_and_has_no_correlation_id()
    {
        var answer = await _gateway.PostAsync("/actors/counter/a/messages", "{}");
        Assert.False(answer.Headers.Contains("X-Correlation-Id"));
        Assert.False(answer.Json.TryGetProperty("correlationId", out _));
    }

    [Fact]
    public async Task A_reused_idempotency_key_is_answered_with_422()
    {
        _gateway.Actors.Replies(ActorReply.Failure("idempotency_key_reused", "The Idempotency-Key \"k\" belongs to another input"));
        (await _gateway.RawAsync("POST", $"/threads/{Guid.NewGuid()}/inputs", """{"content":"a"}""", "Idempotency-Key: k"))
            .AssertProblem(422, "idempotency_key_reused", "\"k\"");
    }

    [Theory]
    [InlineData("Idempotency-Key:")]
    [InlineData("Idempotency-Key:   ")]
    [InlineData("Idempotency-Key: a\tb")]
    public async Task An_empty_idempotency_key_or_one_with_a_control_character_is_answered_with_400(string header)
    {
        (await _gateway.RawAsync("POST", $"/threads/{Guid.NewGuid()}/inputs", """{"content":"a"}""", header))
            .AssertProblem(400, "invalid_request", "Idempotency-Key must have 1 to 200");
        Assert.Empty(_gateway.Actors.Asked);
    }

    [Fact]
    public async Task The_sender_of_a_flood_is_named_once_a_minute_by_the_name_of_its_key_and_its_address()
    {
        var time = new FakeTimeProvider();
        using var logs = new LogCollector();
        using var loggers = new LoggerFactory([logs]);
        var watch = new FloodWatch(
            _ => Task.CompletedTask, Options.Create(new GatewayOptions { FloodRequests = 10 }), time, loggers.CreateLogger<FloodWatch>());

        await SendAsync("POST", 9, "192.0.2.1");
        await SendAsync("GET", 30, "192.0.2.1");
        await SendAsync("POST", 9, "192.0.2.2");
        Assert.Empty(logs.Records);

        await SendAsync("DELETE", 30, "192.0.2.1");
        var record = Assert.Single(logs.Records);
        Assert.Equal("request_flood", record.Event);
        Assert.Equal(FloodWatch.NoKey, record.Fields["sender"]);
        Assert.Equal("192.0.2.1", record.Fields["address"]);
        Assert.Equal(10, record.Fields["requests"]);

        time.Advance(TimeSpan.FromMinutes(1));
        await SendAsync("POST", 30, "192.0.2.1");
        Assert.Equal(2, logs.Records.Count);

        async Task SendAsync(string method, int count, string address)
        {
            for (var request = 0; request < count; request++)
            {
                var context = new DefaultHttpContext { Request = { Method = method, Path = "/threads" } };
                context.Connection.RemoteIpAddress = System.Net.IPAddress.Parse(address);
                await watch.InvokeAsync(context);
            }
        }
    }
}
