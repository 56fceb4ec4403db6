using Choir.Contracts.Threads;
using Choir.Storage;
using Choir.Tests.Support;
using Choir.Tests.Support.Hostile;
using Choir.Tests.Unit.PostChain;

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
        await using (var held = await cluster.LockAsync("knowledge_passages"))
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
    public async Task A_completed_cycle_that_never_reached_the_ledger_is_submitted_however_many_newer_cycles_did()
    {
        await using var cluster = await PostChainCluster.StartAsync(postgres, ShortTimeouts);
        var thread = await cluster.CreateThreadAsync();
        var lost = await cluster.SubmitAsync(thread, Texts.Photosynthesis);
        await cluster.EndAsync(thread, lost.CycleId);
        await UntilInOutboxAsync();

        // More than a page of newer cycles that are on the chain. The host died before it had submitted the oldest.
        await using (var newer = cluster.Database.CreateCommand(
            $"""
            WITH newer AS (
                INSERT INTO cycles (cycle_id, thread_id, correlation_id, status, content, completed_at, result, cycle_hash)
                SELECT ('ffffffff-ffff-7000-8000-' || lpad(number::text, 12, '0'))::uuid, thread_id, correlation_id, status, content,
                    completed_at, result, cycle_hash
                FROM cycles CROSS JOIN generate_series(1, {ThreadStore.MaxPage + 1}) AS number WHERE cycle_id = '{lost.CycleId}'
                RETURNING cycle_id, thread_id, cycle_hash
            ), anchored AS (
                INSERT INTO ledger_outbox
                    (cycle_id, thread_id, cycle_hash, status, created_at, updated_at, next_attempt_at, transaction_hash, block_number)
                SELECT cycle_id, thread_id, '0x' || encode(cycle_hash, 'hex'), 'confirmed', now(), now(), now(), '0xfeed', 7 FROM newer
            )
            DELETE FROM ledger_outbox WHERE cycle_id = '{lost.CycleId}'
            """))
        {
            await newer.ExecuteNonQueryAsync(Token);
        }

        // Whether or not the first reminder has ended, another input sets one.
        await cluster.SubmitAsync(thread, Texts.Glaciers);
        await UntilInOutboxAsync();

        async Task UntilInOutboxAsync() => await cluster.UntilAsync("the oldest cycle in the ledger's outbox", async () =>
        {
            await using var count = cluster.Database.CreateCommand($"SELECT count(*) FROM ledger_outbox WHERE cycle_id = '{lost.CycleId}'");
            return await count.ExecuteScalarAsync(Token) is 1L ? "there" : null;
        });
    }

    [Fact]
    public async Task An_unavailable_database_delays_a_cycle_and_does_not_fail_it()
    {
        await using var cluster = await PostChainCluster.StartAsync(postgres, [.. ShortTimeouts, ("Storage__CommandTimeoutSeconds", "1")]);
        var thread = await cluster.CreateThreadAsync();
        InputAccepted accepted;
        await using (var held = await cluster.LockAsync("knowledge_passages"))
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
    public async Task A_database_that_refuses_a_statement_delays_a_cycle_and_its_health_says_so()
    {
        var url = $"http://127.0.0.1:{Loopback.FreePort()}";
        await using var cluster = await PostChainCluster.StartAsync(postgres, [.. ShortTimeouts, ("PostChain__MaxAttempts", "1"), ("ASPNETCORE_URLS", url)]);
        var thread = await cluster.CreateThreadAsync();
        await ExecuteAsync(
            """
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN RAISE EXCEPTION 'permission denied' USING ERRCODE = 'insufficient_privilege'; END $$;
            CREATE TRIGGER refuse BEFORE INSERT ON cycle_phases FOR EACH ROW EXECUTE FUNCTION refuse();
            """);
        var accepted = await cluster.SubmitAsync(thread, Texts.Photosynthesis);
        await cluster.UntilAsync(
            "the Action phase to have failed more often than attempts are allowed",
            () => Task.FromResult(cluster.Hosts[0].Log.Split("PROCESS_INPUT failed").Length > 3 ? "failed" : null));
        using (var http = new HttpClient())
        {
            using var answer = await http.GetAsync(new Uri($"{url}/health"), Token);
            var health = await answer.Content.ReadAsStringAsync(Token);
            Assert.Contains("it denies its user a right (SQLSTATE 42501)", health, StringComparison.Ordinal);
        }

        await ExecuteAsync("DROP TRIGGER refuse ON cycle_phases");
        Assert.Equal(CycleStatus.Completed, (await cluster.EndAsync(thread, accepted.CycleId)).Status);

        async Task ExecuteAsync(string sql)
        {
            await using var command = cluster.Database.CreateCommand(sql);
            await command.ExecuteNonQueryAsync(Token);
        }
    }

    [Fact]
    public async Task An_input_that_was_stored_although_its_sender_got_an_error_completes_without_a_restart()
    {
        await using var proxy = HostilePostgres.Before(await postgres.CreateDatabaseAsync());
        await using var cluster = await PostChainCluster.StartAsync(proxy.ConnectionString);
        var thread = await cluster.CreateThreadAsync();
        proxy.LoseAnswerTo = "INSERT INTO cycles";

        var lost = await cluster.AskAsync(thread, ThreadMessages.SubmitInput, new SubmitInput(Texts.Photosynthesis));

        Assert.Equal((DatabaseFault.UnavailableCode, 1), (lost.Error().Code, proxy.LostAnswers));
        Assert.DoesNotContain("INSERT", lost.Error().Message, StringComparison.Ordinal);
        var stored = (await cluster.Threads.GetThreadAsync(thread, null, 10, Token))!.Cycles.Single();
        Assert.Equal(CycleStatus.Completed, (await cluster.EndAsync(thread, stored.CycleId)).Status);
    }

    [Fact]
    public async Task Odd_answers_of_a_model_fail_the_cycle_with_the_reason_and_odd_answers_of_a_node_do_not_end_the_host()
    {
        await using var model = await HostileModel.StartAsync();
        model.Answers(HttpReply.Cut, HttpReply.Text("<html>Welcome</html>"));
        await using var node = await HostileNode.StartAsync(new Uri("http://127.0.0.1:1"));
        node.OnOthers(
            Answer.Result("\"latest\""), Answer.Result("{}"), Answer.Result("true"), Answer.Body("<html></html>"), Answer.Cut,
            Answer.Result("null"));
        await using var cluster = await PostChainCluster.StartAsync(
            postgres,
            [
                .. ShortTimeouts, ("Model__Endpoint", $"{model.Endpoint}"), ("Model__Name", "none"), ("Model__Retries", "0"),
                ("PostChain__MaxAttempts", "1"), ("Chain__Url", $"{node.Url}"), ("Health__StartGrace", "00:00:00"),
                ("Health__RefreshInterval", "00:00:01"),
            ]);
        var cycle = await cluster.ConverseAsync("Ice is cold.");
        Assert.Equal(CycleStatus.Failed, cycle.Status);
        Assert.Equal(
            "The Action phase was tried 2 times without success. The last time: The answer of the model's endpoint in the Action "
            + "phase cannot be used: it is HTML or XML, not JSON: \"<html>Welcome</html>\".",
            cycle.Error);

        await cluster.UntilAsync("enough odd answers", () => Task.FromResult(node.Calls("eth_blockNumber") > 4 ? "enough" : null));
        Assert.Equal(2, (await cluster.Hosts[0].MetricsAsync()).Sum("health_status", ("component", "blockchain")));
        Assert.Contains("blockchain is unhealthy: Blockchain error: ", cluster.Hosts[0].Log, StringComparison.Ordinal);
    }
}
