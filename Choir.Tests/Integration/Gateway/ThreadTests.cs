using System.Text.Json;
using Choir.Contracts.Threads;
using Choir.ServiceDefaults.Health;
using Choir.Storage;
using Choir.Tests.Support;
using Choir.Tests.Support.Hostile;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace Choir.Tests.Integration.Gateway;

/// <summary>The thread routes.</summary>
public sealed class ThreadTests(DatabaseFixture database) : ThreadTestBase(database)
{
    [Fact]
    public async Task A_created_thread_is_found_at_its_location()
    {
        var created = await Gateway.PostAsync("/threads", content: null);
        Assert.Equal(201, created.Status);
        var threadId = created.Text("threadId");
        Assert.Equal(7, Guid.Parse(threadId).Version);
        Assert.Equal($"/threads/{threadId}", created.Headers.Location!.OriginalString);
        var thread = await Gateway.GetAsync(created.Headers.Location.OriginalString);
        Assert.Equal(200, thread.Status);
        Assert.Equal(threadId, thread.Text("threadId"));
        Assert.Empty(thread.Json.GetProperty("cycles").EnumerateArray());
    }

    [Fact]
    public async Task Threads_are_listed_newest_first_in_pages()
    {
        string[] created = [await CreateAsync(), await CreateAsync(), await CreateAsync()];
        var first = await Gateway.GetAsync("/threads?limit=2");
        Assert.Equal([created[2], created[1]], Ids(first));
        var second = await Gateway.GetAsync($"/threads?limit=1&before={first.Text("next")}");
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
        var api = (await Gateway.GetAsync("/openapi/v1.json")).Json;
        var query = api.GetProperty("paths").GetProperty(path).GetProperty("get").GetProperty("parameters").EnumerateArray()
            .Where(parameter => parameter.GetProperty("in").GetString() == "query").ToList();

        Assert.Equal(["limit", "before"], query.Select(parameter => parameter.GetProperty("name").GetString()));
        Assert.All(query, parameter => Assert.NotEmpty(parameter.GetProperty("description").GetString()!));
    }

    [Fact]
    public async Task An_input_is_accepted_and_its_cycle_found_at_the_location()
    {
        var threadId = await CreateAsync();
        var accepted = await Gateway.PostAsync($"/threads/{threadId}/inputs", "{\"content\": \"Grüße 👋\"}");
        Assert.Equal(202, accepted.Status);
        Assert.Equal("running", accepted.Text("status"));
        var cycle = await Gateway.GetAsync(accepted.Headers.Location!.OriginalString);
        Assert.Equal("Grüße 👋", cycle.Text("content"));
        Assert.Equal(6, cycle.Json.GetProperty("phases").GetArrayLength());
    }

    [Fact]
    public async Task Waiting_returns_the_completed_cycle_as_soon_as_it_has_ended()
    {
        var threadId = await CreateAsync();
        var waiting = Gateway.PostAsync($"/threads/{threadId}/inputs?wait=30", "{\"content\": \"a\"}");
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
        var answer = await Gateway.PostAsync($"/threads/{threadId}/inputs?wait=1", "{\"content\": \"a\"}");
        Assert.Equal(202, answer.Status);
        Assert.NotNull(answer.Headers.Location);
    }

    [Fact]
    public async Task All_who_wait_for_one_thread_get_their_own_cycle_when_it_has_ended()
    {
        var threadId = await CreateAsync();
        var waiting = Enumerable.Range(0, 10)
            .Select(index => Gateway.PostAsync($"/threads/{threadId}/inputs?wait=30", $$"""{"content": "input {{index}}"}""")).ToList();
        await Eventually.HoldsAsync("the cycles", async () => (await RunningAsync(threadId)).Count == waiting.Count);
        foreach (var cycle in await RunningAsync(threadId))
        {
            await CompleteAsync(cycle.CycleId);
        }

        var answers = await Task.WhenAll(waiting);
        Assert.All(answers, answer => Assert.Equal((200, "completed"), (answer.Status, answer.Text("status"))));
        Assert.Equal(Enumerable.Range(0, 10).Select(index => $"input {index}"), answers.Select(answer => answer.Text("content")));
    }

    [Fact]
    public async Task A_wait_during_which_a_read_fails_is_not_answered_with_a_running_cycle()
    {
        await using var proxy = HostilePostgres.Before(Database.ConnectionString);
        await using var gateway = await GatewayUnderTest.StartAsync(proxy.ConnectionString);
        var threadId = await CreateAsync();

        // After it the gateway has a connection that it uses for the next read.
        await gateway.GetAsync($"/threads/{threadId}");
        gateway.Actors.Answer = async (target, type, data, token) =>
        {
            var reply = await ActAsync(target, type, data, token);
            proxy.Leave();
            return reply;
        };
        var answer = await gateway.PostAsync($"/threads/{threadId}/inputs?wait=1", "{\"content\": \"a\"}");
        Assert.Equal((202, "running"), (answer.Status, answer.Text("status")));
    }

