using Choir.Tests.Support;

namespace Choir.Tests.Integration.Gateway;

/// <summary>A thread's events, sent as they happen.</summary>
public sealed class EventStreamTests(DatabaseFixture database) : ThreadTestBase(database)
{
    [Fact]
    public async Task Events_are_streamed_with_heartbeats_and_resume_after_the_last_known_one()
    {
        var threadId = await CreateAsync();
        await Gateway.PostAsync($"/threads/{threadId}/inputs", "{\"content\": \"a\"}");
        await using (var stream = await EventStream.OpenAsync(Gateway, threadId))
        {
            Assert.Equal("cycle_accepted", (await stream.NextAsync()).Type);
            await Eventually.HoldsAsync("a heartbeat", async () => await stream.LineAsync() == ": heartbeat");
            await CompleteAsync(await RunningCycleAsync(threadId));
            var (id, type, data) = await stream.NextAsync();
            Assert.Equal("cycle_completed", type);
            Assert.Contains("the answer", data, StringComparison.Ordinal);
            Assert.Equal("2", id);
        }

        await using (var resumed = await EventStream.OpenAsync(Gateway, threadId, lastEventId: "1"))
        {
            Assert.Equal("cycle_completed", (await resumed.NextAsync()).Type);
        }
    }

    [Theory]
    [InlineData("999999")]
    [InlineData("2")]
    [InlineData("99999999999999999999999999")]
    public async Task A_stream_that_is_resumed_after_an_event_that_the_thread_does_not_have_starts_with_the_first(string lastEventId)
    {
        var threadId = await CreateAsync();
        await Gateway.PostAsync($"/threads/{threadId}/inputs", "{\"content\": \"a\"}");
        await using var stream = await EventStream.OpenAsync(Gateway, threadId, lastEventId);
        var (id, type, _) = await stream.NextAsync();
        Assert.Equal(("1", "cycle_accepted"), (id, type));
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("one")]
    public async Task A_last_event_that_is_no_number_is_answered_with_400(string lastEventId) =>
        (await Gateway.RawAsync("GET", $"/threads/{await CreateAsync()}/events", null, $"Last-Event-ID: {lastEventId}", "Accept: text/event-stream"))
            .AssertProblem(400, "invalid_request", "Last-Event-ID must be the id of an event");

    [Fact]
    public async Task HEAD_of_a_stream_is_answered_and_ended() =>
        Assert.Equal(200, (await Gateway.RawAsync("HEAD", $"/threads/{await CreateAsync()}/events")).Status);

    [Fact]
    public async Task The_number_of_streams_is_limited_and_a_closed_one_releases_its_slot()
    {
        var threadId = await CreateAsync();
        await using var first = await EventStream.OpenAsync(Gateway, threadId);
        await using (await EventStream.OpenAsync(Gateway, threadId))
        {
            (await Gateway.GetAsync($"/threads/{threadId}/events")).AssertProblem(503, "too_many_streams", "The limit of 2 open event streams");
        }

        await Eventually.HoldsAsync("a free place", async () =>
        {
            await using var stream = await EventStream.OpenAsync(Gateway, threadId);
            return stream.Status == 200;
        });
    }

    [Fact]
    public async Task Stopping_theGateway_ends_streams_at_once()
    {
        var threadId = await CreateAsync();
        await using var stream = await EventStream.OpenAsync(Gateway, threadId);
        await stream.LineAsync();
        var stopping = Gateway.StopAsync();
        await Eventually.HoldsAsync("the stream to end", async () => await stream.LineAsync() is null);
        await stopping;
    }
}
