using System.Collections.Concurrent;
using Choir.Contracts.Threads;
using Choir.Storage;
using Choir.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Choir.Tests.Integration.Storage;

public sealed class ThreadEventFeedTests(DatabaseFixture database) : IClassFixture<DatabaseFixture>, IAsyncLifetime
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly ThreadStore _store = new(database.DataSource);
    private ThreadEventFeed _feed = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _feed = new ThreadEventFeed(database.DataSource, _store, TimeProvider.System, NullLogger<ThreadEventFeed>.Instance);
        await _feed.StartAsync(Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _feed.StopAsync(CancellationToken.None);
        _feed.Dispose();
    }

    [Fact]
    public async Task Followers_get_past_and_future_events_once_and_in_order()
    {
        var thread = await NewThreadAsync();
        await AcceptAsync(thread, 3);
        var followers = Enumerable.Range(0, 5).Select(_ => Collect(thread, 0, 10).Ids).ToList();
        var late = Collect(thread, 2, 8).Ids;

        await AcceptAsync(thread, 7);

        foreach (var ids in await Task.WhenAll(followers).WaitAsync(Timeout, Token))
        {
            Assert.Equal(Enumerable.Range(1, 10).Select(i => (long)i), ids);
        }

        Assert.Equal(Enumerable.Range(3, 8).Select(i => (long)i), await late.WaitAsync(Timeout, Token));
        Assert.Equal(0, _feed.Followed);
    }

    [Fact]
    public async Task A_cancelled_follower_is_removed()
    {
        var thread = await NewThreadAsync();
        using var stop = new CancellationTokenSource();
        var following = Collect(thread, 0, 1, stop.Token).Ids;
        await Eventually.HoldsAsync("the thread to be followed", () => _feed.Followed == 1);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => following);
        Assert.Equal(0, _feed.Followed);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public async Task A_stream_starts_again_when_the_database_has_returned_to_an_earlier_state(int later)
    {
        var thread = await NewThreadAsync();
        await AcceptAsync(thread, 5);
        var following = Collect(thread, 0, 5 + 2 + later);
        await Eventually.HoldsAsync("the stream to wait", () => following.Count == 5);

        // The last three events are lost, and one or more others appended. With many, the last number is larger than before.
        await database.ScalarAsync(
            $"""
            UPDATE threads SET last_event = 2 WHERE thread_id = '{thread}';
            DELETE FROM thread_events WHERE thread_id = '{thread}' AND id > 2;
            SELECT choir_append_thread_event('{thread}', gen_random_uuid(), 'cycle_accepted', null) FROM generate_series(1, {later});
            """);

        Assert.Equal(
            [.. Numbers(1, 5), .. Numbers(1, 2 + later)], await following.Ids.WaitAsync(Timeout, Token));
    }

    [Fact]
    public async Task A_stream_ends_when_its_thread_is_gone()
    {
        var thread = await NewThreadAsync();
        await AcceptAsync(thread, 2);
        var following = Collect(thread, 0, 3);
        await Eventually.HoldsAsync("the stream to wait", () => following.Count == 2);

        await database.ScalarAsync($"WITH gone AS (DELETE FROM cycles WHERE thread_id = '{thread}') DELETE FROM threads WHERE thread_id = '{thread}'");

        Assert.Equal(Numbers(1, 2), await following.Ids.WaitAsync(Timeout, Token));
    }

    [Fact]
    public async Task A_stream_whose_last_event_was_removed_because_of_its_age_goes_on()
    {
        var thread = await NewThreadAsync();
        await AcceptAsync(thread, 2);
        var following = Collect(thread, 0, 4);
        await Eventually.HoldsAsync("the stream to wait", () => following.Count == 2);

        await database.ScalarAsync($"DELETE FROM thread_events WHERE thread_id = '{thread}'");
        await AcceptAsync(thread, 2);

        Assert.Equal(Numbers(1, 4), await following.Ids.WaitAsync(Timeout, Token));
    }

    [Fact]
    public async Task No_large_events_are_kept_for_a_caller_that_does_not_read()
    {
        var thread = await NewThreadAsync();
        await AcceptAsync(thread, 30);
        await PadAsync("before");
        var padding = new List<string>();

        await foreach (var one in _feed.FollowAsync(thread, 0, Token))
        {
            padding.Add(one.Data.GetProperty("padding").GetString()![..6]);
            if (padding.Count == 1)
            {
                await PadAsync("after.");
            }

            if (padding.Count == 30)
            {
                break;
            }
        }

        Assert.Equal(["before", .. Enumerable.Repeat("after.", 29)], padding);

        Task<object?> PadAsync(string with) => database.ScalarAsync(
            $"UPDATE thread_events SET data = jsonb_build_object('padding', repeat('{with}', 20000)) WHERE thread_id = '{thread}'");
    }

    [Fact]
    public async Task It_continues_after_its_connections_were_closed()
    {
        var thread = await NewThreadAsync();
        var following = Collect(thread, 0, 20).Ids;

        await AcceptAsync(thread, 10);
        await database.ScalarAsync("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()");
        for (var accepted = 10; accepted < 20;)
        {
            try
            {
                await AcceptAsync(thread, 1);
                accepted++;
            }
            catch (Npgsql.NpgsqlException)
            {
                // The pool removes a closed connection when it is used, so the next attempt gets another.
            }
        }

        Assert.Equal(Enumerable.Range(1, 20).Select(i => (long)i), await following.WaitAsync(Timeout, Token));
    }

    [Fact]
    public async Task Those_who_watch_a_thread_share_one_read_of_its_running_cycles_until_it_changes()
    {
        var thread = await NewThreadAsync();
        await AcceptAsync(thread, 1);
        using var one = _feed.Watch(thread);
        using var other = _feed.Watch(thread);
        await Eventually.HoldsAsync("the running cycle", async () => (await one.RunningCyclesAsync()).Count == 1);
        await Eventually.HoldsAsync("one read for both", () => one.RunningCyclesAsync() == other.RunningCyclesAsync());

        await AcceptAsync(thread, 1);
        await Eventually.HoldsAsync("a read after the change", async () => (await other.RunningCyclesAsync()).Count == 2);
    }

    private static IEnumerable<long> Numbers(int first, int count) => Enumerable.Range(first, count).Select(number => (long)number);

    private Collected Collect(string thread, long after, int count, CancellationToken? cancellationToken = null)
    {
        var ids = new ConcurrentQueue<long>();
        return new Collected(CollectAsync(), () => ids.Count);

        async Task<List<long>> CollectAsync()
        {
            await foreach (var one in _feed.FollowAsync(thread, after, cancellationToken ?? Token))
            {
                ids.Enqueue(one.Id);
                if (ids.Count == count)
                {
                    break;
                }
            }

            return [.. ids];
        }
    }

    private async Task<string> NewThreadAsync()
    {
        var thread = ThreadIds.New(TimeProvider.System);
        await _store.CreateThreadAsync(thread, Token);
        return thread;
    }

    private async Task AcceptAsync(string thread, int count)
    {
        for (var i = 0; i < count; i++)
        {
            await _store.AcceptInputAsync(thread, new SubmitInput($"input {i}"), Guid.CreateVersion7(), Guid.CreateVersion7(), null, Token);
        }
    }

    /// <summary>The numbers of the events of a stream that is followed, and how many there are so far.</summary>
    private sealed class Collected(Task<List<long>> ids, Func<int> count)
    {
        public Task<List<long>> Ids => ids;

        public int Count => count();
    }
}
