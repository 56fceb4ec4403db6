using Choir.Actors;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Choir.Tests.Unit.Gateway;

public sealed class DatabaseAwayTests
{
    private const string Thread = "/threads/0192f7a0-1b2c-7d3e-8f40-5a6b7c8d9e0f";

    [Theory]
    [InlineData("/threads")]
    [InlineData(Thread)]
    [InlineData(Thread + "/events")]
    [InlineData("/dead-letters")]
    public async Task A_database_that_refuses_connections_is_a_503_that_names_it(string path)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var answer = await gateway.GetAsync(path);
        answer.AssertProblem(503, "database_unavailable", "The database does not answer");
        Assert.NotNull(answer.Headers.RetryAfter);
    }

    [Fact]
    public async Task An_input_is_not_left_waiting_for_a_database_that_freezes_in_the_middle()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(null, "Gateway:Patience=00:00:00.05", "Health:CacheTime=0");
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
    public async Task An_actor_that_failed_because_it_could_not_store_is_told_as_the_databases_fault()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(null, "Health:CacheTime=0");
        gateway.Actors.Answer = (_, _, _, _) =>
        {
            gateway.Database.Says(HealthCheckResult.Unhealthy("Database error: refused"));
            return Task.FromResult(ActorReply.Failure(ErrorCodes.HandlerFailed, "it threw"));
        };
        (await gateway.PostAsync("/threads", content: null)).AssertProblem(503, "database_unavailable", "Database error: refused");
    }

    [Fact]
    public async Task An_actor_that_is_merely_slow_is_waited_for()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(null, "Gateway:Patience=00:00:00.01", "Health:CacheTime=0");
        gateway.Actors.Answer = async (_, _, _, token) =>
        {
            // Several looks at the database happen meanwhile.
            var asked = gateway.Database.Asked;
            await Support.Eventually.HoldsAsync("looks at the database", () => gateway.Database.Asked > asked + 2);
            return ActorReply.Of("REPLY");
        };
        Assert.Equal(201, (await gateway.PostAsync("/threads", content: null)).Status);
    }
}
