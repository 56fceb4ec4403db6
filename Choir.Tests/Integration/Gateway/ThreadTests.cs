using Choir.Actors;
using Choir.Contracts.Threads;
using Choir.Storage;
using Choir.Tests.Support;
using Microsoft.Extensions.Logging;

namespace Choir.Tests.Integration.Gateway;

/// <summary>The thread routes with a real Postgres; the tests write the rows that the thread's actor would write.</summary>
public sealed class ThreadTests(DatabaseFixture database) : IClassFixture<DatabaseFixture>, IAsyncLifetime
{
    private readonly ThreadStore _store = new(database.DataSource);
    private GatewayUnderTest _gateway = null!;

    public async ValueTask InitializeAsync()
    {
        _gateway = await GatewayUnderTest.StartAsync(
            database.ConnectionString, "Gateway:MaxEventStreams=2", "Gateway:Heartbeat=00:00:00.2");
        _gateway.Actors.Answer = ActAsync;
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        Assert.DoesNotContain(_gateway.Logs.Records, record => record.Level >= LogLevel.Error);
    }

    [Fact]
    public async Task A_created_thread_is_found_at_its_location()
    {
        var created = await _gateway.PostAsync("/threads", content: null);
        Assert.Equal(201, created.Status);
        var threadId = created.Text("threadId");
        Assert.Equal(7, Guid.Parse(threadId).Version);
        Assert.Equal($"/threads/{threadId}", created.Headers.Location!.OriginalString);
        var thread = await _gateway.GetAsync(created.Headers.Location.OriginalString);
        Assert.Equal(200, thread.Status);
        Assert.Equal(threadId, thread.Text("threadId"));
        Assert.Empty(thread.Json.GetProperty("cycles").EnumerateArray());
    }

    [Fact]
    public async Task Threads_are_listed_newest_first_in_pages()
    {
        string[] created = [await CreateAsync(), await CreateAsync(), await CreateAsync()];
        var first = await _gateway.GetAsync("/threads?limit=2");
        Assert.Equal([created[2], created[1]], Ids(first));
        var second = await _gateway.GetAsync($"/threads?limit=1&before={first.Text("next")}");
        Assert.Equal([created[0]], Ids(second));

        static IEnumerable<string?> Ids(Answer page) =>
            page.Json.GetProperty("threads").EnumerateArray().Select(thread => thread.GetProperty("threadId").GetString());
    }

    [Theory]
    [InlineData("/threads")]
    [InlineData("/threads/{threadId}")]
    [InlineData("/dead-letters")]
    public async Task The_OpenAPI_document_describes_paging(string path)
    {
        var api = (await _gateway.GetAsync("/openapi/v1.json")).Json;
        var query = api.GetProperty("paths").GetProperty(path).GetProperty("get").GetProperty("parameters").EnumerateArray()
            .Where(parameter => parameter.GetProperty("in").GetString() == "query").ToList();

        Assert.Equal(["limit", "before"], query.Select(parameter => parameter.GetProperty("name").GetString()));
        Assert.All(query, parameter => Assert.NotEmpty(parameter.GetProperty("description").GetString()!));
    }

    [Fact]
    public async Task An_input_is_accepted_and_its_cycle_found_at_the_location()
    {
        var threadId = await CreateAsync();
        var accepted = await _gateway.PostAsync($"/threads/{threadId}/inputs", "{\"content\": \"Grüße 👋\"}");
        Assert.Equal(202, accepted.Status);
        Assert.Equal("running", accepted.Text("status"));
        var cycle = await _gateway.GetAsync(accepted.Headers.Location!.OriginalString);
        Assert.Equal("Grüße 👋", cycle.Text("content"));
        Assert.Equal(6, cycle.Json.GetProperty("phases").GetArrayLength());
    }

    [Fact]
    public async Task Waiting_returns_the_completed_cycle_as_soon_as_it_has_ended()
    {
        var threadId = await CreateAsync();
        var waiting = _gateway.PostAsync($"/threads/{threadId}/inputs?wait=30", "{\"content\": \"a\"}");
        await CompleteAsync(await RunningCycleAsync(threadId));
        var answer = await waiting;
        Assert.Equal(200, answer.Status);
        Assert.Equal("completed", answer.Text("status"));
        Assert.Equal("the answer", answer.Json.GetProperty("result").GetProperty("content").GetString());
    }

    [Fact]
    public async Task A_wait_that_times_out_is_answered_with_202()
    {
        var threadId = await CreateAsync();
        var answer = await _gateway.PostAsync($"/threads/{threadId}/inputs?wait=1", "{\"content\": \"a\"}");
        Assert.Equal(202, answer.Status);
        Assert.NotNull(answer.Headers.Location);
    }

    [Fact]
    public async Task Missing_resources_are_answered_with_404_and_a_reason()
    {
        var nobody = Guid.CreateVersion7();
        (await _gateway.GetAsync($"/threads/{nobody}")).AssertProblem(404, "not_found", $"There is no thread {nobody}");
        (await _gateway.GetAsync($"/threads/{nobody}/events")).AssertProblem(404, "not_found", $"There is no thread {nobody}");
        (await _gateway.PostAsync($"/threads/{nobody}/inputs", "{\"content\": \"a\"}")).AssertProblem(404, "not_found", "There is no thread");
        (await _gateway.GetAsync($"/threads/{await CreateAsync()}/cycles/{nobody}")).AssertProblem(404, "not_found", "There is no cycle");
    }

