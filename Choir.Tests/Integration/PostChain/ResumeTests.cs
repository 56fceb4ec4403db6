using Choir.Contracts.Threads;
using Choir.Tests.Support;
using Choir.Tests.Unit.PostChain;
using Npgsql;

namespace Choir.Tests.Integration.PostChain;

public sealed class ResumeTests(PostgresFixture postgres)
{
    private static readonly (string, string)[] ShortTimeouts =
        [("PostChain__StallAfter", "00:00:02"), ("PostChain__ReminderPeriod", "00:00:05")];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killing_the_host_loses_no_accepted_input_and_duplicates_no_result()
    {
        await using var cluster = await PostChainCluster.StartAsync(postgres, ShortTimeouts);
        var thread = await cluster.CreateThreadAsync();
        InputAccepted first, second;

        // With the index locked the Experience phase cannot end: the cycles stop after Action.
        await using (var held = await LockAsync(cluster, "knowledge_passages"))
        {
            first = await cluster.SubmitAsync(thread, Texts.Photosynthesis);
            await cluster.UntilAsync(
                "the Action phase",
                async () => await cluster.Threads.GetPhasesAsync(Guid.Parse(first.CycleId), Token) is [var action, ..] ? action : null);
            second = await cluster.SubmitAsync(thread, Texts.Glaciers);
            await cluster.KillHostsAsync();
        }

        await cluster.AddHostAsync();
        foreach (var accepted in new[] { first, second })
        {
            var cycle = await cluster.EndAsync(thread, accepted.CycleId);
            Assert.Equal(CycleStatus.Completed, cycle.Status);
        }

        var events = await cluster.Threads.EventsAfterAsync(thread, 0, 100, Token);
        Assert.Equal(12, events.Count(entry => entry.Type == "phase_completed"));
        Assert.Equal(2, events.Count(entry => entry.Type == "cycle_completed"));
    }

    [Fact]
    public async Task An_unavailable_database_delays_a_cycle_and_does_not_fail_it()
    {
        await using var cluster = await PostChainCluster.StartAsync(postgres, [.. ShortTimeouts, ("Storage__CommandTimeoutSeconds", "1")]);
        var thread = await cluster.CreateThreadAsync();
        InputAccepted accepted;
        await using (var held = await LockAsync(cluster, "knowledge_passages"))
        {
            accepted = await cluster.SubmitAsync(thread, Texts.Photosynthesis);
            await cluster.UntilAsync(
                "a failed Experience phase",
                () => Task.FromResult(cluster.Hosts[0].Log.Contains("PROCESS_ACTION failed", StringComparison.Ordinal) ? "failed" : null));
        }

        var cycle = await cluster.EndAsync(thread, accepted.CycleId);
        Assert.Equal(CycleStatus.Completed, cycle.Status);
    }

    [Fact]
    public async Task A_model_that_cannot_be_reached_fails_the_cycle_with_the_reason()
    {
        await using var cluster = await PostChainCluster.StartAsync(
            postgres,
            [
                .. ShortTimeouts, ("Model__Endpoint", "http://127.0.0.1:9/v1"), ("Model__Name", "none"), ("Model__Retries", "0"),
                ("Model__Timeout", "00:00:01"), ("PostChain__MaxAttempts", "1"),
            ]);
        var cycle = await cluster.ConverseAsync("Ice is cold.");
        Assert.Equal(CycleStatus.Failed, cycle.Status);
        Assert.Contains("Action phase was tried 2 times", cycle.Error, StringComparison.Ordinal);
        Assert.Matches("endpoint could not be reached|endpoint answered 0|did not answer", cycle.Error);
    }

    private static async Task<NpgsqlTransaction> LockAsync(PostChainCluster cluster, string table)
    {
        var connection = await cluster.Database.OpenConnectionAsync(Token);
        var transaction = await connection.BeginTransactionAsync(Token);
        await using var command = new NpgsqlCommand($"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE", connection, transaction);
        await command.ExecuteNonQueryAsync(Token);
        return transaction;
    }
}
