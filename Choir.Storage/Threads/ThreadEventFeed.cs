using System.Runtime.CompilerServices;
using Choir.Contracts.Threads;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Choir.Storage;

/// <summary>Streams the events of threads to many callers over one listening connection for the process.</summary>
/// <remarks>
/// A notification only says that a thread has new events. Each caller reads them from the table, by number, a page at a
/// time, so no events are buffered for a slow caller. A periodic poll finds events whose notification was lost.
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
    private readonly Dictionary<Guid, FollowedThread> _followed = [];

    /// <summary>The number of threads that callers are following.</summary>
    public int Followed
    {
        get
        {
            lock (_lock)
            {
                return _followed.Count;
            }
        }
    }

    /// <summary>The events of a thread after a given one, including future ones, until cancelled.</summary>
    /// <param name="threadId">The thread.</param>
    /// <param name="afterId">The number of the last known event; 0 for none.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    /// <remarks>While the database cannot be reached the stream pauses. It then continues where it was.</remarks>
    public async IAsyncEnumerable<ThreadEvent> FollowAsync(
        string threadId, long afterId, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (!ThreadIds.TryParse(threadId, out var thread))
        {
            yield break;
        }

        var followed = AddFollower(thread);
        try
        {
            var known = afterId;
            while (true)
            {
                // Taken before reading, so that an event appended during the read ends the wait.
                var changed = followed.Changed;
                var events = await TryReadAsync(threadId, known, cancellationToken);
                foreach (var threadEvent in events ?? [])
                {
                    yield return threadEvent;
                    known = threadEvent.Id;
                }

                if (events is null)
                {
                    await Task.Delay(FirstRetry, time, cancellationToken);
                }
                else if (events.Count == 0)
                {
                    await changed.WaitAsync(cancellationToken);
                }
            }
        }
        finally
        {
            RemoveFollower(thread, followed);
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
                connection.Notification += (_, notification) => Notify(notification.Payload);
                await using (var listen = new NpgsqlCommand($"LISTEN {Channel}", connection))
                {
                    await listen.ExecuteNonQueryAsync(stoppingToken);
                }

                if (lost)
                {
                    logger.ThreadEventsBack();
                }

                (lost, retry) = (false, FirstRetry);

                // Events may have been appended before LISTEN.
                NotifyAll();
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

    // Null while the database cannot be reached.
    private async Task<IReadOnlyList<ThreadEvent>?> TryReadAsync(
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

    private FollowedThread AddFollower(Guid thread)
    {
        lock (_lock)
        {
            if (!_followed.TryGetValue(thread, out var followed))
            {
                _followed[thread] = followed = new FollowedThread();
            }

            followed.Followers++;
            return followed;
        }
    }

    private void RemoveFollower(Guid thread, FollowedThread followed)
    {
        lock (_lock)
        {
            if (--followed.Followers == 0)
            {
                _followed.Remove(thread);
            }
        }
    }

    private void Notify(string payload)
    {
        if (Guid.TryParse(payload, out var thread))
        {
            lock (_lock)
            {
                _followed.GetValueOrDefault(thread)?.Notify();
            }
        }
    }

    private void NotifyAll()
    {
        lock (_lock)
        {
            foreach (var followed in _followed.Values)
            {
                followed.Notify();
            }
        }
    }

    private async Task PollAsync(CancellationToken cancellationToken)
    {
        Guid[] threads;
        lock (_lock)
        {
            threads = [.. _followed.Keys];
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
                if (_followed.TryGetValue(thread, out var followed) && followed.LastPolled != number)
                {
                    followed.LastPolled = number;
                    followed.Notify();
                }
            }
        }
    }

    /// <summary>A thread with followers. Modified under the feed's lock; <see cref="Changed"/> is read without it.</summary>
    private sealed class FollowedThread
    {
        private volatile TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Followers { get; set; }

        /// <summary>The number of the last event found by the poll; -1 before the first poll.</summary>
        public long LastPolled { get; set; } = -1;

        /// <summary>Completes when there may be new events.</summary>
        public Task Changed => _changed.Task;

        public void Notify()
        {
            var previous = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            previous.SetResult();
        }
    }
}
