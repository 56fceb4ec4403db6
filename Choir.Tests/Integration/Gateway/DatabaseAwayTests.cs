using Choir.Actors;
using Choir.Storage;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace Choir.Tests.Integration.Gateway;

public sealed class DatabaseAwayTests
{
    private const string Thread = "/threads/0192f7a0-1b2c-7d3e-8f40-5a6b7c8d9e0f";

    [Theory]
    [InlineData("/threads")]
    [InlineData(Thread)]
    [InlineData(Thread + "/events")]
    [InlineData("/dead-letters")]
    public async Task A_database_that_refuses_connections_is_answered_with_503(string path)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var answer = await gateway.GetAsync(path);
        answer.AssertProblem(503, "database_unavailable", "The database cannot be used now (it refuses connections)");
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.DoesNotContain("Idempotency-Key", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_input_fails_quickly_when_the_database_freezes_during_the_request()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(null, "Gateway:DatabaseCheckDelay=00:00:00.05", "Health:CacheTime=0");
        CancellationToken given = default;
        gateway.Actors.Answer = (_, _, _, token) =>
        {
            given = token;
            gateway.Database.Says(HealthCheckResult.Unhealthy("Database error: no answer within 2 s"));
            return new TaskCompletionSource<ActorReply>().Task;
        };
        var answer = await gateway.PostAsync(Thread + "/inputs", "{\"content\": \"a\"}");
        answer.AssertProblem(503, "database_unavailable", "Database error: no answer within 2 s");
        Assert.True(given.IsCancellationRequested);
    }

    [Fact]
    public async Task An_actor_failure_caused_by_the_database_names_the_database()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(null, "Health:CacheTime=0");
        gateway.Actors.Answer = (_, _, _, _) =>
        {
            gateway.Database.Says(HealthCheckResult.Unhealthy("Database error: refused"));
            return Task.FromResult(ActorReply.Failure(ErrorCodes.HandlerFailed, "it threw"));
        };
        (await gateway.PostAsync("/threads", content: null)).AssertProblem(503, "database_unavailable", "(Database error: refused). Try again later.");
        var thread = await gateway.PostAsync("/threads", content: null);
        Assert.EndsWith("(Database error: refused). Try again later.", thread.Text("detail"), StringComparison.Ordinal);
        (await gateway.PostAsync(Thread + "/inputs", "{\"content\": \"a\"}"))
            .AssertProblem(503, "database_unavailable", "Try again later. The input may still be accepted");
    }

    [Fact]
    public async Task An_input_that_could_not_be_stored_is_answered_with_503_and_how_to_repeat_it()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        gateway.Actors.Replies(ActorReply.Failure(DatabaseFault.UnavailableCode, "the database cannot be used now: it is read-only."));

        var answer = await gateway.PostAsync(Thread + "/inputs", "{\"content\": \"a\"}");

        answer.AssertProblem(503, "database_unavailable", "it is read-only. The input may still be accepted");
        Assert.NotNull(answer.Headers.RetryAfter);
    }

    [Fact]
    public async Task An_actor_that_cannot_read_its_state_names_the_database()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        gateway.Actors.Answer = (target, _, _, _) => throw new ActorUnavailableException(
            target, new PostgresException("the database system is starting up", "FATAL", "FATAL", PostgresErrorCodes.CannotConnectNow));

        (await gateway.PostAsync("/actors/test_actor/a/messages", "{\"type\": \"PING\"}"))
            .AssertProblem(503, "database_unavailable", "it is starting or stopping");
    }

    [Fact]
    public async Task A_slow_actor_is_awaited()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(null, "Gateway:DatabaseCheckDelay=00:00:00.01", "Health:CacheTime=0");
        gateway.Actors.Answer = async (_, _, _, token) =>
        {
            // Several health checks of the database run meanwhile.
            var asked = gateway.Database.Asked;
            await Support.Eventually.HoldsAsync("looks at the database", () => gateway.Database.Asked > asked + 2);
            return ActorReply.Of("REPLY");
        };
        Assert.Equal(201, (await gateway.PostAsync("/threads", content: null)).Status);
    }
}
