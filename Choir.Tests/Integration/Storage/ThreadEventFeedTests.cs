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
        var followers = Enumerable.Range(0, 5).Select(_ => CollectAsync(thread, 0, 10)).ToList();
        var late = CollectAsync(thread, 2, 8);

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
        var following = CollectAsync(thread, 0, 1, stop.Token);
        await Eventually.HoldsAsync("the thread to be followed", () => _feed.Followed == 1);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => following);
        Assert.Equal(0, _feed.Followed);
    }

    [Fact]
    public async Task It_continues_after_its_connections_were_closed()
    {
        var thread = await NewThreadAsync();
        var following = CollectAsync(thread, 0, 20);

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

    private async Task<List<long>> CollectAsync(string thread, long after, int count, CancellationToken? cancellationToken = null)
    {
        var ids = new List<long>();
        await foreach (var one in _feed.FollowAsync(thread, after, cancellationToken ?? Token))
        {
            ids.Add(one.Id);
            if (ids.Count == count)
            {
                break;
            }
        }

        return ids;
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
}