    [Fact]
    public async Task Events_are_streamed_with_heartbeats_and_resume_after_the_last_known_one()
    {
        var threadId = await CreateAsync();
        await _gateway.PostAsync($"/threads/{threadId}/inputs", "{\"content\": \"a\"}");
        await using (var stream = await EventStream.OpenAsync(_gateway, threadId))
        {
            Assert.Equal("cycle_accepted", (await stream.NextAsync()).Type);
            await Eventually.HoldsAsync("a heartbeat", async () => await stream.LineAsync() == ": heartbeat");
            await CompleteAsync(await RunningCycleAsync(threadId));
            var (id, type, data) = await stream.NextAsync();
            Assert.Equal("cycle_completed", type);
            Assert.Contains("the answer", data, StringComparison.Ordinal);
            Assert.Equal("2", id);
        }

        await using (var resumed = await EventStream.OpenAsync(_gateway, threadId, lastEventId: "1"))
        {
            Assert.Equal("cycle_completed", (await resumed.NextAsync()).Type);
        }
    }

    [Fact]
    public async Task The_number_of_streams_is_limited_and_a_closed_one_releases_its_slot()
    {
        var threadId = await CreateAsync();
        await using var first = await EventStream.OpenAsync(_gateway, threadId);
        await using (await EventStream.OpenAsync(_gateway, threadId))
        {
            (await _gateway.GetAsync($"/threads/{threadId}/events")).AssertProblem(503, "too_many_streams", "The limit of 2 open event streams");
        }

        await Eventually.HoldsAsync("a free place", async () =>
        {
            await using var stream = await EventStream.OpenAsync(_gateway, threadId);
            return stream.Status == 200;
        });
    }

    [Fact]
    public async Task Stopping_the_gateway_ends_streams_at_once()
    {
        var threadId = await CreateAsync();
        await using var stream = await EventStream.OpenAsync(_gateway, threadId);
        await stream.LineAsync();
        var stopping = _gateway.StopAsync();
        await Eventually.HoldsAsync("the stream to end", async () => await stream.LineAsync() is null);
        await stopping;
    }

    [Fact]
    public async Task A_dead_letter_is_listed_and_can_be_replayed_once()
    {
        var store = new PostgresDeadLetterStore(
            database.DataSource,
            Microsoft.Extensions.Options.Options.Create(new StorageOptions()),
            Microsoft.Extensions.Logging.Abstractions.NullLogger<PostgresDeadLetterStore>.Instance);
        var message = new ActorMessage
        {
            Id = Guid.CreateVersion7(),
            Type = "COUNT",
            Data = "{\"by\":1}"u8.ToArray(),
            CorrelationId = Guid.CreateVersion7(),
            SentAtTicks = TimeProvider.System.GetUtcNow().UtcTicks,
            SentTimestamp = 0,
            SenderProcess = 0,
        };
        var letter = new DeadLetter(
            Guid.CreateVersion7(), new ActorAddress("counter", "a"), message, DeadLetterReasons.MailboxFull, "full", TimeProvider.System.GetUtcNow());
        await store.AddAsync(letter, TestContext.Current.CancellationToken);

        var page = await _gateway.GetAsync("/dead-letters?limit=1");
        var listed = page.Json.GetProperty("deadLetters")[0];
        Assert.Equal("mailbox_full", listed.GetProperty("reason").GetString());
        Assert.Equal(1, listed.GetProperty("data").GetProperty("by").GetInt32());

        Assert.Equal(202, (await _gateway.PostAsync($"/dead-letters/{letter.Id}/replay", content: null)).Status);
        var (target, type, options) = Assert.Single(_gateway.Actors.Told);
        Assert.Equal(("counter/a", "COUNT", message.CorrelationId), (target.ToString(), type, options!.CorrelationId));
        (await _gateway.PostAsync($"/dead-letters/{letter.Id}/replay", content: null)).AssertProblem(409, "already_replayed", "already");
        (await _gateway.PostAsync($"/dead-letters/{Guid.CreateVersion7()}/replay", content: null)).AssertProblem(404, "not_found", "There is no dead letter");
        Assert.Single(_gateway.Actors.Told);
    }

    private async Task<string> CreateAsync() => (await _gateway.PostAsync("/threads", content: null)).Text("threadId");

    private async Task<Guid> RunningCycleAsync(string threadId)
    {
        RunningCycle? cycle = null;
        await Eventually.HoldsAsync("a running cycle", async () =>
            (cycle = (await _store.RunningCyclesAsync(threadId, TestContext.Current.CancellationToken)).SingleOrDefault()) is not null);
        return cycle!.CycleId;
    }

    private async Task CompleteAsync(Guid cycleId) => await _store.CompleteCycleAsync(
        cycleId, new CycleResult("the answer", []), new byte[32], TestContext.Current.CancellationToken);

    private async Task<ActorReply> ActAsync(ActorAddress target, string type, byte[] data, CancellationToken cancellationToken)
    {
        if (type == ThreadMessages.CreateThread)
        {
            await _store.CreateThreadAsync(target.Id, cancellationToken);
            return ActorReply.Of(ActorReply.DefaultType);
        }

        var accepted = await _store.AcceptInputAsync(
            target.Id, ActorJson.Deserialize<SubmitInput>(data), Guid.CreateVersion7(), Guid.CreateVersion7(), null, cancellationToken);
        return accepted is null
            ? ActorReply.Of(ThreadMessages.ThreadNotFound)
            : ActorReply.Of(ActorReply.DefaultType, accepted);
    }
}
