using Choir.Contracts.Threads;
using Choir.Storage;
using Choir.Tests.Support;

namespace Choir.Tests.Integration.Storage;

public sealed class RetentionTests(DatabaseFixture database) : IClassFixture<DatabaseFixture>
{
    private static readonly TimeSpan Age = TimeSpan.FromDays(30);

    private readonly RetentionStore _retention = new(database.DataSource);
    private readonly ThreadStore _threads = new(database.DataSource);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_old_cycle_is_removed_with_all_that_belongs_to_it_and_a_younger_one_stays()
    {
        var thread = await NewThreadAsync();
        var old = await EndedAsync(thread, "31 days", "confirmed");
        var young = await EndedAsync(thread, "29 days", "confirmed");

        Assert.Equal(1, await _retention.RemoveCyclesAsync(Age, Token));
        Assert.Equal(0, await _retention.RemoveCyclesAsync(Age, Token));

        foreach (var table in new[] { "cycles", "cycle_phases", "thread_events", "knowledge_passages", "ledger_outbox" })
        {
            Assert.Equal((table, 0L), (table, await CountAsync($"{table} WHERE cycle_id = '{old}'")));
            Assert.NotEqual((table, 0L), (table, await CountAsync($"{table} WHERE cycle_id = '{young}'")));
        }

        Assert.Single((await _threads.GetThreadAsync(thread, null, 10, Token))!.Cycles);
    }

    [Theory]
    [InlineData("pending")]
    [InlineData(null)]
    public async Task A_cycle_that_is_not_anchored_yet_is_kept(string? anchor)
    {
        var thread = await NewThreadAsync();
        var cycle = await EndedAsync(thread, "400 days", anchor);

        await _retention.RemoveCyclesAsync(Age, Token);

        Assert.Equal(1, await CountAsync($"cycles WHERE cycle_id = '{cycle}'"));
    }

    [Fact]
    public async Task A_thread_is_removed_when_its_last_cycle_is_gone()
    {
        var (empty, used, young) = (await NewThreadAsync("31 days"), await NewThreadAsync("31 days"), await NewThreadAsync());
        await EndedAsync(used, "1 day", "confirmed");
        await database.ScalarAsync(
            $"INSERT INTO actor_state (actor_type, actor_id, state, size_bytes) VALUES ('{ThreadMessages.ActorType}', '{empty}', '{{}}', 2)");

        Assert.Equal(1, await _retention.RemoveThreadsAsync(Age, Token));

        Assert.False(await _threads.ThreadExistsAsync(empty, Token));
        Assert.True(await _threads.ThreadExistsAsync(used, Token));
        Assert.True(await _threads.ThreadExistsAsync(young, Token));
        Assert.Equal(0, await CountAsync($"actor_state WHERE actor_id = '{empty}'"));
    }

    [Fact]
    public async Task A_thread_that_accepts_an_input_while_old_threads_are_removed_is_kept()
    {
        var threads = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => NewThreadAsync("31 days")));
        var accepted = Task.WhenAll(threads.Where((_, n) => n % 2 == 0).Select(AcceptAsync));
        while (!accepted.IsCompleted)
        {
            await _retention.RemoveThreadsAsync(Age, Token);
        }

        var ids = (await accepted).OfType<InputAccepted>().Select(input => input.CycleId).ToList();
        Assert.Equal(ids.Count, await CountAsync($"cycles WHERE cycle_id IN ({string.Join(',', ids.Append(Guid.Empty.ToString()).Select(id => $"'{id}'"))})"));
    }

    [Fact]
    public async Task Old_dead_letters_are_removed()
    {
        await database.ScalarAsync(
            """
            INSERT INTO dead_letters (id, target_type, target_id, reason, detail, at, message_id, message_type, data,
                correlation_id, causation_id, sent_at, expects_reply)
            SELECT gen_random_uuid(), 'a', 'b', 'expired', '', now() - days * interval '1 day', gen_random_uuid(), 'M', '',
                gen_random_uuid(), gen_random_uuid(), now(), false
            FROM generate_series(29, 32) AS days
            """);

        Assert.Equal(2, await _retention.RemoveDeadLettersAsync(TimeSpan.FromDays(30.5), Token));
        Assert.Equal(2, await CountAsync("dead_letters"));
    }

    private Task<InputAccepted?> AcceptAsync(string thread) => _threads.AcceptInputAsync(
        thread, new SubmitInput("Ice is cold.", null), Guid.CreateVersion7(), Guid.CreateVersion7(), null, Token);

    private async Task<string> NewThreadAsync(string age = "0")
    {
        var thread = ThreadIds.New(TimeProvider.System);
        await _threads.CreateThreadAsync(thread, Token);
        await database.ScalarAsync($"UPDATE threads SET created_at = now() - interval '{age}' WHERE thread_id = '{thread}'");
        return thread;
    }

    private async Task<string> EndedAsync(string thread, string age, string? anchor)
    {
        var id = Guid.CreateVersion7();
        var input = new SubmitInput("Ice is cold.", null);
        await _threads.AcceptInputAsync(thread, input, id, Guid.CreateVersion7(), null, Token);
        await _threads.SavePhaseAsync(
            new SavedPhase(id, 0, Phase.Action, PhaseStatus.Completed, "Ice.", [], null, DateTimeOffset.UnixEpoch, 1), Token);
        await _threads.CompleteCycleAsync(id, new CycleResult("Ice is cold.", []), Guid.NewGuid().ToByteArray().Concat(new byte[16]).ToArray(), Token);
        await database.ScalarAsync($"UPDATE cycles SET completed_at = now() - interval '{age}' WHERE cycle_id = '{id}'");
        await database.ScalarAsync(
            $"INSERT INTO knowledge_passages (thread_id, cycle_id, n, part, text, lexemes) VALUES ('{thread}', '{id}', 0, 'input', 'ice', '')");
        if (anchor is not null)
        {
            await database.ScalarAsync(
                $"""
                INSERT INTO ledger_outbox
                    (cycle_id, thread_id, cycle_hash, status, created_at, updated_at, next_attempt_at, transaction_hash, block_number)
                SELECT cycle_id, thread_id, '0x' || encode(cycle_hash, 'hex'), '{anchor}', now(), now(), now(), '0x1', 1
                FROM cycles WHERE cycle_id = '{id}'
                """);
        }

        return ThreadIds.Format(id);
    }

    private async Task<long> CountAsync(string from) => (long)(await database.ScalarAsync($"SELECT count(*) FROM {from}"))!;
}
