using System.Text;
using Choir.Actors;

namespace Choir.Tests.Integration.Gateway;

public sealed class ActorMessageTests : IAsyncLifetime
{
    private GatewayUnderTest _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayUnderTest.BorrowAsync();

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task A_message_is_passed_to_the_actor_unchanged_and_its_reply_is_returned()
    {
        _gateway.Actors.Replies(new ActorReply
        {
            Type = "PONG", Data = "{\"big\":12345678901234567890,\"text\":\"ä\"}"u8.ToArray(), MessageId = Guid.CreateVersion7(),
        });
        var answer = await _gateway.PostAsync(
            "/actors/test_actor/any%20id%2Fhere/messages", "{\"type\": \"PING\", \"data\": {\"n\": 1.50, \"s\": \"\\u00e4\"}}");
        Assert.Equal(200, answer.Status);
        Assert.Equal("PONG", answer.Text("type"));
        Assert.Equal("12345678901234567890", answer.Json.GetProperty("data").GetProperty("big").GetRawText());
        Assert.True(Guid.TryParse(answer.Text("messageId"), out _));
        var (target, type, data) = Assert.Single(_gateway.Actors.Asked);
        Assert.Equal("test_actor", target.Type);
        Assert.Equal("any id/here", target.Id);
        Assert.Equal("PING", type);
        Assert.Equal("{\"n\": 1.50, \"s\": \"\\u00e4\"}", Encoding.UTF8.GetString(data));
    }

    [Theory]
    [InlineData(56, 200)]
    [InlineData(57, 400)]
    [InlineData(120, 400)]
    [InlineData(200, 400)]
    [InlineData(100_000, 400)]
    public async Task Data_of_many_levels_is_passed_on_and_of_too_many_refused(int levels, int status)
    {
        var data = string.Concat(Enumerable.Repeat("[", levels)) + string.Concat(Enumerable.Repeat("]", levels));
        var answer = await _gateway.PostAsync("/actors/test_actor/a/messages", $"{{\"type\": \"PING\", \"data\": {data}}}");
        if (status == 200)
        {
            Assert.Equal((200, data), (answer.Status, Encoding.UTF8.GetString(Assert.Single(_gateway.Actors.Asked).Data)));
        }
        else
        {
            answer.AssertProblem(status, "invalid_request", levels <= 120 ? "data is nested more than 56 levels deep." : "");
        }
    }

    [Fact]
    public async Task A_reply_of_all_levels_that_actors_can_write_is_returned()
    {
        var data = string.Concat(Enumerable.Repeat("[", 64)) + string.Concat(Enumerable.Repeat("]", 64));
        _gateway.Actors.Replies(new ActorReply { Type = "PONG", Data = Encoding.UTF8.GetBytes(data), MessageId = Guid.CreateVersion7() });
        Assert.Equal(data, (await _gateway.PostAsync("/actors/test_actor/a/messages", "{\"type\": \"PING\"}")).Json.GetProperty("data").GetRawText());
    }

    [Theory]
    [InlineData("{\"type\": \"PING\"}")]
    [InlineData("{\"type\": \"PING\", \"data\": null}")]
    public async Task Omitted_data_is_an_empty_object(string body)
    {
        Assert.Equal(200, (await _gateway.PostAsync("/actors/test_actor/a/messages", body)).Status);
        Assert.Equal("{}", Encoding.UTF8.GetString(Assert.Single(_gateway.Actors.Asked).Data));
    }

    [Theory]
    [InlineData("unknown_actor_type", 404)]
    [InlineData("unknown_message_type", 400)]
    [InlineData("invalid_data", 400)]
    [InlineData("handler_failed", 422)]
    [InlineData("database_unavailable", 503)]
    [InlineData("database_conflict", 409)]
    [InlineData("mailbox_full", 503)]
    [InlineData("timeout", 504)]
    [InlineData("deadlock", 504)]
    [InlineData("a_code_of_the_handlers_own", 422)]
    public async Task An_error_reply_is_a_problem_with_the_actors_code(string code, int status)
    {
        _gateway.Actors.Replies(ActorReply.Failure(code, "what the actor said"));
        var answer = await _gateway.PostAsync("/actors/counter/a/messages", "{\"type\": \"PING\"}");
        answer.AssertProblem(status, code, "what the actor said");
        Assert.Equal(code is "mailbox_full" or "database_unavailable" or "database_conflict", answer.Headers.RetryAfter is not null);
    }

    [Fact]
    public async Task An_unreachable_actor_is_answered_with_503_and_Retry_After()
    {
        _gateway.Actors.Answer = (target, _, _, _) => throw new ActorUnavailableException(target, new IOException("secret"));
        var answer = await _gateway.PostAsync("/actors/counter/a/messages", "{\"type\": \"PING\"}");
        answer.AssertProblem(503, "actor_unavailable", "counter/a could not be reached");
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.DoesNotContain("secret", answer.Body, StringComparison.Ordinal);
        Assert.Contains(_gateway.Logs.Records, record => record.Event == "request_unavailable"
            && record.Message.Contains("System.IO.IOException: secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_unexpected_exception_is_answered_with_500_and_only_the_trace_id()
    {
        _gateway.Actors.Answer = (_, _, _, _) => throw new InvalidOperationException("secret");
        var answer = await _gateway.PostAsync("/actors/counter/a/messages", "{\"type\": \"PING\"}");
        answer.AssertProblem(500, "internal_error", "trace id");
        Assert.DoesNotContain("secret", answer.Body, StringComparison.Ordinal);
        Assert.Contains(_gateway.Logs.Records, record => record.Event == "request_failed" && record.Exception is not null
            && record.Message.Contains("/actors/{type}/{id}/messages", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{\"type\": \"ping\"}", "upper snake case")]
    [InlineData("{\"type\": \"\"}", "upper snake case")]
    [InlineData("{\"type\": \"_PING\"}", "upper snake case")]
    [InlineData("{\"type\": \"PING\\n\"}", "upper snake case")]
    [InlineData("{\"type\": \"A234567890123456789012345678901234567890123456789012345678901234X\"}", "upper snake case")]
    [InlineData("{\"data\": {}}", "must have 'type'")]
    [InlineData("{\"type\": \"PING\", \"data\": {\"a\": [1, \"x\\u0000\"]}}", "data.a[1] has the character U+0000")]
    [InlineData("{\"type\": \"PING\", \"data\": {\"a\\u0000\": 1}}", "A property name in data")]
    [InlineData("{\"type\": \"PING\", \"data\": {\"a\": \"\\udc00\"}}", "data.a has an unpaired surrogate")]
    public async Task An_invalid_message_is_answered_with_400_and_not_sent(string body, string detail)
    {
        (await _gateway.PostAsync("/actors/counter/a/messages", body)).AssertProblem(400, "invalid_request", detail);
        Assert.Empty(_gateway.Actors.Asked);
    }

    [Theory]
    [InlineData("/actors/counter/a%00b/messages")]
    [InlineData("/actors/counter/a%01b/messages")]
    public async Task An_id_with_a_control_character_is_answered_with_400(string path)
    {
        Assert.Equal(400, (await _gateway.PostAsync(path, "{\"type\": \"PING\"}")).Status);
        Assert.Empty(_gateway.Actors.Asked);
    }

    [Fact]
    public async Task A_long_id_is_answered_with_400() =>
        (await _gateway.PostAsync($"/actors/counter/{new string('a', 257)}/messages", "{\"type\": \"PING\"}"))
            .AssertProblem(400, "invalid_request", "at most 256");
}
