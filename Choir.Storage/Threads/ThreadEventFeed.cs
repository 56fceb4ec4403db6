using System.Runtime.CompilerServices;
using Choir.Contracts.Threads;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Choir.Storage;

/// <summary>Lets many callers follow the events of threads, over one listening connection a process.</summary>
/// <remarks>
/// A notification only says that a thread has something new; whoever follows it reads the events from the table, by
/// number, a page at a time. So nothing is held in memory for a slow caller, and nothing is missed: a lost notification
/// costs at most one interval of the poll that runs beside them.
/// </remarks>
public sealed class ThreadEventFeed(
    NpgsqlDataSource dataSource, ThreadStore store, TimeProvider time, ILogger<ThreadEventFeed> logger)
    : BackgroundService
{
    private const string Channel = "choir_thread_events";
    private const int Page = 20;

    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LastRetry = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, Watch> _watches = [];

    /// <summary>The number of threads that are followed now.</summary>
    public int Followed
    {
        get
        {
            lock (_lock)
            {
                return _watches.Count;
            }
        }
    }

    /// <summary>The events of a thread after a given one, and those to come, until cancelled.</summary>
    /// <param name="threadId">The thread.</param>
    /// <param name="afterId">The last event that is known; 0 for none.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <remarks>While the database is away it yields nothing, and goes on where it was when it is back.</remarks>
    public async IAsyncEnumerable<ThreadEvent> FollowAsync(
        string threadId, long afterId, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (!ThreadIds.TryParse(threadId, out var thread))
        {
            yield break;
        }

        var watch = Begin(thread);
        try
        {
            var known = afterId;
            while (true)
            {
                // Taken before reading, so that what is appended while reading is not slept through.
                var news = watch.News;
                var events = await ReadOrNothingAsync(threadId, known, cancellationToken);
                foreach (var one in events ?? [])
                {
                    yield return one;
                    known = one.Id;
                }

                if (events is null)
                {
                    await Task.Delay(FirstRetry, time, cancellationToken);
                }
                else if (events.Count == 0)
                {
                    await news.WaitAsync(cancellationToken);
                }
            }
        }
        finally
        {
            End(thread, watch);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var retry = FirstRetry;
        var lost = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var connection = await dataSource.OpenConnectionAsync(stoppingToken);
                connection.Notification += (_, notification) => Tell(notification.Payload);
                await using (var listen = new NpgsqlCommand($"LISTEN {Channel}", connection))
                {
                    await listen.ExecuteNonQueryAsync(stoppingToken);
                }

                if (lost)
                {
                    logger.ThreadEventsBack();
                }

                (lost, retry) = (false, FirstRetry);

                // What happened while nobody listened.
                TellAll();
                var polled = time.GetTimestamp();
                while (true)
                {
                    await connection.WaitAsync(PollInterval, stoppingToken);
                    if (time.GetElapsedTime(polled) >= PollInterval)
                    {
                        await PollAsync(stoppingToken);
                        polled = time.GetTimestamp();
                    }
                }
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested && e is NpgsqlException or TimeoutException or IOException or ObjectDisposedException)
            {
                if (!lost)
                {
                    logger.ThreadEventsLost(e.Message);
                    lost = true;
                }

                await Task.Delay(retry, time, stoppingToken);
                retry = retry * 2 < LastRetry ? retry * 2 : LastRetry;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    // Null while the database is away.
    private async Task<IReadOnlyList<ThreadEvent>?> ReadOrNothingAsync(
        string threadId, long afterId, CancellationToken cancellationToken)
    {
        try
        {
            return await store.EventsAfterAsync(threadId, afterId, Page, cancellationToken);
        }
        catch (NpgsqlException e) when (e is not PostgresException || e.IsTransient)
        {
            return null;
        }
    }

    private Watch Begin(Guid thread)
    {
        lock (_lock)
        {
            if (!_watches.TryGetValue(thread, out var watch))
            {
                _watches[thread] = watch = new Watch();
            }

            watch.Followers++;
            return watch;
        }
    }

    private void End(Guid thread, Watch watch)
    {
        lock (_lock)
        {
            if (--watch.Followers == 0)
            {
                _watches.Remove(thread);
            }
        }
    }

    private void Tell(string payload)
    {
        if (Guid.TryParse(payload, out var thread))
        {
            lock (_lock)
            {
                _watches.GetValueOrDefault(thread)?.Tell();
            }
        }
    }

    private void TellAll()
    {
        lock (_lock)
        {
            foreach (var watch in _watches.Values)
            {
                watch.Tell();
            }
        }
    }

    private async Task PollAsync(CancellationToken cancellationToken)
    {
        Guid[] threads;
        lock (_lock)
        {
            threads = [.. _watches.Keys];
        }

        if (threads.Length == 0)
        {
            return;
        }

        var last = await store.LastEventsAsync(threads, cancellationToken);
        lock (_lock)
        {
            foreach (var (thread, number) in last)
            {
                if (_watches.TryGetValue(thread, out var watch) && watch.LastPolled != number)
                {
                    watch.LastPolled = number;
                    watch.Tell();
                }
            }
        }
    }

    /// <summary>Those who follow one thread. Changed under the feed's lock; <see cref="News"/> is read without it.</summary>
    private sealed class Watch
    {
        private volatile TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Followers { get; set; }

        /// <summary>The last event by the last poll; -1 before the first.</summary>
        public long LastPolled { get; set; } = -1;

        /// <summary>Ends when there may be something new.</summary>
        public Task News => _news.Task;

        public void Tell()
        {
            var told = _news;
            _news = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            told.SetResult();
        }
    }
}