    [Fact]
    public async Task A_read_on_connections_that_the_database_has_ended_is_repeated()
    {
        const string Name = "gateway-that-reads";
        var connection = new NpgsqlConnectionStringBuilder(Database.ConnectionString) { ApplicationName = Name }.ConnectionString;
        await using var gateway = await GatewayUnderTest.StartAsync(connection);
        for (var round = 0; round < 3; round++)
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => gateway.GetAsync("/threads")));
            Assert.All(answers, answer => Assert.True(answer.Status == 200, answer.Body));
            Assert.NotEqual(0L, await Database.ScalarAsync(
                $"SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity WHERE application_name = '{Name}'"));
        }

        Assert.Equal(200, (await gateway.GetAsync("/threads")).Status);
    }

    [Fact]
    public async Task While_the_database_accepts_no_changes_reads_are_answered_and_changes_with_503()
    {
        // Its health is logged as an error.
        await using var gateway = await GatewayUnderTest.StartAsync(Database.ConnectionString);
        var threadId = await CreateAsync();
        await Gateway.PostAsync($"/threads/{threadId}/inputs", "{\"content\": \"a\"}");
        gateway.Database.Says(HealthCheckResult.Unhealthy(
            "Database error: it is read-only", data: new Dictionary<string, object> { [ComponentHealth.ReadableKey] = true }));
        await Eventually.HoldsAsync("the database to be unhealthy", async () => (await gateway.GetAsync("/health")).Status == 503);

        Assert.Equal(200, (await gateway.GetAsync("/threads")).Status);
        Assert.Equal(1, (await gateway.GetAsync($"/threads/{threadId}")).Json.GetProperty("cycles").GetArrayLength());
        Assert.Equal(200, (await gateway.GetAsync("/dead-letters")).Status);
        (await gateway.PostAsync("/threads", content: null)).AssertProblem(503, "database_unavailable", "it is read-only");

        gateway.Database.Says(HealthCheckResult.Unhealthy("Database error: it refuses connections"));
        await Eventually.HoldsAsync("reads to be refused too", async () => (await gateway.GetAsync("/threads")).Status == 503);
    }

    [Theory]
    [InlineData("/threads")]
    [InlineData("/threads/{threadId}/inputs")]
    public async Task The_OpenAPI_document_declares_how_a_failing_actor_is_answered(string path)
    {
        var responses = (await Gateway.GetAsync("/openapi/v1.json")).Json.GetProperty("paths").GetProperty(path).GetProperty("post").GetProperty("responses");
        Assert.All((string[])["409", "422", "503", "504"], status => Assert.True(responses.TryGetProperty(status, out _), status));
    }

    [Fact]
    public async Task Missing_resources_are_answered_with_404_and_a_reason()
    {
        var nobody = Guid.CreateVersion7();
        (await Gateway.GetAsync($"/threads/{nobody}")).AssertProblem(404, "not_found", $"There is no thread {nobody}");
        (await Gateway.GetAsync($"/threads/{nobody}/events")).AssertProblem(404, "not_found", $"There is no thread {nobody}");
        (await Gateway.PostAsync($"/threads/{nobody}/inputs", "{\"content\": \"a\"}")).AssertProblem(404, "not_found", "There is no thread");
        (await Gateway.GetAsync($"/threads/{await CreateAsync()}/cycles/{nobody}")).AssertProblem(404, "not_found", "There is no cycle");
    }

    [Fact]
    public async Task A_request_that_waits_while_theGateway_stops_is_answered_with_202_and_its_cycle()
    {
        var threadId = await CreateAsync();
        var waiting = Gateway.PostAsync($"/threads/{threadId}/inputs?wait=30", "{\"content\": \"a\"}");
        var cycle = await RunningCycleAsync(threadId);
        var stopping = Gateway.StopAsync();
        var answer = await waiting;
        Assert.Equal((202, cycle.ToString()), (answer.Status, answer.Text("cycleId")));
        Assert.Equal(answer.Text("correlationId"), Assert.Single(answer.Headers.GetValues("X-Correlation-Id")));
        await stopping;
    }

    [Fact]
    public async Task A_cycle_whoseStored_JSON_has_another_form_is_shown_without_it()
    {
        var thread = await CreateAsync();
        await Gateway.PostAsync($"/threads/{thread}/inputs", "{\"content\": \"a\"}");
        var cycle = await RunningCycleAsync(thread);
        await Store.SavePhaseAsync(
            new SavedPhase(cycle, 0, Phase.Action, PhaseStatus.Completed, "said", [], null, DateTimeOffset.UnixEpoch, 1),
            TestContext.Current.CancellationToken);
        await CompleteAsync(cycle);
        await Database.ScalarAsync($"UPDATE cycles SET result = '[\"a list\"]' WHERE cycle_id = '{cycle}'");
        await Database.ScalarAsync($"UPDATE cycle_phases SET operations = '[{{\"operation\": \"unknown\"}}]' WHERE cycle_id = '{cycle}'");

        var answer = await Gateway.GetAsync($"/threads/{thread}/cycles/{cycle}");

        Assert.Equal(200, answer.Status);
        Assert.Equal("completed", answer.Text("status"));
        Assert.Equal(JsonValueKind.Null, answer.Json.GetProperty("result").ValueKind);
        Assert.StartsWith("Its stored result does not have the form", answer.Text("error"), StringComparison.Ordinal);
        var phase = answer.Json.GetProperty("phases")[0];
        Assert.Equal(("said", 0), (phase.GetProperty("output").GetString(), phase.GetProperty("operations").GetArrayLength()));
    }
}
